"""Other days for a course over what its people have planned: asked for and decided (R108, R109)."""

import datetime

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cases import services as case_services
from cases.enums import CommitmentKind
from core.exceptions import Refused
from core.overrides import OverrideStatus
from tests.training.test_session_pages import page, post
from training import services, worklist
from training.enums import EditionStatus, EnrolmentReason, EnrolmentStatus
from training.models import Edition, EditionOverride

D = datetime.date
pytestmark = pytest.mark.django_db
NEW_DAY, FLIGHT = D(2019, 6, 20), D(2019, 6, 24)


def fly(world, enrolment, day=FLIGHT):
    case_services.commit(
        enrolment.case.person,
        kind=CommitmentKind.TRAVEL,
        first=day,
        last=day,
        label="Flight",
        by=world.caseworker,
    )


def ask(world, row, by=None, **days):
    return services.request_override(
        row,
        **days or {"starts_on": NEW_DAY},
        reason="Trainer ill",
        override_reason="No other room",
        by=by or world.fresh("programme_manager"),
    )


@pytest.fixture
def people(world, edition, enrolled):
    """Somebody who flies inside the new days of a course, and somebody who does not."""
    row = edition()
    flying, staying = (enrolled(row, programme=world.foras) for _n in range(2))
    fly(world, flying)
    return flying, staying


@pytest.fixture
def asked(world, people):
    return ask(world, people[0].edition)


@pytest.mark.req("R108")
@pytest.mark.req("R109")
def test_the_course_moves_only_when_a_second_person_agrees(world, people, asked):
    flying, staying = people
    row = Edition.objects.get()
    assert (row.starts_on, row.ends_on) == (D(2019, 6, 17), D(2019, 6, 21))
    assert list(asked.concerned.all()) == [flying]
    staying.commitment.refresh_from_db()
    assert staying.commitment.first_day == D(2019, 6, 17)
    assert row.steps.count() == 1

    services.approve_override(asked, by=world.fresh("second_manager"), answer="Go on")

    row, asked = Edition.objects.get(), EditionOverride.objects.get()
    assert (row.starts_on, row.ends_on) == (NEW_DAY, D(2019, 6, 26))
    assert (asked.status, asked.decided_by) == (OverrideStatus.APPROVED, world.second_manager)
    flying.refresh_from_db()
    staying.refresh_from_db()
    assert flying.status == EnrolmentStatus.NOT_COMPLETED
    assert flying.reason == EnrolmentReason.PROGRAMME
    assert (flying.override_reason, flying.approved_by) == ("No other room", world.second_manager)
    assert flying.commitment.is_released
    assert staying.commitment.first_day == NEW_DAY
    history = flying.steps.last().note
    assert "No other room" in history
    assert world.second_manager.name in history
    assert world.programme_manager.name in history


@pytest.mark.req("R109")
def test_a_day_left_out_before_a_flight_ends_a_started_course_early(
    world, edition, enrolled, attend
):
    enrolment = enrolled(edition())
    row = attend(enrolment, days=2)
    fly(world, enrolment, row.ends_on + datetime.timedelta(days=1))

    override = ask(world, row, day=D(2019, 6, 19))
    services.approve_override(override, by=world.fresh("second_manager"))

    enrolment.refresh_from_db()
    assert enrolment.status == EnrolmentStatus.NOT_COMPLETED
    assert enrolment.commitment.last_day == D(2019, 6, 18)
    assert Edition.objects.get().skipped_days == [D(2019, 6, 19)]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("programme_manager", "Somebody else"),
        ("other_manager", "may not decide"),
        ("caseworker", "may not decide"),
        ("protection_officer", "may not decide"),
    ],
)
def test_who_asked_and_who_does_not_manage_the_programme_decides_nothing(world, asked, name, why):
    for decide in (services.approve_override, services.refuse_override):
        with pytest.raises(Refused, match=why):
            decide(asked, by=world.fresh(name), answer="…")

    assert EditionOverride.objects.waiting().get() == asked
    assert Edition.objects.get().starts_on == D(2019, 6, 17)


def test_people_of_no_programme_have_any_manager_as_second_person(world, edition, enrolled):
    togo = world.country("TG")
    flying = enrolled(edition(), country=togo, nationality=togo)
    fly(world, flying)
    assert flying.case.programme is None

    services.approve_override(ask(world, flying.edition), by=world.fresh("other_manager"))

    assert Edition.objects.get().starts_on == NEW_DAY


def test_the_database_refuses_a_decision_of_the_person_who_asked(asked):
    asked.status, asked.decided_on = OverrideStatus.APPROVED, D(2019, 6, 3)
    asked.decided_by = asked.requested_by

    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save()


def test_a_refused_request_changes_nothing_and_says_why(world, asked):
    second = world.fresh("second_manager")
    with pytest.raises(ValidationError, match="Write why"):
        services.refuse_override(asked, answer=" ", by=second)

    refused = services.refuse_override(asked, answer="The flight is booked", by=second)

    assert (refused.status, refused.answer) == (OverrideStatus.REFUSED, "The flight is booked")
    assert Edition.objects.get().starts_on == D(2019, 6, 17)
    with pytest.raises(ValidationError, match="cannot go from"):
        services.approve_override(asked, by=second)


def test_whoever_asked_is_told_of_the_decision(world, asked, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        services.refuse_override(asked, answer="Booked", by=world.fresh("second_manager"))

    (message,) = mail.outbox
    assert message.to == [world.programme_manager.email]
    assert asked.edition.reference in message.subject
    assert asked.get_absolute_url() in message.body


def test_one_request_waits_at_a_time_and_can_be_withdrawn(world, asked):
    with pytest.raises(ValidationError, match="waits for its decision"):
        ask(world, asked.edition)
    with pytest.raises(Refused):
        services.withdraw_override(asked, by=world.fresh("caseworker"))

    services.withdraw_override(asked, by=world.fresh("second_manager"))

    assert ask(world, asked.edition).is_waiting


def test_days_that_nobody_has_other_plans_on_need_no_exception(world, asked):
    services.withdraw_override(asked, by=world.fresh("programme_manager"))

    with pytest.raises(ValidationError, match="no exception is needed") as refused:
        ask(world, asked.edition, starts_on=D(2019, 6, 10))

    assert set(refused.value.error_dict) == {"override_reason"}
    row = services.move_edition(
        Edition.objects.get(),
        starts_on=D(2019, 6, 10),
        reason="Room",
        by=world.fresh("programme_manager"),
    )
    assert row.starts_on == D(2019, 6, 10)


@pytest.mark.parametrize(
    "days", [{"starts_on": None}, {"starts_on": NEW_DAY, "day": D(2019, 6, 18)}]
)
def test_one_thing_is_asked_for(world, people, days):
    with pytest.raises(ValidationError, match="either a new first day"):
        ask(world, people[0].edition, **days)


def test_others_who_planned_something_meanwhile_are_not_dropped_unasked(world, people, asked):
    flying, staying = people
    fly(world, staying, D(2019, 6, 25))

    with pytest.raises(ValidationError, match="more people") as refused:
        services.approve_override(asked, by=world.fresh("second_manager"))

    assert staying.case.person.full_name in " ".join(refused.value.messages)
    assert flying.case.person.full_name not in " ".join(refused.value.messages)
    flying.refresh_from_db()
    assert flying.is_live
    assert EditionOverride.objects.get().is_waiting


@pytest.mark.parametrize("way", ["moved", "cancelled", "over"])
def test_nobody_decides_any_more_when_the_course_went_on(world, people, asked, trainer_ends, way):
    manager, row = world.fresh("programme_manager"), people[0].edition
    if way == "moved":
        services.move_edition(row, starts_on=D(2019, 6, 10), reason="Room", by=manager)
    elif way == "cancelled":
        services.cancel_edition(row, reason="No trainer", by=manager)
    else:
        trainer_ends(row)

    asked.refresh_from_db()
    assert asked.status == OverrideStatus.WITHDRAWN
    with pytest.raises(ValidationError, match="cannot go from"):
        services.approve_override(asked, by=world.fresh("second_manager"))


@pytest.fixture
def trainer_ends(world, people, attend):
    def _trainer_ends(row):
        for enrolment in people:
            row = attend(enrolment)
        assert row.status == EditionStatus.RUNNING
        services.complete_edition(row, by=world.fresh("trainer"))

    return _trainer_ends


def test_a_course_that_has_begun_is_not_moved_by_an_exception(world, people, asked, attend):
    attend(people[1], days=1)

    with pytest.raises(ValidationError, match="has begun"):
        services.approve_override(asked, by=world.fresh("second_manager"))

    assert EditionOverride.objects.get().is_waiting


@pytest.mark.req("R108")
def test_the_pages_ask_decide_and_tell(world, people, sign_in):
    flying, _staying = people
    asking, deciding = sign_in(world.programme_manager), sign_in(world.second_manager)
    move = page("edition-move", flying.edition.reference)
    given = {"starts_on": "2019-06-20", "reason": "Ill", "override_reason": "The only room"}

    answer = post(asking, move, **given)
    row = EditionOverride.objects.get()
    assert (answer.status_code, answer.url) == (302, row.get_absolute_url())
    text = asking.get(answer.url).content.decode()
    assert "the course keeps its days" in text
    assert "Withdraw the request" in text
    assert row.get_decision_url() not in text

    waiting = [i for s in worklist.sections(world.fresh("second_manager")) for i in s.items]
    (item,) = [i for i in waiting if i.url == row.get_decision_url()]
    assert flying.edition.reference in item.title
    decision = deciding.get(item.url).content.decode()
    assert flying.case.person.full_name in decision
    assert "The only room" in decision
    assert asking.get(item.url).status_code == 403
    listed = deciding.get(page("edition-overrides")).content.decode()
    assert item.url in listed
    assert post(deciding, page("edition-override-refuse", row.pk)).status_code == 422

    assert post(deciding, item.url, answer="Agreed").url == row.get_absolute_url()

    flying.refresh_from_db()
    assert flying.status == EnrolmentStatus.NOT_COMPLETED
    assert "Agreed" in asking.get(row.get_absolute_url()).content.decode()
    month = f"status=approved&month={row.requested_on:%Y-%m}"
    found = deciding.get(f"{page('edition-overrides')}?{month}").context["rows"]
    assert [r.pk for r in found] == [row.pk]
    assert "decided or withdrawn already" in deciding.get(item.url).content.decode()


def test_a_request_is_withdrawn_on_its_page(world, asked, sign_in):
    client = sign_in(world.programme_manager)

    answer = post(client, page("edition-override-withdraw", asked.pk))

    assert answer.url == asked.get_absolute_url()
    assert EditionOverride.objects.get().status == OverrideStatus.WITHDRAWN


def test_a_list_of_many_exceptions_takes_as_many_queries(
    world, edition, enrolled, sign_in, django_assert_max_num_queries
):
    client = sign_in(world.second_manager)

    def another(week):
        day = D(2019, 9, 2) + datetime.timedelta(weeks=week)
        enrolment = enrolled(edition(starts_on=day), programme=world.foras)
        fly(world, enrolment, day + datetime.timedelta(days=9))
        ask(world, enrolment.edition, starts_on=day + datetime.timedelta(days=4))

    another(0)
    addresses = [page("edition-overrides"), "/"]
    counted = []
    for address in addresses:
        client.get(address)
        with django_assert_max_num_queries(60) as few:
            client.get(address)
        counted.append(len(few))
    for week in (2, 4, 6):
        another(week)

    for address, count in zip(addresses, counted, strict=True):
        with django_assert_max_num_queries(count):
            client.get(address)


@pytest.mark.req("R108")
@pytest.mark.parametrize(
    ("verb", "name", "body", "status"),
    [
        ("approve", "second_manager", {"answer": "Agreed"}, OverrideStatus.APPROVED),
        ("refuse", "second_manager", {"answer": "A room is free"}, OverrideStatus.REFUSED),
        ("withdraw", "programme_manager", {}, OverrideStatus.WITHDRAWN),
    ],
)
def test_an_exception_is_asked_for_and_answered_over_the_api(
    call, world, people, verb, name, body, status
):
    flying, _staying = people
    row = flying.edition
    match = {"If-Match": str(Edition.objects.get().version)}
    move = {"starts_on": "2019-06-20", "reason": "Ill"}
    refused = call("programme_manager", "post", f"editions/{row.reference}/move/", move, **match)
    assert refused.status_code == 400
    assert flying.case.person.full_name in str(refused.json()["errors"])
    given = move | {"override_reason": "The only room"}
    path = f"editions/{row.reference}/exception/"
    assert call("programme_manager", "post", path, move, **match).status_code == 400
    asked = call("programme_manager", "post", path, given, **match)
    assert asked.status_code == 200, asked.content
    assert asked.json()["starts_on"] == "2019-06-17"
    (found,) = call(name, "get", "edition-exceptions/?status=requested").json()["results"]
    assert (found["edition"], found["people"]) == (row.reference, 1)
    concerned = call(name, "get", f"edition-exceptions/{found['id']}/concerned/").json()
    assert concerned == {"results": [{"enrolment": flying.reference}]}

    match = {"If-Match": str(found["version"])}
    answer = call(name, "post", f"edition-exceptions/{found['id']}/{verb}/", body, **match)

    assert answer.status_code == 200, answer.content
    assert EditionOverride.objects.get().status == status == answer.json()["status"]
