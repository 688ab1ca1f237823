"""Registering a migrant at an orientation point (R015–R022, R034–R037, R217)."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Office, OfficeKind
from cases import policies
from cases.enums import BirthPrecision, CaseOutcome, CaseStatus, ConsentGiver
from cases.models import (
    Case,
    CaseEvent,
    Person,
    Referral,
)
from cases.models.person import FIRST_BIRTH
from cases.services.consents import declare_voluntary, record_consents
from cases.services.contacts import add_contact_point
from cases.services.duplicates import LISTS, refuse_duplicates, told_apart
from cases.services.guard import require, require_not_joined
from cases.services.lifecycle import correct_step_day
from cases.services.referrals import settle
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from programmes import eligibility
from programmes.models import Programme
from reference.models import Language


@transaction.atomic
def register(
    *,
    by: Any,
    person: Mapping[str, Any],
    case: Mapping[str, Any],
    consents: Mapping[str, str] | None = None,
    declaration: Mapping[str, Any] | None = None,
    contact_points: Iterable[Mapping[str, Any]] = (),
    given_by: str = ConsentGiver.SELF,
    explained_in: Language | None = None,
    known_person: Person | None = None,
    take_over: bool = False,
    different_from: Iterable[str] = (),
    duplicates_checked: bool = False,
    referral: Referral | None = None,
) -> Case:
    """Register a migrant: person, case, consents, declaration, contacts in one step (R015–R022).

    ``person`` and ``case`` are column values. ``known_person`` opens a new case for somebody met
    before: what is not known of them yet is filled in, and what was told differently only with
    ``take_over``. ``different_from`` are the files judged to be somebody else's, see
    ``refuse_duplicates``; ``duplicates_checked`` that the caller settled them all. ``referral``
    tells who sent the person, and when, where ``case`` does not (R017). Raises ValidationError
    with code ``possible_duplicate`` for likely duplicates that nobody judged (R037), and Refused
    outside the user's offices.
    """
    office: Office = case["office"]
    require_own(office, by)
    _require_point(office)
    check_days(person, case)
    contact_points = list(contact_points)
    judged = ""
    if known_person is None and not duplicates_checked:
        judged = refuse_duplicates(
            person, contact_points, region=office.country_id, different_from=different_from, by=by
        )
    row = Case(registered_by=by, **case)
    if referral is not None:
        row.referral_source = row.referral_source or referral.source
        if row.referred_on is None and referral.referred_on <= row.registered_on:
            row.referred_on = referral.referred_on
    row.person = (
        _met_before(known_person, person, row, take_over=take_over, by=by)
        if known_person
        else _fill(Person(), person, by=by, references=[row.reference])
    )
    require_child(row)
    row.is_restricted = row.is_unaccompanied_child
    if row.programme_id is None:
        row.programme = eligible_programme(row)
    records.save(row, by=by, reason=judged)
    CaseEvent.objects.create(case=row, to_status=CaseStatus.REGISTERED, on=row.registered_on, by=by)
    record_consents(
        row,
        answers=consents or {},
        on=row.registered_on,
        given_by=given_by,
        language=explained_in,
        by=by,
    )
    if declaration:
        declare_voluntary(row, by=by, **{"language": explained_in} | dict(declaration))
    for point in contact_points:
        add_contact_point(row, by=by, **point)
    if referral is not None:
        settle(referral, row, by=by)
    return row


def eligible_programme(case: Case) -> Programme | None:
    """The running programme that covers this person on the day of registration: the one of the case
    while it does, else the first (R217).
    """
    verdicts = eligibility.explain(candidate(case, case.person))
    covering = [v.programme for v in verdicts if v.eligible]
    own = [programme for programme in covering if programme.pk == case.programme_id]
    return next(iter(own + covering), None)


def candidate(case: Case, person: Person) -> eligibility.Candidate:
    """What the eligibility rules look at."""
    helped = (
        person.cases.exclude(pk=case.pk)
        .exclude(outcome=CaseOutcome.DUPLICATE)
        .values_list("programme", flat=True)
        if person.pk
        else ()
    )
    return eligibility.Candidate(
        country=case.country_id,
        nationality=person.nationality_id,
        age=person.age_on(case.registered_on),
        on=case.registered_on,
        helped_by=frozenset(p for p in helped if p),
    )


@transaction.atomic
def correct_registration(
    case: Case,
    *,
    person: Mapping[str, Any],
    values: Mapping[str, Any],
    by: Any,
    reason: str,
) -> Case:
    """Correct the person and the case; the audit keeps before, after and why (R011, R048).

    The office becomes another one of ``by``; the day of registration stays before the next step,
    and the wrong one in the history (R034). Until the first step after registration, the programme
    is decided anew where what its conditions look at has changed (R217). Nothing here makes a
    child travelling alone somebody else: see ``propose_mark_removal`` (R018).
    """
    case = records.lock(case)
    require(policies.can_edit, case, by=by)
    whoever = records.lock(case.person)
    born = {"birth_on": whoever.birth_on, "birth_precision": whoever.birth_precision}
    dated = {name: getattr(case, name) for name in ("registered_on", "referred_on")}
    check_days(born | dict(person), dated | dict(values))
    if (office := values.get("office", case.office)) != case.office:
        require_own(office, by)
        _require_point(office)
    decided_on = candidate(case, whoever)
    was_child_on = {day for day in (case.registered_on, today()) if whoever.is_child_on(day)}
    if (day := values.get("registered_on", case.registered_on)) != case.registered_on:
        step = CaseStatus.REGISTERED
        correct_step_day(case, step, on=day, reason=reason, by=by, field="registered_on")
    is_marked = case.is_unaccompanied_child
    references = list(whoever.cases.order_by("pk").values_list("reference", flat=True))
    _fill(whoever, person, by=by, references=references, reason=reason)
    for name, value in values.items():
        if not (name == "is_unaccompanied_child" and value is None):
            setattr(case, name, value)
    case.person = whoever
    if is_marked:
        _keep_mark(case)
    _keep_children(whoever, was_child_on, case)
    require_child(case)
    case.is_restricted = case.is_restricted or case.is_unaccompanied_child
    if case.status == CaseStatus.REGISTERED and candidate(case, whoever) != decided_on:
        case.programme = eligible_programme(case)
    return records.save(case, by=by, reason=reason)


def require_own(office: Office, by: Any) -> None:
    """Refuse whoever does not register at this office."""
    if not policies.can_register_at(by, office.pk):
        raise Refused(_("You may register people at your own office only."), office)


def _require_point(office: Office) -> None:
    if office.kind != OfficeKind.MOP:
        raise ValidationError({"office": _("Choose a migrant orientation point.")})


def _met_before(
    person: Person, told: Mapping[str, Any], case: Case, *, take_over: bool, by: Any
) -> Person:
    """Somebody known, locked: two clerks cannot open a case each (R015, R037).

    Of what was told now, what was not known is kept; what differs, with ``take_over`` alone.
    """
    person = records.lock(person)
    require_not_joined(person)
    if person.cases.open().exists():
        raise ValidationError(
            _("This person has an open case. Work on that case, or ask your supervisor for it."),
            code="open_case",
        )
    new, different = told_apart(person, told)
    if told := new | (different if take_over else {}):
        was_child_on = {day for day in (case.registered_on, today()) if person.is_child_on(day)}
        earlier = person.cases.order_by("pk").values_list("reference", flat=True)
        reason = _("Told at the registration of %(reference)s") % {"reference": case.reference}
        _fill(person, told, by=by, references=[*earlier, case.reference], reason=reason)
        _keep_children(person, was_child_on)
    return person


def _fill(
    person: Person,
    values: Mapping[str, Any],
    *,
    by: Any,
    references: Iterable[str],
    reason: str = "",
) -> Person:
    """Write columns and lists; one audit entry under the references of the person's cases."""
    lists = {name: list(values[name]) for name in LISTS if name in values}
    changed = {}
    for name, rows in lists.items():
        pair = [_codes(getattr(person, name).all() if person.pk else ()), _codes(rows)]
        if pair[0] != pair[1]:
            changed[name] = pair
    for name, value in values.items():
        if name not in LISTS:
            setattr(person, name, value)
    records.save(person, by=by, reason=reason, lists=changed, references=references)
    for name in changed:
        getattr(person, name).set(lists[name])
    return person


def _codes(rows: Iterable[Any]) -> list[str]:
    return sorted(str(row.pk) for row in rows)


def require_child(case: Case) -> None:
    """Of a child it is said whether it travels alone; who does is under 18 that day (R018)."""
    is_child = case.person.is_child_on(case.registered_on)
    if case.is_unaccompanied_child is None and is_child:
        text = _("This person is under 18. Say whether the child travels alone.")
        raise ValidationError({"is_unaccompanied_child": ValidationError(text, code="required")})
    case.is_unaccompanied_child = bool(case.is_unaccompanied_child)
    if not case.is_unaccompanied_child or is_child:
        return
    if case.person.birth_on is None:
        raise ValidationError({"birth_on": _("Enter the (estimated) year of birth.")})
    raise ValidationError(
        {"is_unaccompanied_child": _("This person is not under 18 on the day of registration.")}
    )


def _keep_mark(case: Case) -> None:
    """One person alone does not take off the mark of a child travelling alone (R018)."""
    if not case.is_unaccompanied_child:
        raise ValidationError(
            {"is_unaccompanied_child": ValidationError(_take_off_first(), code="marked")}
        )


def _keep_children(
    person: Person, was_child_on: Collection[datetime.date], corrected: Case | None = None
) -> None:
    """Whose file is restricted stays a child: no date here lets them travel alone (R018)."""
    files = {case.pk: case for case in person.cases.filter(is_restricted=True)}
    if corrected is not None and corrected.is_restricted:
        files[corrected.pk] = corrected
    days = {case.registered_on for case in files.values() if case.is_unaccompanied_child}
    if files and not all(person.is_child_on(day) for day in days | set(was_child_on)):
        raise ValidationError({"birth_on": ValidationError(_take_off_first(), code="marked")})


def _take_off_first() -> str:
    return _(
        "This is the file of a child travelling alone. Two protection officers take the mark off "
        "first."
    )


def check_days(person: Mapping[str, Any], case: Mapping[str, Any]) -> None:
    """Raises ValidationError for days and places of column values that cannot be together."""
    registered_on = case["registered_on"]
    workflow.require_not_future(registered_on, today=today(), field="registered_on")
    referred_on = case.get("referred_on")
    if referred_on and referred_on > registered_on:
        raise ValidationError(
            {
                "referred_on": _(
                    "The referral lies after the registration of %(day)s. Correct one of the two "
                    "days."
                )
                % {"day": date_format(registered_on)}
            }
        )
    born = person.get("birth_on")
    if born and born < FIRST_BIRTH:
        raise ValidationError({"birth_on": _("Enter a date of birth after 1900.")})
    if born and born > registered_on:
        raise ValidationError({"birth_on": _("The date of birth lies after the registration.")})
    if (
        born
        and person.get("birth_precision") == BirthPrecision.YEAR
        and (born.month, born.day) != (1, 1)
    ):
        raise ValidationError({"birth_on": _("For “Year only” enter 1 January of that year.")})
    place = case.get("destination")
    country = case.get("country")
    if place and country and place.country_id != country.pk:
        raise ValidationError(
            {"destination": _("This place is not in the country of origin. Choose another one.")}
        )
