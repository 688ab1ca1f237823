"""How a person is reached: points with owner and agreement, tries, and what they tell."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases import policies, services
from cases.enums import CaseStatus
from cases.models import ContactPoint
from core.exceptions import Refused
from core.models import AuditEntry
from reference.models import Language

D = datetime.date
pytestmark = pytest.mark.django_db
ON = D(2019, 4, 15)


def point(case, by, **values):
    given = {"kind": "phone", "value": "0612345678", "may_be_used": True} | values
    return services.add_contact_point(case, by=by, **given)


def attempt(case, by, **values):
    given = {"on": ON, "channel": "call", "result": "reached"} | values
    return services.log_attempt(case, by=by, **given)


# --- the acceptance example -----------------------------------------------------------------------
@pytest.mark.req("R030")
def test_three_phones_one_of_a_brother_who_agreed_and_calling_updates_last_worked(
    world, register, sign_in, fill_in
):
    case, browser = register(), sign_in(world.caseworker)
    add = reverse("cases:contact", args=[case.reference])
    for values in (
        {"kind": "phone", "value": "0612345678", "owner": "self", "may_be_used": "on"},
        {
            "kind": "phone",
            "value": "+224 622 11 22 33",
            "owner": "relative",
            "owner_name": "Ibrahima, brother",
            "may_be_used": "on",
            "preferred_hours": "after 18:00",
            "language": "ff",
        },
        {"kind": "phone", "value": "+212 698 76 54 32", "owner": "self"},
        {"kind": "messaging", "value": "@test", "owner": "self", "may_be_used": "on"},
        {"kind": "email", "value": "a@example.org", "owner": "friend", "owner_name": "Ali"},
        {"kind": "phone", "value": "+224 622 00 00 00", "owner": "community", "may_be_used": "on"},
    ):
        assert fill_in(browser, add, **values).status_code == 302, values

    phones = list(case.contact_points.filter(kind="phone", owner__in=["self", "relative"]))
    brother = phones[1]
    assert len(phones) == 3
    assert (brother.owner, brother.owner_name) == ("relative", "Ibrahima, brother")
    assert (brother.may_be_used, brother.last_worked_on) == (True, None)

    log = reverse("cases:attempt", args=[case.reference])
    called = {"on": "2019-04-15", "channel": "call", "result": "reached"}
    assert fill_in(browser, log, **called, contact_point=brother.pk).status_code == 302

    brother.refresh_from_db()
    assert brother.last_worked_on == ON
    shown = browser.get(case.get_absolute_url()).content.decode()
    for text in ("+224 622 11 22 33", "Ibrahima, brother", "after 18:00", "Fula", "@test"):
        assert text in shown
    assert "worked on" in shown


@pytest.mark.req("R030")
def test_the_api_takes_and_gives_the_same(world, register, sign_in, api):
    case, browser = register(), sign_in(world.caseworker)
    path = f"cases/{case.reference}"
    body = {
        "kind": "phone",
        "value": "+224 622 11 22 33",
        "owner": "relative",
        "owner_name": "Ibrahima, brother",
        "may_be_used": True,
        "preferred_hours": "after 18:00",
        "language": "ff",
    }
    added = api(browser, f"{path}/contacts/", body)
    assert added.status_code == 201, added.json()

    called = {"on": "2019-04-15", "channel": "call", "result": "reached"}
    called |= {"contact_point": added.json()["id"]}
    assert api(browser, f"{path}/attempts/", called).status_code == 201

    (row,) = browser.get(f"/api/v1/{path}/contacts/").json()["results"]
    assert row == body | {
        "id": added.json()["id"],
        "version": 2,
        "last_worked_on": "2019-04-15",
        "is_active": True,
    }


# --- points ---------------------------------------------------------------------------------------
def test_a_short_number_belongs_to_where_the_person_lives(world, at_step):
    before, after = at_step(CaseStatus.ORIENTED), at_step(CaseStatus.ARRIVED)

    assert point(before, world.fresh("clerk")).value == "+212 6 12 34 56 78"
    here = point(after, world.fresh("focal_point"), value="622 11 22 33")
    assert here.value == "+224 622 11 22 33"


@pytest.mark.parametrize("value", ["many", "12", "+224"])
def test_what_is_no_phone_number_is_refused_at_its_field(world, register, value):
    with pytest.raises(ValidationError) as refused:
        point(register(), world.fresh("clerk"), value=value)

    assert list(refused.value.message_dict) == ["value"]
    assert not ContactPoint.objects.exists()


def test_a_correction_keeps_what_was_and_why(world, register, sign_in, fill_in):
    case = register()
    row = point(case, world.fresh("clerk"))
    browser, url = sign_in(world.caseworker), reverse("cases:correct-contact", args=[row.pk])
    assert url in browser.get(case.get_absolute_url()).content.decode()

    sent = fill_in(
        browser, url, kind="phone", value="0698765432", owner="self", reason="Lost the first"
    )

    assert sent.status_code == 302
    row.refresh_from_db()
    assert (row.value, row.may_be_used, row.is_active) == ("+212 6 98 76 54 32", False, False)
    entry = AuditEntry.objects.filter(model="cases.contactpoint", action="change").get()
    assert (entry.actor, entry.reason) == (world.caseworker, "Lost the first")
    assert entry.changes["is_active"] == [True, False]


def test_the_api_corrects_only_what_is_sent(world, register, sign_in, api):
    row = point(register(), world.fresh("clerk"), language=Language.objects.get(pk="fr"))
    browser, path = sign_in(world.caseworker), f"contact-points/{row.pk}/correct/"

    body = {"may_be_used": False, "reason": "Took it back"}
    assert api(browser, path, body).status_code == 428
    answer = api(browser, path, body, version=row.version)

    assert answer.status_code == 200, answer.json()
    assert api(browser, path, body, version=row.version).status_code == 409
    row.refresh_from_db()
    assert (row.may_be_used, row.value, row.language_id) == (False, "+212 6 12 34 56 78", "fr")
    assert api(sign_in(world.caseworker_oujda), path, body, version=2).status_code == 404


# --- tries ----------------------------------------------------------------------------------------
def test_only_a_success_says_that_a_number_worked_and_never_an_earlier_one(world, register):
    case, by = register(), world.fresh("clerk")
    phone = point(case, by)

    attempt(case, by, contact_point=phone, result="no_answer")
    phone.refresh_from_db()
    assert phone.last_worked_on is None
    attempt(case, by, contact_point=phone)
    attempt(case, by, contact_point=phone, on=D(2019, 4, 1))

    phone.refresh_from_db()
    assert phone.last_worked_on == ON
    assert [a.on for a in case.contact_attempts.all()] == [ON, ON, D(2019, 4, 1)]


def test_nobody_calls_an_owner_who_did_not_agree(world, register, sign_in, api):
    case, by = register(), world.fresh("clerk")
    phone = point(case, by, owner="relative", may_be_used=False)

    with pytest.raises(ValidationError) as refused:
        attempt(case, by, contact_point=phone)
    (error,) = refused.value.error_dict["contact_point"]
    assert error.code == "no_agreement"
    body = {"on": "2019-04-15", "channel": "call", "result": "reached", "contact_point": phone.pk}
    answer = api(sign_in(world.clerk), f"cases/{case.reference}/attempts/", body)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["contact_point"]

    assert attempt(case, by, contact_point=phone, initiated_by_person=True).pk


def test_a_number_of_somebody_else_or_out_of_use_is_refused(world, register):
    case, by = register(), world.fresh("clerk")
    foreign = point(register(), by)
    retired = services.correct_contact_point(point(case, by), by=by, reason="Lost", is_active=False)

    for wrong in (foreign, retired):
        with pytest.raises(ValidationError, match="Choose a contact of this case"):
            attempt(case, by, contact_point=wrong)


def test_a_try_in_the_future_is_refused(world, register):
    with pytest.raises(ValidationError) as refused:
        attempt(register(), world.fresh("clerk"), on=D(2090, 1, 1))

    assert list(refused.value.message_dict) == ["on"]


# --- who ------------------------------------------------------------------------------------------
@pytest.mark.req("R048")
def test_the_country_of_origin_edits_the_address_after_the_arrival_and_the_host_reads(
    world, at_step, sign_in, fill_in
):
    case = at_step(CaseStatus.READY_TO_TRAVEL)
    address = point(case, world.fresh("caseworker"), kind="address", value="Rabat")
    host, origin = sign_in(world.caseworker), sign_in(world.focal_point)
    url = reverse("cases:correct-contact", args=[address.pk])
    values = {"kind": "address", "owner": "self", "is_active": "on", "reason": "Moved"}
    assert host.get(url).status_code == 200
    services.send_handover(case, by=world.fresh("caseworker"))
    assert origin.get(url).status_code == 403
    for step, on in ((CaseStatus.DEPARTED, D(2019, 6, 3)), (CaseStatus.ARRIVED, D(2019, 6, 4))):
        case = services.advance(case, step, on=on, by=world.caseworker)

    assert fill_in(origin, url, value="Kindia", **values).status_code == 302
    assert host.get(url).status_code == 403
    address.refresh_from_db()
    assert address.value == "Kindia"
    assert "Kindia" in host.get(case.get_absolute_url()).content.decode()
    stale = host.post(url, values | {"value": "Rabat", "idempotency_key": "k"})
    assert stale.status_code == 403
    assert "The office of the country of origin does this now" in stale.content.decode()
    assert 'value="Rabat"' in stale.content.decode()


@pytest.mark.parametrize(
    ("step", "side"),
    [
        (CaseStatus.ORIENTED, {"clerk", "caseworker", "protection_officer"}),
        (
            CaseStatus.ARRIVED,
            {"focal_point", "reintegration_officer", "origin_protection_officer"},
        ),
    ],
)
def test_the_side_in_charge_writes_contacts(world, at_step, step, side):
    case = at_step(step)

    may = {n for n in world.people if policies.can_record_contact(world.fresh(n), case)}

    assert may == side
    for name in sorted(set(world.people) - side):
        with pytest.raises(Refused):
            attempt(case, world.fresh(name))


def test_where_nothing_was_handed_over_the_orientation_point_goes_on(world, ready):
    case = ready()
    for step in (CaseStatus.READY_TO_TRAVEL, CaseStatus.DEPARTED):
        case = services.advance(case, step, on=D(2019, 4, 1), by=world.caseworker)

    assert attempt(case, world.fresh("caseworker")).pk
    with pytest.raises(Refused):
        attempt(case, world.fresh("focal_point"))


def test_a_closed_case_takes_no_contact(world, closed, sign_in, fill_in, api):
    case = closed()
    by = world.fresh("caseworker")

    for verb in (point, attempt):
        with pytest.raises(Refused, match="is closed"):
            verb(case, by)
    browser = sign_in(world.caseworker)
    shown = browser.get(case.get_absolute_url()).content.decode()
    for name in ("cases:contact", "cases:attempt", "cases:note"):
        url = reverse(name, args=[case.reference])
        assert browser.get(url).status_code == 403
        assert url not in shown
    body = {"kind": "phone", "value": "0612345678"}
    assert api(browser, f"cases/{case.reference}/contacts/", body).status_code == 403
    body = {"on": "2019-04-15", "channel": "call", "result": "reached"}
    assert api(browser, f"cases/{case.reference}/attempts/", body).status_code == 403


# --- what was logged by mistake -------------------------------------------------------------------
@pytest.mark.parametrize("face", ["page", "api"])
def test_a_try_logged_by_mistake_is_taken_away_and_the_number_worked_before(
    world, register, sign_in, fill_in, api, face
):
    case, by = register(), world.fresh("clerk")
    phone = point(case, by)
    attempt(case, by, contact_point=phone, on=D(2019, 4, 1))
    wrong = attempt(case, by, contact_point=phone)
    browser = sign_in(world.clerk)

    if face == "page":
        url = reverse("cases:withdraw-attempt", args=[wrong.pk])
        assert url in browser.get(case.get_absolute_url()).content.decode()
        assert fill_in(browser, url, reason="Another person").status_code == 302
    else:
        path = f"contact-attempts/{wrong.pk}/withdraw/"
        answer = api(browser, path, {"reason": "Another person"})
        assert answer.status_code == 200, answer.json()

    phone.refresh_from_db()
    assert phone.last_worked_on == D(2019, 4, 1)
    assert [a.on for a in case.contact_attempts.all()] == [D(2019, 4, 1)]
    entry = AuditEntry.objects.get(model="cases.contactattempt", action="delete")
    assert entry.reason == "Another person"
    assert case.reference in entry.references


def test_a_try_is_taken_away_by_whoever_may_log_one(world, register):
    case = register()
    row = attempt(case, world.fresh("clerk"))

    for name in ("caseworker_oujda", "focal_point", "programme_manager"):
        with pytest.raises(Refused):
            services.withdraw_attempt(row, reason="x", by=world.fresh(name))


def test_what_is_no_email_address_is_refused_at_its_field(world, register):
    with pytest.raises(ValidationError) as refused:
        point(register(), world.fresh("clerk"), kind="email", value="a at example")

    assert list(refused.value.message_dict) == ["value"]
