"""Many first contacts and plans at once, under the same rules (R118, R120)."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cases.enums import CaseStatus
from cases.models import Case, CaseEvent, Person
from core.exceptions import Refused
from core.models import AuditEntry
from core.rounding import percent
from reintegration import services
from reintegration.enums import PlanStatus, Side
from reintegration.models import FirstContact, Plan
from reintegration.services import ContactRow, PlanRow
from tests.reintegration.conftest import ARRIVED, CONTACTED, OPENED, SIGNED

D = datetime.date
END = D(2020, 5, 31)
NOT_NEEDED = {Side.SOCIAL: "Lives with family", Side.PSYCHOSOCIAL: "Feels well"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(world):
    """Arrived people, made in bulk."""

    def _crowd(number: int) -> list[Case]:
        country = world.country("GN")
        people = Person.objects.bulk_create(
            Person(family_name=f"Camara{i}", nationality=country) for i in range(number)
        )
        cases = Case.objects.bulk_create(
            Case(
                person=person,
                office=world.rabat,
                country=country,
                programme=world.foras,
                registered_on=D(2019, 3, 4),
                registered_by=world.caseworker,
                status=CaseStatus.ARRIVED,
                handed_over_at=timezone.now(),
                is_shared_with_origin=True,
            )
            for person in people
        )
        CaseEvent.objects.bulk_create(
            CaseEvent(
                case=case,
                from_status="departed",
                to_status="arrived",
                on=ARRIVED,
                by=world.focal_point,
            )
            for case in cases
        )
        return list(Case.objects.filter(pk__in=[case.pk for case in cases]).order_by("pk"))

    return _crowd


def contact(case: Case, **values) -> ContactRow:
    given = {"case": case, "on": CONTACTED, "initiated_by": "office", "channel": "call"} | values
    return ContactRow(**given)


def plan(case: Case, **values) -> PlanRow:
    given = {
        "case": case,
        "project_kind": "individual",
        "opened_on": OPENED,
        "goals": [(Side.ECONOMIC, "Sell chickens", D(2019, 12, 31))],
        "not_needed": NOT_NEEDED,
        "signed_on": SIGNED,
    }
    return PlanRow(**(given | values))


@pytest.mark.req("R118", "R120")
def test_218_of_408_are_contacted_and_201_of_them_have_a_project(world, crowd):
    cases = crowd(408)
    late = D(2020, 6, 15)
    services.record_first_contacts_many(
        [
            contact(case, initiated_by="person" if i % 3 else "office")
            for i, case in enumerate(cases[:218])
        ],
        by=world.focal_point,
    )
    services.record_first_contacts_many(
        [contact(case, on=late) for case in cases[218:230]], by=world.focal_point
    )
    services.open_plans_many(
        [
            plan(case, begun_on=D(2019, 9, 1), done_on=D(2020, 3, 1) if i < 40 else None)
            for i, case in enumerate(cases[:201])
        ]
        + [plan(case) for case in cases[201:210]],
        by=world.focal_point,
        agreed_by=world.reintegration_officer,
    )

    contacted = FirstContact.objects.contacted_by(END).values("case__person").distinct().count()
    with_project = Plan.objects.with_project_by(END).values("case__person").distinct().count()

    assert (contacted, percent(contacted, len(cases))) == (218, Decimal("53.4"))
    assert with_project == 201
    assert Plan.objects.filter(signed_on__lte=END).count() == 210
    assert Plan.objects.filter(status=PlanStatus.COMPLETED).count() == 40
    running = Case.objects.filter(status=CaseStatus.PROJECT_RUNNING)
    assert running.count() == 201
    assert set(CaseEvent.objects.filter(case=cases[0]).values_list("to_status", "on")) >= {
        ("contacted", CONTACTED),
        ("plan_agreed", SIGNED),
        ("project_running", D(2019, 9, 1)),
    }


def test_bulk_rows_are_audited_and_versioned_like_single_ones(world, crowd):
    cases = crowd(3)
    services.record_first_contacts_many([contact(c) for c in cases], by=world.focal_point)
    plans = services.open_plans_many(
        [plan(c) for c in cases], by=world.focal_point, agreed_by=world.programme_manager
    )

    entries = AuditEntry.objects.filter(model="reintegration.plan", action="create")
    noted = {pk for entry in entries for pk in entry.object_ids}
    assert noted == {str(row.pk) for row in plans}
    version = plans[0].versions.get()
    assert (version.number, version.content["signed_on"]) == (1, "2019-06-28")
    assert list(plans[0].events.values_list("to_status", flat=True)) == [
        "draft",
        "submitted",
        "agreed",
    ]
    services.begin_project(plans[0], on=D(2019, 8, 1), by=world.focal_point)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"on": D(2019, 6, 1)}, "before the arrival"),
        ({"on": D(2090, 1, 1)}, "future"),
    ],
)
def test_one_bad_contact_refuses_all_and_is_named(world, crowd, values, message):
    cases = crowd(3)
    rows = [contact(cases[0]), contact(cases[1]), contact(cases[2], **values)]

    with pytest.raises(ValidationError, match=message) as caught:
        services.record_first_contacts_many(rows, by=world.focal_point)

    assert cases[2].reference in caught.value.messages[0]
    assert not FirstContact.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"goals": ()},
        {"not_needed": {}},
        {"signed_on": D(2019, 6, 5)},
        {"begun_on": D(2019, 6, 20)},
        {"done_on": D(2019, 9, 20)},
        {"begun_on": D(2019, 9, 1), "done_on": D(2019, 8, 1)},
        {"signed_on": None, "begun_on": D(2019, 9, 1)},
        {"signed_on": None, "opened_on": D(2090, 1, 1)},
        {"begun_on": D(2090, 1, 1)},
        {"begun_on": D(2019, 9, 1), "done_on": D(2090, 1, 1)},
        {"goals": [(Side.ECONOMIC, "Sell chickens", D(2019, 6, 1))]},
    ],
)
def test_bulk_plans_meet_the_same_rules(world, crowd, values):
    cases = crowd(1)
    services.record_first_contacts_many([contact(cases[0])], by=world.focal_point)

    with pytest.raises(ValidationError, match=cases[0].reference):
        services.open_plans_many(
            [plan(cases[0], **values)], by=world.focal_point, agreed_by=world.programme_manager
        )

    assert not Plan.objects.exists()


def test_bulk_plans_need_two_people_and_cases_appear_once(world, crowd):
    cases = crowd(1)
    services.record_first_contacts_many([contact(cases[0])], by=world.focal_point)

    with pytest.raises(Refused, match="their own plan"):
        services.open_plans_many(
            [plan(cases[0])], by=world.focal_point, agreed_by=world.focal_point
        )
    with pytest.raises(ValidationError, match="appears twice"):
        services.open_plans_many(
            [plan(cases[0])] * 2, by=world.focal_point, agreed_by=world.programme_manager
        )
    with pytest.raises(Refused):
        services.record_first_contacts_many([contact(cases[0])], by=world.focal_point_mali)


def test_bulk_costs_the_same_number_of_queries_for_few_and_many(
    world, crowd, django_assert_max_num_queries
):
    cases = crowd(60)
    focal, manager = world.fresh("focal_point"), world.fresh("programme_manager")
    with django_assert_max_num_queries(30):
        services.record_first_contacts_many([contact(c) for c in cases], by=focal)
    with django_assert_max_num_queries(60):
        services.open_plans_many([plan(c) for c in cases], by=focal, agreed_by=manager)
