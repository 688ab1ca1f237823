"""Bringing out another version of a questionnaire; earlier ones keep their responses."""

import datetime
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import records
from core.exceptions import Refused
from surveys import policies, seeds
from surveys.models import Option, Questionnaire, Response


@transaction.atomic
def issue_version(
    questionnaire: Questionnaire, *, valid_from: datetime.date, by: Any
) -> Questionnaire:
    """Issue the same form again as the next version, from a day on (R025, R152).

    The version in use until then ends the day before; its responses stay with it. Raises
    ValidationError for a day on which somebody answered already, and Refused.
    """
    latest = _end_latest(questionnaire.code, valid_from, by=by)
    source = Questionnaire.objects.with_questions().get(pk=questionnaire.pk)
    new: Questionnaire = _copy(
        source, version=latest.version + 1, valid_from=valid_from, valid_until=None
    )
    records.save(new, by=by)
    for question in source.questions.all():
        copied = _copy(question, questionnaire=new)
        copied.save()
        Option.objects.bulk_create(
            [_copy(option, question=copied) for option in question.options.all()]
        )
    return new


@transaction.atomic
def load_version(data: Mapping[str, Any], *, by: Any) -> Questionnaire:
    """Issue the next version with the questions, weights and status of a file (R025, R152).

    ``data`` is as in ``surveys/data``; it begins on its ``valid_from``. Raises ValidationError for
    what the file lacks, for another number than the next one, and for days as ``issue_version``.
    """
    try:
        valid_from = datetime.date.fromisoformat(data["valid_from"])
        latest = _end_latest(data["code"], valid_from, by=by)
        if data["version"] != latest.version + 1:
            raise ValidationError(
                _("The next version is number %(number)s.") % {"number": latest.version + 1},
                code="not_next",
            )
        new: Questionnaire = seeds.create(partial(apps.get_model, "surveys"), data)
    except KeyError as error:
        raise ValidationError(
            _("The file lacks “%(name)s”.") % {"name": error.args[0]}, code="incomplete"
        ) from error
    new.refresh_from_db()
    records.save(new, by=by)
    for question in new.questions.prefetch_related("options"):
        question.full_clean()
        for option in question.options.all():
            option.full_clean()
    return new


def _end_latest(code: str, valid_from: datetime.date, *, by: Any) -> Questionnaire:
    """The latest version, which ends the day before; no answer is taken from it."""
    versions = Questionnaire.objects.select_for_update().filter(code=code)
    latest = versions.order_by("-version").first()
    if latest is None:
        raise ValidationError(
            _("There is no questionnaire “%(code)s”.") % {"code": code}, code="unknown"
        )
    if not policies.can_issue(by):
        raise Refused(_("You may not issue questionnaires."), latest)
    latest = records.lock(latest)
    if valid_from <= latest.valid_from:
        raise ValidationError(
            {"valid_from": _("Choose a day after the beginning of the latest version.")}
        )
    answered = Response.objects.filter(questionnaire__code=code).aggregate(day=Max("answered_on"))
    if answered["day"] and valid_from <= answered["day"]:
        raise ValidationError(
            {
                "valid_from": _("It was answered on %(day)s. Choose a later day.")
                % {"day": date_format(answered["day"])}
            },
            code="answered",
        )
    if latest.valid_until is None or latest.valid_until >= valid_from:
        latest.valid_until = valid_from - datetime.timedelta(days=1)
        records.save(latest, by=by, reason=_("Another version was issued."))
    return latest


def _copy(row: Any, **changes: Any) -> Any:
    """An unsaved copy of a row with other values in some columns."""
    names = [f.name for f in row._meta.concrete_fields if not f.primary_key]
    return type(row)(**{name: getattr(row, name) for name in names} | changes)
