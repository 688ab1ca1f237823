"""The catalogue: new versions, retirement, corrections, equivalences (R071, R072, R092)."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from core import records
from core.exceptions import Refused
from training.models import Equivalence, Module, ModuleVersion
from training.workflow import OPEN_EDITIONS

DAY = datetime.timedelta(days=1)


def _require_rights(user: Any, obj: Any = None) -> None:
    if not user.has_permission(Permission.MANAGE_MODULES):
        raise Refused(_("You may not change the catalogue."), obj)


def _require_reason(reason: str, text: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": text})


@transaction.atomic
def add_module(
    *, code: str, label_fr: str, label_en: str, label_ar: str, group: str, by: Any
) -> Module:
    """A module that the catalogue lacks; it is offered once it has a version (R071).

    Raises Refused, and ValidationError for a code that is taken.
    """
    _require_rights(by)
    module = Module(code=code, label_fr=label_fr, label_en=label_en, label_ar=label_ar, group=group)
    return records.save(module, by=by)


@transaction.atomic
def retire_version(
    version: ModuleVersion, *, from_on: datetime.date, reason: str, by: Any
) -> ModuleVersion:
    """Take a version out of the catalogue from a day on; what came before is untouched (R092).

    Raises Refused, and ValidationError while courses planned for later still use it.
    """
    version = records.lock(version)
    _require_rights(by, version)
    _require_reason(reason, _("Write on what evidence it is retired."))
    if from_on <= version.valid_from:
        raise ValidationError({"from_on": _("Choose a day after the first day of this version.")})
    _refuse_planned_later(version, from_on)
    version.valid_until = from_on - DAY
    return records.save(version, by=by, reason=reason)


@transaction.atomic
def take_back_retirement(version: ModuleVersion, *, reason: str, by: Any) -> ModuleVersion:
    """A version was retired by mistake: it is offered again without an end (R092).

    Raises Refused, and ValidationError when it is in force, or a later version has replaced it.
    """
    version = records.lock(version)
    _require_rights(by, version)
    _require_reason(reason, _("Write why this is taken back."))
    if version.valid_until is None:
        raise ValidationError(_("This version is not retired."), code="not_retired")
    version.valid_until = None
    return records.save(version, by=by, reason=reason)


@transaction.atomic
def correct_module(
    module: Module,
    *,
    label_fr: str,
    label_en: str,
    label_ar: str,
    group: str,
    reason: str,
    by: Any,
) -> Module:
    """Correct a name, or under what the module is counted (R071, R072).

    Raises Refused, and ValidationError for another group once a course was planned, or while the
    module is part of another one or made of others: figures of the past do not change.
    """
    module = records.lock(module)
    _require_rights(by, module)
    _require_reason(reason, _("Write why this is corrected."))
    if group != module.group:
        _refuse_used(module.versions.filter(editions__isnull=False), field="group")
        if module.parts.exists() or module.wholes.exists():
            text = _("The module is worth others, or part of another one. Take that back first.")
            raise ValidationError({"group": text}, code="equivalent")
    module.label_fr, module.label_en, module.label_ar = label_fr, label_en, label_ar
    module.group = group
    return records.save(module, by=by, reason=reason)


@transaction.atomic
def correct_version(
    version: ModuleVersion,
    *,
    days: int,
    completion_percent: int,
    aims_fr: str,
    aims_en: str,
    aims_ar: str,
    is_preparatory: bool,
    is_vocational: bool,
    reason: str,
    by: Any,
) -> ModuleVersion:
    """Correct the aims of a version, and what it asks for while no course has used it (R071).

    Raises Refused, and ValidationError for another length, share or kind once a course was
    planned: that takes a new version.
    """
    version = records.lock(version)
    _require_rights(by, version)
    _require_reason(reason, _("Write why this is corrected."))
    asked = {
        "days": days,
        "completion_percent": completion_percent,
        "is_preparatory": is_preparatory,
        "is_vocational": is_vocational,
    }
    for field, value in asked.items():
        if getattr(version, field) != value:
            _refuse_used(ModuleVersion.objects.filter(pk=version.pk, editions__isnull=False), field)
            setattr(version, field, value)
    version.aims_fr, version.aims_en, version.aims_ar = aims_fr, aims_en, aims_ar
    return records.save(version, by=by, reason=reason)


def _refuse_used(versions: Any, field: str) -> None:
    if versions.exists():
        text = _("A course was planned by it already. Put a new version in force instead.")
        raise ValidationError({field: text}, code="used")


@transaction.atomic
def set_equivalences(module: Module, *, parts: Iterable[Module], reason: str, by: Any) -> Module:
    """Say which earlier modules are together worth this one; none: it stands alone (R072).

    Raises Refused, and ValidationError for a module of another group or for itself.
    """
    module = records.lock(module)
    _require_rights(by, module)
    _require_reason(reason, _("Write why the equivalences change."))
    wanted = {part.pk: part for part in parts}
    for row in module.parts.select_related("part"):
        if wanted.pop(row.part_id, None) is None:
            records.delete(row, by=by, reason=reason)
    for part in wanted.values():
        records.save(Equivalence(part=part, whole=module), by=by, reason=reason)
    return module


def _refuse_planned_later(version: ModuleVersion, from_on: datetime.date) -> None:
    planned = version.editions.filter(status__in=OPEN_EDITIONS, starts_on__gte=from_on)
    references = list(planned.order_by("starts_on").values_list("reference", flat=True))
    if references:
        raise ValidationError(
            {
                "from_on": _(
                    "Courses planned from that day on still use this version: %(list)s. "
                    "Move or cancel them first."
                )
                % {"list": ", ".join(references)}
            }
        )


@transaction.atomic
def add_version(
    module: Module, *, valid_from: datetime.date, by: Any, reason: str = "", **values: Any
) -> ModuleVersion:
    """Put a new version of a module in force; the one before ends the day before (R071, R092)."""
    module = records.lock(module)
    _require_rights(by, module)
    current = module.versions.order_by("valid_from").last()
    if current is not None and (current.valid_until is None or current.valid_until >= valid_from):
        if valid_from <= current.valid_from:
            raise ValidationError(
                {
                    "valid_from": _("Choose a day after %(day)s, when the last version began.")
                    % {"day": date_format(current.valid_from)}
                }
            )
        _refuse_planned_later(current, valid_from)
        current.valid_until = valid_from - DAY
        records.save(current, by=by, reason=reason)
    highest = module.versions.aggregate(highest=Max("number"))["highest"] or 0
    version = ModuleVersion(module=module, number=highest + 1, valid_from=valid_from, **values)
    return records.save(version, by=by, reason=reason)
