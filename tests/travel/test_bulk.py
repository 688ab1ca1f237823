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
from tests.travel.conftest import TODAY
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
def handed_over(world, ready, clock):
    """Somebody whose case the office of origin got some days before the journey."""

    def _handed_over(**values: Any) -> Case:
        case = ready(**values)
        clock(D(2019, 3, 25))
        case_services.send_handover(case, by=world.fresh("protection_officer"))
        clock(TODAY)
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
        Consent(case=c, purpose=purpose, answer="given", answered_on=REGISTERED, recorded_by=by)
        for c in cases
        for purpose in ("processing", "share_with_origin")
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
    unexplained = {"case__handed_over_at": None, "handover_reason": ""}
    assert not Journey.objects.departed_by(as_of).filter(**unexplained).exists()


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
    assert DepartureCheck.objects.closed().filter(contact_plan_agreed=True).count() == 1
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


@pytest.mark.parametrize("paper", ["declaration", "consent", "handover"])
def test_what_was_signed_or_sent_after_the_departure_does_not_count_in_bulk(
    world, register, handed_over, paper
):
    good = handed_over()
    consents = {"share_with_origin": "given"}
    if paper != "consent":
        consents["processing"] = "given"
    late = register(
        consents=consents,
        declaration=None if paper == "declaration" else {"on": D(2019, 3, 4)},
    )
    by = world.fresh("caseworker")
    if paper == "declaration":
        case_services.declare_voluntary(late, on=TODAY, by=by)
    if paper == "consent":
        case_services.record_consent(late, purpose="processing", answer="given", on=TODAY, by=by)
    case_services.send_handover(late, by=by)
    reason = {} if paper == "handover" else {"handover_reason": "Left in a hurry"}
    late = Case.objects.get(pk=late.pk)
    row = travelled(late, world, arrived_on=None, arrival_confirmed_by=None, **reason)

    with pytest.raises(ValidationError) as refused:
        services.record_departures_many([travelled(good, world), row], by=by)

    (words,) = refused.value.messages
    assert late.reference in words
    assert ("no handover" if paper == "handover" else "is missing") in words


def test_both_cases_of_a_person_meet_the_course_in_bulk(world, handed_over, register):
    first = handed_over()
    second = handed_over()
    Case.objects.filter(pk=second.pk).update(person=first.person)
    Commitment.objects.create(
        person=first.person,
        kind=CommitmentKind.COURSE,
        label="Business",
        days=DateRange(D(2019, 4, 8), D(2019, 4, 13)),
        is_binding=True,
    )

    with pytest.raises(ValidationError) as refused:
        services.record_departures_many(
            [travelled(first, world), travelled(second, world)], by=world.fresh("caseworker")
        )

    text = " ".join(refused.value.messages)
    for case in (first, second):
        assert f"{case.reference}: a started course ends after the departure." in text


def test_a_child_in_bulk_travels_with_somebody(world, handed_over):
    child = handed_over(birth_on=D(2010, 1, 1))

    with pytest.raises(ValidationError, match="with whom does it travel"):
        services.record_departures_many([travelled(child, world)], by=world.fresh("caseworker"))
    (journey,) = services.record_departures_many(
        [travelled(child, world, travels_with="Mother, Fanta")], by=world.fresh("caseworker")
    )

    assert Journey.objects.get(pk=journey.pk).travels_with == "Mother, Fanta"
