"""Journeys already made, recorded in sets under the same rules (R113)."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from cases import services as case_services
from cases.enums import CaseStatus, CommitmentKind
from cases.models import Case, CaseEvent, Commitment, Consent, Declaration, Person
from surveys.models import FollowUp
from travel import services
from travel.models import DepartureCheck, Journey, JourneyEvent, TravelStep

pytestmark = pytest.mark.django_db
D = datetime.date
REGISTERED, CONFIRMED, LEFT, CAME = (
    D(2019, 3, 4),
    D(2019, 4, 1),
    D(2019, 4, 12),
    D(2019, 4, 13),
)


def travelled(case: Case, world: Any, **values: Any) -> services.Travelled:
    given = {
        "case": case,
        "confirmed_on": CONFIRMED,
        "departed_on": LEFT,
        "arrived_on": CAME,
        "arrival_confirmed_by": world.focal_point,
        "route": "Rabat – Conakry",
        "ticket_source": "ministry_of_interior",
        "steps": {"exit_authorisation": (D(2019, 3, 11), D(2019, 3, 28))},
    }
    return services.Travelled(**(given | values))


@pytest.fixture
def handed_over(world, ready):
    def _handed_over(**values: Any) -> Case:
        case = ready(**values)
        case_services.send_handover(case, by=world.fresh("protection_officer"))
        return Case.objects.get(pk=case.pk)

    return _handed_over


def people(world: Any, count: int) -> list[Case]:
    """Many cases with papers and handover, written at once."""
    guinea, by = world.country("GN"), world.caseworker
    persons = Person.objects.bulk_create(
        Person(family_name=f"Barry{n}", sex="male", birth_on=D(1990, 1, 1), nationality=guinea)
        for n in range(count)
    )
    cases = Case.objects.bulk_create(
        Case(
            person=person,
            office=world.rabat,
            country=guinea,
            programme=world.foras,
            registered_on=REGISTERED,
            registered_by=by,
            handed_over_at=datetime.datetime(2019, 3, 25, tzinfo=datetime.UTC),
            is_shared_with_origin=True,
        )
        for person in persons
    )
    CaseEvent.objects.bulk_create(
        CaseEvent(case=c, to_status=CaseStatus.REGISTERED, on=REGISTERED, by=by) for c in cases
    )
    Declaration.objects.bulk_create(
        Declaration(case=c, signed_on=REGISTERED, recorded_by=by) for c in cases
    )
    Consent.objects.bulk_create(
        Consent(
            case=c, purpose="processing", answer="given", answered_on=REGISTERED, recorded_by=by
        )
        for c in cases
    )
    return Case.objects.filter(pk__in=[c.pk for c in cases])


@pytest.mark.req("R113")
def test_as_of_may_2020_408_had_returned_whatever_was_entered_later(
    world, clock, django_assert_max_num_queries
):
    clock(D(2020, 12, 1))
    first = D(2019, 4, 2)
    rows = [
        travelled(
            case,
            world,
            departed_on=first + datetime.timedelta(days=n),
            arrived_on=first + datetime.timedelta(days=n + 1),
        )
        for n, case in enumerate(people(world, 420))
    ]
    early = [row for row in rows if row.departed_on <= D(2020, 5, 13)][:408]
    as_of = D(2020, 5, 31)

    with django_assert_max_num_queries(900):
        services.record_departures_many(early, by=world.fresh("caseworker"))
    assert len(early) == 408
    assert Journey.objects.departed_by(as_of).count() == 408

    late = [
        services.Travelled(**(vars(row) | {"departed_on": D(2020, 7, 1), "arrived_on": None}))
        for row in rows[408:]
    ]
    services.record_departures_many(late, by=world.fresh("caseworker"))

    assert Journey.objects.departed_by(as_of).count() == 408
    assert Journey.objects.departed_by(D(2020, 7, 31)).count() == 420
    assert Journey.objects.departed_by(as_of).handed_over_or_reasoned().count() == 408


def test_a_journey_recorded_in_bulk_is_whole(world, handed_over):
    case = handed_over()

    (journey,) = services.record_departures_many(
        [travelled(case, world)], by=world.fresh("caseworker")
    )

    journey = Journey.objects.get(pk=journey.pk)
    journey.full_clean()
    assert journey.day == journey.commitment.first_day == LEFT
    assert Case.objects.get(pk=case.pk).status == CaseStatus.ARRIVED
    assert [(e.to_status, e.on) for e in case.events.all()][1:] == [
        (CaseStatus.READY_TO_TRAVEL, CONFIRMED),
        (CaseStatus.DEPARTED, LEFT),
        (CaseStatus.ARRIVED, CAME),
    ]
    assert list(JourneyEvent.objects.values_list("to_status", flat=True)) == [
        "planned",
        "confirmed",
        "departed",
        "arrived",
    ]
    assert DepartureCheck.objects.closed().with_contact_plan().count() == 1
    assert TravelStep.objects.get().answered_on == D(2019, 3, 28)
    assert FollowUp.objects.filter(case=case).exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"departed_on": D(2019, 3, 31)}, "do not follow each other"),
        ({"arrived_on": D(2019, 4, 11)}, "do not follow each other"),
        ({"arrived_on": D(2019, 7, 1)}, "do not follow each other"),
        ({"confirmed_on": D(2019, 3, 3)}, "do not follow each other"),
        ({"route": ""}, "route"),
        ({"not_done": frozenset({"contact_plan_agreed"})}, "gap without a reason"),
        ({"steps": {"ticket": (D(2019, 4, 1), D(2019, 4, 20))}}, "after the departure"),
    ],
)
def test_a_line_that_breaks_a_rule_refuses_all_and_names_the_case(
    world, handed_over, values, words
):
    good, bad = handed_over(), handed_over()

    with pytest.raises(ValidationError) as refused:
        services.record_departures_many(
            [travelled(good, world), travelled(bad, world, **values)],
            by=world.fresh("caseworker"),
        )

    assert bad.reference in refused.value.messages[0]
    assert words in refused.value.messages[0]
    assert not Journey.objects.exists()


def test_papers_courses_and_safeguards_hold_in_bulk_too(
    world, register, ready, handed_over, course
):
    unsigned = register(consents={"processing": "given"})
    child = ready(birth_on=D(2004, 2, 1), sex="female", is_unaccompanied_child=True)
    trainee = handed_over()
    Commitment.objects.create(
        person=trainee.person,
        kind=CommitmentKind.COURSE,
        label="Business",
        days=DateRange(D(2019, 4, 8), D(2019, 4, 13)),
        is_binding=True,
    )
    reason = {"handover_reason": "None", "arrived_on": None}

    with pytest.raises(ValidationError) as refused:
        services.record_departures_many(
            [
                travelled(unsigned, world, **reason),
                travelled(child, world, **reason),
                travelled(trainee, world),
            ],
            by=world.fresh("protection_officer"),
        )

    text = " ".join(refused.value.messages)
    assert f"{unsigned.reference}: declaration or consent is missing." in text
    assert f"{child.reference}: the safeguards of the child are not signed." in text
    assert f"{trainee.reference}: a started course ends after the departure." in text


def test_who_may_not_record_one_journey_may_not_record_many(world, handed_over):
    with pytest.raises(ValidationError, match="no journey may be planned"):
        services.record_departures_many(
            [travelled(handed_over(), world)], by=world.fresh("caseworker_oujda")
        )
