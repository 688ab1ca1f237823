"""Decisions about programmes that are recorded after people were registered (R019, R217)."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from cases.enums import CaseOutcome
from cases.models import Case
from core import records
from core.exceptions import Refused
from programmes import eligibility
from programmes import policies as programme_policies
from programmes.models import Programme, TargetCountry


@transaction.atomic
def assign_programme_many(programme: Programme, *, by: Any) -> list[Case]:
    """Give the programme to everybody who was registered without one and whom it covers now.

    A country that counts from a day before it was entered reaches those registered in between.
    Who has a programme keeps it. Raises Refused to whoever does not manage the programme.
    """
    if not programme_policies.can_manage(by, programme):
        raise Refused(_("You may amend your own programmes only."), programme)
    cases = covered_without_programme(programme, is_locked=True)
    for case in cases:
        case.programme = programme
        case.version += 1
    records.update_many(Case, cases, ["programme", "version"], by=by)
    return cases


def covered_without_programme(programme: Programme, *, is_locked: bool = False) -> list[Case]:
    """Cases registered without a programme whose day of registration this one covers, the earliest
    first; files registered twice aside.
    """
    countries = TargetCountry.objects.filter(
        programme=programme,
        country=OuterRef("country"),
        days__contains=OuterRef("registered_on"),
    )
    cases = (
        Case.objects.filter(
            Exists(countries),
            programme=None,
            registered_on__range=(programme.starts_on, programme.ends_on),
        )
        .exclude(outcome=CaseOutcome.DUPLICATE)
        .select_related("person")
        .order_by("registered_on", "id")
    )
    if is_locked:
        cases = cases.select_for_update(of=("self",))
    return _eligible(list(cases), programme)


def _eligible(cases: list[Case], programme: Programme) -> list[Case]:
    """Those whom every condition of the programme admits; each person's first one counts as help
    for the next.
    """
    rules = Programme.objects.prefetch_related("target_countries", "eligibility_rules")
    asked = [rules.get(pk=programme.pk)]
    helped = set(
        Case.objects.filter(programme=programme, person__in={case.person_id for case in cases})
        .exclude(outcome=CaseOutcome.DUPLICATE)
        .values_list("person", flat=True)
    )
    found = []
    for case in cases:
        who = eligibility.Candidate(
            country=case.country_id,
            nationality=case.person.nationality_id,
            age=case.age_at_registration,
            on=case.registered_on,
            helped_by=frozenset({programme.pk} if case.person_id in helped else ()),
        )
        if all(verdict.eligible for verdict in eligibility.explain(who, asked)):
            found.append(case)
            helped.add(case.person_id)
    return found
