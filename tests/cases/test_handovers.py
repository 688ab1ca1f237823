"""Handing a case to the office of the country of origin: sent, opened, answered."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases import policies, services
from cases.enums import CaseStatus, HandoverItemKind, HandoverStatus
from cases.models import Case, Handover, HandoverItem
from cases.workflow import HANDOVER_TRANSITIONS
from core import workflow
from core.exceptions import Refused
from core.models import AuditEntry

D = datetime.date
pytestmark = pytest.mark.django_db


def fresh(case):
    return Case.objects.get(pk=case.pk)


def send(case, world, by="caseworker", **values):
    return services.send_handover(fresh(case), by=world.fresh(by), **values)


def test_a_case_is_sent_opened_questioned_sent_again_and_accepted(world, ready):
    case, origin = ready(), world.fresh("focal_point")

    sent = send(case, world, message="Flight on Friday")
    assert (sent.status, sent.message, sent.sent_by) == (
        "sent",
        "Flight on Friday",
        world.caseworker,
    )
    first = fresh(case).handed_over_at
    assert first == sent.sent_at
    assert services.open_handover(fresh(case), by=origin).status == "opened"
    back = services.question_handover(fresh(case), question="Which phone?", by=origin)
    assert (back.status, back.question, back.answered_by) == ("questioned", "Which phone?", origin)
    again = send(case, world, message="The brother's")
    assert (again.status, again.question, again.answered_by) == ("sent", "", None)
    taken = services.accept_handover(fresh(case), by=origin)

    assert (taken.status, taken.answered_by) == ("accepted", origin)
    assert fresh(case).handed_over_at == first
    changes = AuditEntry.objects.filter(model="cases.handover", action="change").order_by("id")
    assert [row.changes["status"] for row in changes] == [
        ["draft", "sent"],
        ["sent", "opened"],
        ["opened", "questioned"],
        ["questioned", "sent"],
        ["sent", "accepted"],
    ]


def test_nothing_is_sent_without_the_consent(world, register):
    case = register(consents={"share_with_origin": "refused"})

    with pytest.raises(ValidationError) as refused:
        send(case, world)

    assert refused.value.code == "no_consent"
    assert not Handover.objects.exists()
    assert fresh(case).handed_over_at is None


def test_a_case_on_its_way_to_the_other_office_is_not_sent_twice(world, ready):
    case = ready()
    send(case, world)

    with pytest.raises(ValidationError) as refused:
        send(case, world)

    assert refused.value.code == "invalid_transition"


def test_only_the_orientation_point_sends(world, ready, closed):
    case = ready()
    may = {n for n in world.people if policies.can_send_handover(world.fresh(n), case)}

    assert may == {"caseworker", "protection_officer"}
    for name in ("clerk", "caseworker_oujda", "focal_point", "programme_manager"):
        with pytest.raises(Refused):
            send(case, world, by=name)
    with pytest.raises(Refused, match="is closed"):
        send(closed(), world)


def test_a_case_that_left_without_a_handover_is_sent_afterwards(world, ready):
    case = ready()
    for step in (CaseStatus.READY_TO_TRAVEL, CaseStatus.DEPARTED):
        case = services.advance(case, step, on=D(2019, 4, 1), by=world.caseworker)

    assert send(case, world).status == HandoverStatus.SENT


def test_only_the_office_of_that_country_opens_and_answers(world, ready):
    case = ready()
    send(case, world)
    may = {n for n in world.people if policies.can_answer_handover(world.fresh(n), fresh(case))}

    assert may == {"focal_point", "reintegration_officer", "origin_protection_officer"}
    for name in ("caseworker", "protection_officer", "focal_point_mali", "programme_manager"):
        by = world.fresh(name)
        assert services.open_handover(fresh(case), by=by).status == HandoverStatus.SENT
        with pytest.raises(Refused):
            services.accept_handover(fresh(case), by=by)
        with pytest.raises(Refused):
            services.question_handover(fresh(case), question="?", by=by)


def test_an_answer_needs_a_handover_and_a_question_its_words(world, ready):
    case, by = ready(), world.fresh("focal_point")
    assert services.open_handover(case, by=by) is None
    with pytest.raises(ValidationError) as refused:
        services.accept_handover(case, by=by)
    assert refused.value.code == "not_sent"
    send(case, world)

    with pytest.raises(ValidationError) as refused:
        services.question_handover(fresh(case), question=" ", by=by)

    assert list(refused.value.message_dict) == ["question"]


@pytest.fixture
def handed(world, ready):
    """A handover at one of its steps, reached by its verbs."""

    def _handed(status):
        case, origin = ready(), world.fresh("focal_point")
        if status == HandoverStatus.DRAFT:
            return Handover.objects.create(case=case)
        send(case, world)
        if status == HandoverStatus.OPENED:
            services.open_handover(fresh(case), by=origin)
        elif status == HandoverStatus.ACCEPTED:
            services.accept_handover(fresh(case), by=origin)
        elif status == HandoverStatus.QUESTIONED:
            services.question_handover(fresh(case), question="Which phone?", by=origin)
        return Handover.objects.get(case=case)

    return _handed


@pytest.mark.parametrize("before", list(HandoverStatus))
def test_every_arrow_of_a_handover_that_is_not_declared_is_refused(world, handed, before):
    row = handed(before)
    case = row.case

    for after in set(HandoverStatus) - HANDOVER_TRANSITIONS[before]:
        with pytest.raises(ValidationError) as refused:
            workflow.move(row, after, transitions=HANDOVER_TRANSITIONS, by=world.caseworker)
        assert refused.value.code == "invalid_transition", (before, after)
    if HandoverStatus.ACCEPTED in HANDOVER_TRANSITIONS[before]:
        return
    for verb, values in (
        (services.accept_handover, {}),
        (services.question_handover, {"question": "?"}),
    ):
        with pytest.raises(ValidationError):
            verb(fresh(case), by=world.fresh("focal_point"), **values)


@pytest.mark.parametrize(
    ("status", "wrong", "constraint"),
    [
        ("sent", {"sent_at": None, "sent_by": None}, "handover_sent_with_moment"),
        ("sent", {"sent_by": None}, "handover_sent_paired"),
        ("accepted", {"answered_by": None}, "handover_answered_paired"),
        ("accepted", {"answered_at": None, "answered_by": None}, "handover_answered_with_moment"),
        ("questioned", {"question": ""}, "handover_questioned_in_words"),
        ("accepted", {"question": "Which phone?"}, "handover_questioned_in_words"),
    ],
)
def test_the_database_refuses_a_handover_that_does_not_hang_together(
    handed, status, wrong, constraint
):
    row = handed(status)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Handover.objects.filter(pk=row.pk).update(**wrong)


def test_the_pages_lead_from_sending_to_accepting(world, ready, sign_in, fill_in):
    case = ready()
    services.add_handover_item(case, kind=HandoverItemKind.WISH, text="A shop", by=world.caseworker)
    host, origin = sign_in(world.caseworker), sign_in(world.focal_point)
    url = {
        name: reverse(f"cases:{name}", args=[case.reference])
        for name in ("send-handover", "accept-handover", "question-handover")
    }
    assert url["send-handover"] in host.get(case.get_absolute_url()).content.decode()
    assert "A shop" in host.get(url["send-handover"]).content.decode()
    assert fill_in(host, url["send-handover"], message="Friday").status_code == 302
    assert host.get(url["send-handover"]).status_code == 403

    shown = origin.get(case.get_absolute_url()).content.decode()
    assert "Friday" in shown
    assert world.caseworker.name in shown
    assert Handover.objects.get().status == HandoverStatus.OPENED
    assert url["accept-handover"] in shown
    assert host.get(url["accept-handover"]).status_code == 403
    assert fill_in(origin, url["question-handover"], question="Which phone?").status_code == 302
    asked = host.get(case.get_absolute_url()).content.decode()
    assert "Which phone?" in asked
    assert world.focal_point.name in asked
    assert fill_in(host, url["send-handover"]).status_code == 302
    assert fill_in(origin, url["accept-handover"]).status_code == 302
    assert Handover.objects.get().status == HandoverStatus.ACCEPTED
    assert origin.get(url["accept-handover"]).status_code == 403


def test_the_api_sends_and_shows_the_handover(world, ready, sign_in, api):
    case = ready()
    path = f"cases/{case.reference}/handover/"
    host, origin = sign_in(world.caseworker), sign_in(world.focal_point)

    assert api(sign_in(world.clerk), path, {}).status_code == 403
    assert api(host, path, {"message": "Friday"}).status_code == 201
    again = api(host, path, {"message": "Friday"})

    assert again.status_code == 400
    assert "cannot go from" in str(again.json()["errors"])
    assert origin.get(f"/api/v1/{path}").json()["message"] == "Friday"


@pytest.mark.req("R117")
def test_the_exchange_goes_over_the_api(world, ready, sign_in, api):
    case = ready()
    path = f"cases/{case.reference}/handover/"
    host, origin = sign_in(world.caseworker), sign_in(world.focal_point)
    assert host.get(f"/api/v1/{path}").json()["status"] == "draft"
    assert api(host, f"{path}items/", {"kind": "need", "text": "A crib"}).status_code == 201
    assert api(host, f"{path}items/", {"kind": "learned", "text": "x"}).status_code == 400
    api(host, path, {"message": "Friday"})

    assert api(origin, f"{path}items/", {"kind": "need", "text": "x"}).status_code == 403
    assert api(host, f"{path}accept/", {}, version=2).status_code == 403
    seen = origin.get(f"/api/v1/{path}").json()
    assert seen["status"] == "opened"
    assert seen["sent_by"] == world.caseworker.name
    assert [(i["kind"], i["text"]) for i in seen["items"]] == [("need", "A crib")]
    question = {"question": "Which phone?"}
    assert api(origin, f"{path}question/", question).status_code == 428
    stale = api(origin, f"{path}question/", question, version=seen["version"] - 1)
    assert (stale.status_code, stale.json()["current"]["status"]) == (409, "opened")
    back = api(origin, f"{path}question/", question, version=seen["version"])
    assert (back.status_code, back.json()["status"]) == (200, "questioned")
    assert host.get(f"/api/v1/{path}").json()["question"] == "Which phone?"
    version = api(host, path, {"message": "The brother's"}).json()["version"]
    taken = api(origin, f"{path}accept/", {}, version=version)

    assert taken.status_code == 200
    assert (taken.json()["status"], taken.json()["answered_by"]) == (
        "accepted",
        world.focal_point.name,
    )


def test_looking_over_the_api_opens_the_handover_for_the_office_of_origin_only(
    world, ready, sign_in
):
    case = ready()
    send(case, world)
    url = f"/api/v1/cases/{case.reference}/handover/"

    assert sign_in(world.caseworker).get(url).json()["status"] == "sent"
    assert sign_in(world.focal_point).get(url).json()["status"] == "opened"


@pytest.mark.req("R117")
def test_what_was_told_needs_and_wishes_are_written_and_withdrawn_on_the_pages(
    world, ready, sign_in, fill_in
):
    case = ready()
    host = sign_in(world.caseworker)
    add = reverse("cases:add-handover-item", args=[case.reference])
    sending = reverse("cases:send-handover", args=[case.reference])
    assert add in host.get(sending).content.decode()
    for kind, text in (("told", "No cash on arrival"), ("need", "A crib"), ("wish", "A shop")):
        assert fill_in(host, add, kind=kind, text=text).status_code == 302
    assert fill_in(host, add, kind="need", text="A crib").status_code == 422
    crib = HandoverItem.objects.get(text="A crib")
    withdraw = reverse("cases:withdraw-handover-item", args=[crib.pk])
    assert withdraw in host.get(sending).content.decode()

    assert fill_in(host, withdraw, reason="The brother has one").status_code == 302
    fill_in(host, sending)

    shown = sign_in(world.focal_point).get(case.get_absolute_url()).content.decode()
    assert "No cash on arrival" in shown
    assert "A shop" in shown
    assert "A crib" not in shown
    gone = AuditEntry.objects.get(model="cases.handoveritem", action="delete")
    assert gone.reason == "The brother has one"


def test_what_was_sent_or_learned_is_not_withdrawn(world, ready):
    case, by = ready(), world.fresh("caseworker")
    learned = services.deposit(
        case, kind=HandoverItemKind.LEARNED, text="Business", on=D(2019, 4, 1), by=by
    )
    wish = services.add_handover_item(case, kind=HandoverItemKind.WISH, text="A shop", by=by)
    with pytest.raises(Refused):
        services.withdraw_handover_item(learned, reason="Wrong", by=by)
    send(case, world)
    wish = HandoverItem.objects.get(pk=wish.pk)

    with pytest.raises(Refused):
        services.withdraw_handover_item(wish, reason="Wrong", by=by)

    with pytest.raises(Refused):
        services.add_handover_item(
            fresh(case), kind=HandoverItemKind.NEED, text="x", by=world.fresh("focal_point")
        )


def test_the_same_thing_is_deposited_once(world, register):
    case = register()
    values = {"kind": HandoverItemKind.NEED, "text": "A crib", "on": D(2019, 4, 1)}

    for by in (world.caseworker, world.clerk):
        services.deposit(case, by=by, **values)
    services.deposit_many([HandoverItem(case=case, by=world.clerk, **values)], by=world.clerk)

    assert [(i.text, i.by) for i in case.handover_items.all()] == [("A crib", world.caseworker)]
    assert AuditEntry.objects.filter(model="cases.handoveritem", action="create").count() == 1


def test_handovers_of_many_cases_keep_to_the_same_rules(world, ready, register):
    at = timezone.make_aware(datetime.datetime(2019, 5, 2, 9))
    by, origin = world.fresh("caseworker"), world.fresh("focal_point")
    one, other = ready(), ready()

    rows = services.record_handovers_many([(one, at), (other, at)], by=by, accepted_by=origin)

    assert {(r.status, r.sent_by, r.answered_by) for r in rows} == {("accepted", by, origin)}
    assert fresh(one).handed_over_at == at
    unasked = register()
    with pytest.raises(ValidationError, match=unasked.reference):
        services.record_handovers_many([(unasked, at)], by=by, accepted_by=origin)
    for wrong in ({"by": world.fresh("clerk")}, {"accepted_by": world.fresh("focal_point_mali")}):
        with pytest.raises(Refused):
            services.record_handovers_many(
                [(ready(), at)], **({"by": by, "accepted_by": origin} | wrong)
            )
