"""Bringing out another version of a questionnaire; earlier ones keep their responses."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import records
from core.exceptions import Refused
from surveys import policies
from surveys.models import Option, Questionnaire


@transaction.atomic
def issue_version(
    questionnaire: Questionnaire, *, valid_from: datetime.date, by: Any
) -> Questionnaire:
    """Issue the same form again as the next version, from a day on (R025, R152).

    The version in use until then ends the day before; its responses stay with it.
    """
    if not policies.can_issue(by):
        raise Refused(_("You may not issue questionnaires."), questionnaire)
    versions = Questionnaire.objects.select_for_update().filter(code=questionnaire.code)
    latest = versions.order_by("-version")[0]
    if valid_from <= latest.valid_from:
        raise ValidationError(
            {"valid_from": _("Choose a day after the beginning of the latest version.")}
        )
    if latest.valid_until is None or latest.valid_until >= valid_from:
        latest.valid_until = valid_from - datetime.timedelta(days=1)
        records.save(latest, by=by, reason=_("Another version was issued."))
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


def _copy(row: Any, **changes: Any) -> Any:
    """An unsaved copy of a row with other values in some columns."""
    names = [f.name for f in row._meta.concrete_fields if not f.primary_key]
    return type(row)(**{name: getattr(row, name) for name in names} | changes)
