"""Other days for a course over what its people have planned: asked for and decided (R108, R109)."""

import datetime

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Assignment
from cases import services as case_services
from cases.enums import CommitmentKind
from core.exceptions import Refused
from core.models import AuditEntry
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
        change_reason="Trainer ill",
        reason="No other room",
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


def test_people_of_no_programme_have_any_manager_as_second_person(
    world, edition, enrolled, sign_in
):
    togo = world.country("TG")
    flying = enrolled(edition(), country=togo, nationality=togo)
    fly(world, flying)
    assert flying.case.programme is None
    row = ask(world, flying.edition)
    client = sign_in(world.other_manager)

    assert row.get_approval_url() in client.get("/").content.decode()
    assert row.get_approval_url() in client.get(page("edition-overrides")).content.decode()
    assert "the programme" in client.get(row.get_approval_url()).content.decode()
    assert post(client, row.get_approval_url()).url == page("edition-overrides")

    assert Edition.objects.get().starts_on == NEW_DAY


def test_nobody_asks_for_what_nobody_else_may_decide(world, people):
    Assignment.objects.filter(user=world.second_manager).delete()

    with pytest.raises(ValidationError, match="Nobody else may approve"):
        ask(world, people[0].edition)


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


@pytest.mark.parametrize(
    ("end", "status"),
    [("approve", "Approved"), ("refuse", "Refused"), ("move", "Withdrawn")],
)
def test_whoever_asked_is_told_what_became_of_it(
    world, people, asked, django_capture_on_commit_callbacks, end, status
):
    second = world.fresh("second_manager")
    with django_capture_on_commit_callbacks(execute=True):
        if end == "move":
            row = people[0].edition
            services.move_edition(row, starts_on=D(2019, 6, 10), reason="Room", by=second)
        else:
            decide = getattr(services, f"{end}_override")
            decide(asked, answer="…", by=second)

    (message,) = [m for m in mail.outbox if asked.edition.reference in m.subject]
    assert message.to == [world.programme_manager.email]
    assert status in message.subject
    assert asked.get_absolute_url() in message.body


def test_whoever_enrolled_somebody_is_told_that_the_course_is_lost(
    world, people, asked, django_capture_on_commit_callbacks
):
    flying, _staying = people
    with django_capture_on_commit_callbacks(execute=True):
        services.approve_override(asked, by=world.fresh("second_manager"))

    (message,) = [m for m in mail.outbox if "loses the course" in m.subject]
    assert message.to == [world.protection_officer.email]
    assert flying.get_absolute_url() in message.body
    assert flying.case.person.family_name not in message.body


def test_the_audit_finds_a_request_by_the_people_it_concerns(asked, people):
    flying, _staying = people
    (entry,) = AuditEntry.objects.filter(model="training.editionoverride", action="create")

    assert set(entry.references) == {flying.edition.reference, flying.case.reference}
    assert entry.changes["concerned"] == [[], [flying.reference]]


def test_trainers_read_no_reasons(world, asked, sign_in, call):
    text = sign_in(world.trainer).get(asked.edition.get_absolute_url()).content.decode()

    assert "No other room" not in text
    assert call("trainer", "get", "edition-exceptions/").json()["results"] == []
    assert call("trainer", "get", f"edition-exceptions/{asked.pk}/").status_code == 404
    seen = sign_in(world.caseworker).get(asked.edition.get_absolute_url()).content.decode()
    assert "No other room" in seen


@pytest.mark.req("R109")
def test_a_day_that_has_passed_can_only_be_refused(world, people, settings):
    settings.TODAY = "2019-06-10"
    asked = ask(world, people[0].edition)
    settings.TODAY = "2019-06-21"

    with pytest.raises(ValidationError, match="has passed"):
        services.approve_override(asked, by=world.fresh("second_manager"))

    assert services.refuse_override(asked, answer="Too late", by=world.fresh("second_manager"))


def test_a_day_left_out_by_mistake_is_held_after_all(world, edition, enrolled, attend, sign_in):
    enrolment = enrolled(edition())
    row, manager = attend(enrolment, days=1), world.fresh("programme_manager")
    row = services.skip_day(row, day=D(2019, 6, 19), reason="Strike", by=manager)
    assert row.ends_on == D(2019, 6, 24)
    client, url = sign_in(world.programme_manager), page("edition-hold-day", row.reference)
    assert "Not held:" in client.get(row.get_absolute_url()).content.decode()

    with pytest.raises(ValidationError, match="not left out"):
        services.hold_day(row, day=D(2019, 6, 20), reason="Mistake", by=manager)
    with pytest.raises(Refused):
        services.hold_day(row, day=D(2019, 6, 19), reason="x", by=world.fresh("caseworker"))
    assert post(client, url, day="2019-06-19", reason="The strike is off").status_code == 302

    row, commitment = Edition.objects.get(), enrolment.commitment
    commitment.refresh_from_db()
    assert (row.skipped_days, row.ends_on) == ([], D(2019, 6, 21))
    assert commitment.last_day == D(2019, 6, 21)
    assert row.steps.last().note == "The strike is off"
    assert client.get(url).status_code == 403


def test_a_day_is_not_held_after_all_when_the_roll_was_called_after_the_end(
    world, edition, enrolled, attend
):
    enrolment, manager = enrolled(edition()), world.fresh("programme_manager")
    row = services.skip_day(enrolment.edition, day=D(2019, 6, 19), reason="Strike", by=manager)
    enrolment.refresh_from_db()
    row = attend(enrolment)

    with pytest.raises(ValidationError, match="recorded after it"):
        services.hold_day(row, day=D(2019, 6, 19), reason="Mistake", by=manager)


def test_who_left_the_course_since_is_not_among_those_who_lose_it(world, people, asked, sign_in):
    flying, _staying = people
    services.withdraw(flying, reason="health", by=world.fresh("protection_officer"))

    text = sign_in(world.second_manager).get(asked.get_approval_url()).content.decode()

    assert flying.case.person.full_name not in text
    assert "Everybody concerned has left the course since" in text


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

    assert set(refused.value.error_dict) == {"reason"}
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

    with pytest.raises(ValidationError, match="went on meanwhile"):
        services.approve_override(asked, by=world.fresh("second_manager"))

    assert EditionOverride.objects.get().is_waiting


@pytest.mark.req("R108")
def test_the_pages_ask_decide_and_tell(world, people, sign_in):
    flying, _staying = people
    asking, deciding = sign_in(world.programme_manager), sign_in(world.second_manager)
    move = page("edition-move", flying.edition.reference)
    given = {"starts_on": "2019-06-20", "change_reason": "Ill", "reason": "The only room"}

    answer = post(asking, move, **given)
    row = EditionOverride.objects.get()
    assert (answer.status_code, answer.url) == (302, row.edition.get_absolute_url())
    text = asking.get(answer.url).content.decode()
    assert "the course keeps its days" in text
    assert "Withdraw the request" in text
    assert row.get_approval_url() not in text

    waiting = [i for s in worklist.sections(world.fresh("second_manager")) for i in s.items]
    (item,) = [i for i in waiting if i.url == row.get_approval_url()]
    assert flying.edition.reference in item.title
    decision = deciding.get(item.url).content.decode()
    assert flying.case.person.full_name in decision
    assert "The only room" in decision
    assert "26 June 2019" in decision  # the new last day
    assert "travels on 24" in decision
    assert asking.get(item.url).status_code == 403
    listed = deciding.get(page("edition-overrides")).content.decode()
    assert item.url in listed
    assert post(deciding, page("edition-override-refuse", row.pk)).status_code == 422

    assert post(deciding, item.url, answer="Agreed").url == page("edition-overrides")

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

    assert answer.url == asked.edition.get_absolute_url()
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
    given = {"edition": row.reference, "starts_on": "2019-06-20", "change_reason": "Ill"}
    wrong = call("programme_manager", "post", "edition-exceptions/", given)
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["reason"])
    given["reason"] = "The only room"
    asked = call("programme_manager", "post", "edition-exceptions/", given)
    assert asked.status_code == 201, asked.content
    assert Edition.objects.get().starts_on == D(2019, 6, 17)
    (found,) = call(name, "get", "edition-exceptions/?status=requested").json()["results"]
    assert (found["edition"], found["people"]) == (row.reference, 1)
    assert found == asked.json()
    concerned = call(name, "get", f"edition-exceptions/{found['id']}/concerned/").json()
    assert concerned == {"results": [{"enrolment": flying.reference}]}

    match = {"If-Match": str(found["version"])}
    answer = call(name, "post", f"edition-exceptions/{found['id']}/{verb}/", body, **match)

    assert answer.status_code == 200, answer.content
    assert EditionOverride.objects.get().status == status == answer.json()["status"]
