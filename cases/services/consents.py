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
from core.exceptions import Stale
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
    case = records.lock(case)
    is_withdrawal = answer == ConsentAnswer.WITHDRAWN
    rule = policies.can_withdraw_consent if is_withdrawal else policies.can_record_consent
    require(rule, case, by=by)
    workflow.require_not_future(on, today=today(), field="on")
    require_giver(case, answer=answer, given_by=given_by, on=on)
    if answer != ConsentAnswer.GIVEN:
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
    agrees = policies.has_consent(case, ConsentPurpose.SHARE_WITH_ORIGIN)
    if case.is_shared_with_origin != agrees:
        case.is_shared_with_origin = agrees
        records.save(case, by=by)


def require_giver(case: Case, *, answer: str, given_by: str, on: datetime.date) -> None:
    """Nobody but a guardian or a best-interest decision says yes for a child travelling alone."""
    is_own_yes = answer == ConsentAnswer.GIVEN and given_by == ConsentGiver.SELF
    if is_own_yes and policies.needs_guardian(case, on):
        text = _("For a child travelling alone, a guardian or a best-interest decision agrees.")
        raise ValidationError({"given_by": ValidationError(text, code="needs_guardian")})


def _require_after_last_answer(case: Case, purpose: str, on: datetime.date) -> None:
    """A no dated before the yes would stop nothing, and nobody would notice."""
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
        if answer
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
    case = records.lock(case)
    require(policies.can_declare, case, by=by)
    _check_signature(case, on)
    declaration = Declaration(
        case=case, signed_on=on, language=language, witness=witness, recorded_by=by
    )
    return records.save(declaration, by=by)


@transaction.atomic
def withdraw_declaration(
    case: Case, *, on: datetime.date, by: Any, reason: str = "", version: int | None = None
) -> Declaration:
    """The person changed their mind: no journey can be confirmed any more (R020).

    Raises Stale where ``version`` is not that of the declaration in force.
    """
    case = records.lock(case)
    require(policies.can_withdraw_consent, case, by=by)
    workflow.require_not_future(on, today=today(), field="on")
    declaration = _in_force(case, version)
    if on < declaration.signed_on:
        text = _("The declaration was signed on %(day)s. Give that day or a later one.")
        params = {"day": date_format(declaration.signed_on)}
        raise ValidationError({"on": ValidationError(text, code="before_signed", params=params)})
    declaration.withdrawn_on = on
    return records.save(declaration, by=by, reason=reason)


@transaction.atomic
def correct_declaration(
    case: Case,
    *,
    on: datetime.date,
    reason: str,
    by: Any,
    language: Language | None = None,
    witness: str = "",
    is_mistaken: bool = False,
    version: int | None = None,
) -> Declaration:
    """Correct what was written of the declaration in force; the audit keeps what was (R048).

    ``is_mistaken``: nothing was signed, the entry goes. That is no withdrawal: nobody changed
    their mind.
    """
    case = records.lock(case)
    require(policies.can_declare, case, by=by)
    declaration = _in_force(case, version)
    if is_mistaken:
        records.delete(declaration, by=by, reason=reason)
        return declaration
    _check_signature(case, on)
    declaration.signed_on, declaration.language, declaration.witness = on, language, witness
    return records.save(declaration, by=by, reason=reason)


def _check_signature(case: Case, on: datetime.date) -> None:
    """Signed by today, and not before the person came or was sent to us."""
    workflow.require_not_future(on, today=today(), field="on")
    first = case.referred_on or case.registered_on
    if on < first:
        text = _("The person came to us on %(day)s. Give that day or a later one.")
        params = {"day": date_format(first)}
        raise ValidationError({"on": ValidationError(text, code="before_case", params=params)})


def _in_force(case: Case, version: int | None) -> Declaration:
    """The declaration in force, locked. Raises ValidationError when there is none, and Stale."""
    found = case.declarations.select_for_update(of=("self",)).filter(withdrawn_on__isnull=True)
    declaration = found.first()
    if declaration is None:
        raise ValidationError(_("There is no declaration in force."), code="no_declaration")
    if version is not None and declaration.version != version:
        raise Stale(declaration)
    return declaration
