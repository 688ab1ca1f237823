"""The journeys of the access matrix: home already, under way, still ahead."""

from cases import services as case_services
from cases.models import Case
from reintegration import services as reintegration_services
from reintegration.enums import ProjectKind
from tests.access_world import courses
from tests.access_world.world import AccessWorld, D, on
from travel import services as travel_services
from travel.models import CHECK_ITEMS, Journey


def add_journey_home(access: AccessWorld) -> None:
    caseworker = access.person("caseworker")
    with on(D(2019, 6, 3)) as day:
        journey = travel_services.plan(
            Case.objects.get(pk=access.rows["case"].pk),
            planned_on=D(2019, 6, 21),
            by=caseworker,
            route="Rabat – Conakry",
            ticket_source="programme",
        )
        journey = travel_services.confirm(journey, on=day, by=caseworker)
        step = travel_services.add_step(
            journey,
            kind="laissez_passer",
            status="obtained",
            requested_on=day,
            answered_on=day,
            by=caseworker,
        )
        access.add("step", step, pk=step.pk)
        need = travel_services.announce_need(journey, kind="medical", text="Insulin", by=caseworker)
        access.add("need", need, pk=need.pk)
        travel_services.save_check(
            journey, items=dict.fromkeys(CHECK_ITEMS, True), close=True, by=caseworker
        )
        case_services.send_handover(Case.objects.get(pk=journey.case_id), by=caseworker)
    with on(D(2019, 6, 21)) as day:
        journey = travel_services.depart(
            Journey.objects.get(pk=journey.pk), on=day, by=access.person("caseworker")
        )
    with on(D(2019, 6, 22)) as day:
        journey = travel_services.arrive(journey, on=day, by=access.person("focal_point"))
    access.add("journey", journey)


def add_journeys_ahead(access: AccessWorld) -> None:
    for name, case, caseworker in (
        ("journey_ahead", "waiting", "caseworker"),
        ("journey_oujda", "oujda", "caseworker_oujda"),
    ):
        journey = travel_services.plan(
            Case.objects.get(pk=access.rows[case].pk),
            planned_on=D(2019, 10, 21),
            by=access.person(caseworker),
            route="Rabat – Conakry",
            ticket_source="programme",
        )
        access.add(name, journey)
    override = travel_services.request_override(
        access.rows["journey_ahead"],
        day=D(2019, 9, 18),
        cause="medical",
        reason="Operation at home",
        by=access.person("caseworker"),
    )
    access.add("override", override, pk=override.pk)
    courses.add_exception_for_a_course(access)
    ahead, caseworker = access.rows["journey_ahead"], access.person("caseworker")
    step = travel_services.add_step(ahead, kind="fitness", status="not_needed", by=caseworker)
    access.add("step_ahead", step, pk=step.pk)
    need = travel_services.announce_need(ahead, kind="shelter", text="A bed", by=caseworker)
    access.add("need_ahead", need, pk=need.pk)
    draft = reintegration_services.open_plan(
        Case.objects.get(pk=access.rows["waiting"].pk),
        project_kind=ProjectKind.INDIVIDUAL,
        by=access.person("caseworker"),
    )
    access.add("plan_draft", draft)


def add_journeys_under_way(access: AccessWorld) -> None:
    for name, case, planned_on in (
        ("journey_confirmed", "leaving", D(2019, 10, 21)),
        ("journey_departed", "away", D(2019, 6, 21)),
    ):
        with on(D(2019, 6, 3)) as day:
            caseworker = access.person("caseworker")
            journey = travel_services.plan(
                Case.objects.get(pk=access.rows[case].pk),
                planned_on=planned_on,
                by=caseworker,
                route="Rabat – Conakry",
                ticket_source="programme",
            )
            access.add(name, travel_services.confirm(journey, on=day, by=caseworker))
    with on(D(2019, 6, 3)):
        travel_services.save_check(
            journey, items=dict.fromkeys(CHECK_ITEMS, True), close=True, by=caseworker
        )
        case_services.send_handover(Case.objects.get(pk=journey.case_id), by=caseworker)
    with on(D(2019, 6, 21)) as day:
        departed = travel_services.depart(journey, on=day, by=access.person("caseworker"))
    access.add("journey_departed", departed)
