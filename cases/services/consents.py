"""Consents by purpose and the declaration of voluntary return (R020)."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import policies
from cases.enums import ConsentAnswer, ConsentGiver, ConsentPurpose
from cases.models import Case, Consent, Declaration
from cases.services.guard import require
from core import records, workflow
from core.clock import today
from reference.models import Language


@transaction.atomic
def record_consent(
    case: Case,
    *,
    purpose: str,
    answer: str,
    on: datetime.date,
    by: Any,
    given_by: str = ConsentGiver.SELF,
    language: Language | None = None,
    note: str = "",
) -> Consent:
    """Note an answer to one purpose. Earlier answers stay; the latest one counts (design §4.6).

    The side in charge asks; a withdrawal is noted on either side, also after closure.
    """
    is_withdrawal = answer == ConsentAnswer.WITHDRAWN
    rule = policies.can_withdraw_consent if is_withdrawal else policies.can_record_consent
    require(rule, case, by=by)
    workflow.require_not_future(on, today=today(), field="on")
    if is_withdrawal:
        _require_after_last_answer(case, purpose, on)
    consent = Consent(
        case=case,
        purpose=purpose,
        answer=answer,
        answered_on=on,
        given_by=given_by,
        language=language,
        note=note,
        recorded_by=by,
    )
    consent = records.save(consent, by=by)
    if purpose == ConsentPurpose.SHARE_WITH_ORIGIN and case.handed_over_at is not None:
        _share_as_agreed(case, by=by)
    return consent


def _share_as_agreed(case: Case, *, by: Any) -> None:
    """The office of origin sees a case that was handed over while the latest answer is yes."""
    case = records.lock(case)
    agrees = policies.has_consent(case, ConsentPurpose.SHARE_WITH_ORIGIN)
    if case.is_shared_with_origin != agrees:
        case.is_shared_with_origin = agrees
        records.save(case, by=by)


def _require_after_last_answer(case: Case, purpose: str, on: datetime.date) -> None:
    """A withdrawal dated before the yes would stop nothing, and nobody would notice."""
    last = case.consents.filter(purpose=purpose, answered_on__gt=on).order_by("answered_on").last()
    if last is not None:
        raise ValidationError(
            {
                "on": ValidationError(
                    _("The latest answer is of %(day)s. Give that day or a later one."),
                    code="before_last_answer",
                    params={"day": date_format(last.answered_on)},
                )
            }
        )


@transaction.atomic
def record_consents(
    case: Case,
    *,
    answers: Mapping[str, str],
    on: datetime.date,
    by: Any,
    **details: Any,
) -> list[Consent]:
    """Note the answers to several purposes of one conversation; unanswered ones stay open."""
    return [
        record_consent(case, purpose=purpose, answer=answer, on=on, by=by, **details)
        for purpose, answer in answers.items()
        if answer in ConsentAnswer.values
    ]


@transaction.atomic
def declare_voluntary(
    case: Case,
    *,
    on: datetime.date,
    by: Any,
    language: Language | None = None,
    witness: str = "",
) -> Declaration:
    """Note the signed declaration that the return is voluntary, before the departure (R020)."""
    require(policies.can_declare, case, by=by)
    workflow.require_not_future(on, today=today(), field="on")
    declaration = Declaration(
        case=case, signed_on=on, language=language, witness=witness, recorded_by=by
    )
    return records.save(declaration, by=by)


@transaction.atomic
def withdraw_declaration(
    case: Case, *, on: datetime.date, by: Any, reason: str = ""
) -> Declaration:
    """The person changed their mind: no journey can be confirmed any more (R020)."""
    require(policies.can_withdraw_consent, case, by=by)
    workflow.require_not_future(on, today=today(), field="on")
    declaration = case.declarations.filter(withdrawn_on__isnull=True).first()
    if declaration is None:
        raise ValidationError(
            _("There is no declaration in force to withdraw."), code="no_declaration"
        )
    declaration = records.lock(declaration)
    declaration.withdrawn_on = on
    return records.save(declaration, by=by, reason=reason)
