"""The catalogue: new versions, retirement (R071, R092)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import records
from training.models import Module, ModuleVersion
from training.workflow import OPEN_EDITIONS

DAY = datetime.timedelta(days=1)


@transaction.atomic
def add_module(
    *, code: str, label_fr: str, label_en: str, label_ar: str, group: str, by: Any
) -> Module:
    """A module that the catalogue lacks; it is offered once it has a version (R071).

    Raises ValidationError for a code that is taken.
    """
    module = Module(code=code, label_fr=label_fr, label_en=label_en, label_ar=label_ar, group=group)
    return records.save(module, by=by)


@transaction.atomic
def retire_version(
    version: ModuleVersion, *, from_on: datetime.date, reason: str, by: Any
) -> ModuleVersion:
    """Take a version out of the catalogue from a day on; what came before is untouched (R092).

    Raises ValidationError while courses planned for later still use it.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Write on what evidence it is retired.")})
    version = records.lock(version)
    if from_on <= version.valid_from:
        raise ValidationError({"from_on": _("Choose a day after the first day of this version.")})
    _refuse_planned_later(version, from_on)
    version.valid_until = from_on - DAY
    return records.save(version, by=by, reason=reason)


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
