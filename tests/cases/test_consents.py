"""Consents by purpose, and the declaration: asked by the side in charge, withdrawn anywhere."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases import policies, services
from cases.enums import CaseStatus, ConsentAnswer, ConsentPurpose
from cases.models import Consent
from core.exceptions import Refused
from core.models import AuditEntry
from reference.models import Language

D = datetime.date
pytestmark = pytest.mark.django_db
ON = D(2019, 9, 2)
HOST = {"clerk", "caseworker", "protection_officer"}
ORIGIN = {"focal_point", "reintegration_officer", "origin_protection_officer"}


def consent(case, by, answer=ConsentAnswer.GIVEN, **values):
    given = {"purpose": ConsentPurpose.RESEARCH, "answer": answer, "on": ON} | values
    return services.record_consent(case, by=by, **given)


def who(rule, case, world):
    return {name for name in world.people if rule(world.fresh(name), case)}


def test_an_answer_leaves_the_earlier_one_and_the_latest_counts(world, register):
    case, by = register(), world.fresh("clerk")
    french = Language.objects.get(pk="fr")

    first = consent(case, by, language=french, given_by="guardian", note="Uncle was there")
    consent(case, by, ConsentAnswer.REFUSED, on=D(2019, 9, 3))

    assert not policies.has_consent(case, ConsentPurpose.RESEARCH)
    assert Consent.objects.filter(case=case, purpose=ConsentPurpose.RESEARCH).count() == 2
    first.refresh_from_db()
    assert (first.answer, first.language, first.given_by) == ("given", french, "guardian")
    assert (first.recorded_by, first.note) == (world.clerk, "Uncle was there")
    assert AuditEntry.objects.filter(model="cases.consent", action="create").count() == 2


def test_an_answer_in_the_future_is_refused(world, register):
    with pytest.raises(ValidationError) as refused:
        consent(register(), world.fresh("clerk"), on=D(2090, 1, 1))

    assert list(refused.value.message_dict) == ["on"]


def test_several_answers_of_one_conversation(world, register):
    case = register()

    rows = services.record_consents(
        case,
        answers={"story": "given", "research": "refused", "follow_up": ""},
        on=ON,
        by=world.fresh("clerk"),
    )

    assert {(row.purpose, row.answer) for row in rows} == {
        ("story", "given"),
        ("research", "refused"),
    }


@pytest.mark.parametrize(
    ("step", "side"), [(CaseStatus.ORIENTED, HOST), (CaseStatus.ARRIVED, ORIGIN)]
)
def test_the_side_in_charge_asks(world, at_step, step, side):
    case = at_step(step)

    assert who(policies.can_record_consent, case, world) == side
    for name in HOST | ORIGIN:
        if name in side:
            assert consent(case, world.fresh(name)).recorded_by == world.people[name]
        else:
            with pytest.raises(Refused):
                consent(case, world.fresh(name))


@pytest.mark.parametrize("is_closed", [False, True])
@pytest.mark.parametrize("step", [CaseStatus.ORIENTED, CaseStatus.ARRIVED])
def test_a_withdrawal_is_noted_on_either_side_and_after_closure(
    world, at_step, closed, step, is_closed
):
    case = closed(step) if is_closed else at_step(step)

    assert who(policies.can_withdraw_consent, case, world) == HOST | ORIGIN
    for name in sorted(HOST | ORIGIN):
        consent(case, world.fresh(name), ConsentAnswer.WITHDRAWN)
    for name in ("caseworker_oujda", "focal_point_mali", "programme_manager", "trainer"):
        with pytest.raises(Refused):
            consent(case, world.fresh(name), ConsentAnswer.WITHDRAWN)


def test_a_closed_case_is_asked_for_no_new_consent(world, closed):
    case = closed()

    with pytest.raises(Refused, match="is closed"):
        consent(case, world.fresh("caseworker"))


def test_the_page_offers_only_the_withdrawal_where_nothing_else_is_possible(
    world, closed, sign_in, fill_in, api
):
    case = closed()
    browser = sign_in(world.caseworker)
    url = reverse("cases:consent", args=[case.reference])
    assert (
        "Record the withdrawal of a consent"
        in browser.get(case.get_absolute_url()).content.decode()
    )
    assert 'value="given"' not in browser.get(url).content.decode()
    values = {"purpose": "follow_up", "on": "2019-09-02", "given_by": "self"}

    assert fill_in(browser, url, **values, answer="given").status_code == 422
    assert fill_in(browser, url, **values, answer="withdrawn", language="fr").status_code == 302
    path = f"cases/{case.reference}/consents/"
    assert api(browser, path, values | {"answer": "given"}).status_code == 403
    assert api(browser, path, values | {"answer": "withdrawn"}).status_code == 201

    rows = case.consents.filter(purpose="follow_up").order_by("id")
    assert [row.answer for row in rows] == ["given", "withdrawn", "withdrawn"]
    assert rows[1].language_id == "fr"


def test_page_and_api_record_the_same_consent(world, register, sign_in, fill_in, api):
    case = register()
    browser = sign_in(world.clerk)
    values = {"purpose": "story", "answer": "given", "on": "2019-09-02", "given_by": "self"}
    values |= {"language": "ff", "note": "With photo"}

    fill_in(browser, reverse("cases:consent", args=[case.reference]), **values)
    answer = api(browser, f"cases/{case.reference}/consents/", values)

    assert answer.status_code == 201, answer.json()
    first, second = case.consents.filter(purpose="story")
    for name in ("answer", "answered_on", "given_by", "language_id", "note", "recorded_by_id"):
        assert getattr(first, name) == getattr(second, name)
    listed = browser.get(f"/api/v1/cases/{case.reference}/consents/").json()["results"]
    assert listed[0]["language"] == "ff"


# --- the declaration ------------------------------------------------------------------------------
def test_a_declaration_is_signed_once_and_withdrawn_with_its_day(world, register):
    case, by = register(), world.fresh("clerk")
    services.declare_voluntary(
        case, on=D(2019, 3, 4), by=by, language=Language.objects.get(pk="fr"), witness="A. Sow"
    )
    with pytest.raises(ValidationError, match="in force already"):
        services.declare_voluntary(case, on=D(2019, 3, 5), by=by)

    row = services.withdraw_declaration(case, on=D(2019, 5, 6), by=by, reason="Stays")

    assert (row.withdrawn_on, row.recorded_by, row.witness) == (D(2019, 5, 6), by, "A. Sow")
    assert not policies.has_declaration(case)
    entry = AuditEntry.objects.filter(model="cases.declaration").latest("id")
    assert (entry.reason, entry.changes["withdrawn_on"]) == ("Stays", [None, "2019-05-06"])
    with pytest.raises(ValidationError) as refused:
        services.withdraw_declaration(case, on=D(2019, 5, 6), by=by)
    assert refused.value.code == "no_declaration"


def test_a_declaration_is_not_withdrawn_before_it_was_signed(world, ready):
    with pytest.raises(ValidationError, match="before the signature"):
        services.withdraw_declaration(ready(), on=D(2019, 3, 1), by=world.fresh("clerk"))


@pytest.mark.parametrize("verb", [services.declare_voluntary, services.withdraw_declaration])
def test_no_declaration_in_the_future(world, ready, register, verb):
    case = register() if verb is services.declare_voluntary else ready()

    with pytest.raises(ValidationError) as refused:
        verb(case, on=D(2090, 1, 1), by=world.fresh("clerk"))

    assert list(refused.value.message_dict) == ["on"]


def test_the_declaration_belongs_before_the_departure_its_withdrawal_anywhere(
    world, at_step, sign_in, fill_in
):
    before, after = at_step(CaseStatus.ORIENTED), at_step(CaseStatus.ARRIVED)

    assert who(policies.can_declare, before, world) == HOST
    assert who(policies.can_declare, after, world) == set()
    with pytest.raises(Refused):
        services.declare_voluntary(after, on=ON, by=world.fresh("focal_point"))
    browser = sign_in(world.focal_point)
    declare = reverse("cases:declare", args=[after.reference])
    withdraw = reverse("cases:withdraw-declaration", args=[after.reference])
    assert browser.get(declare).status_code == 403
    assert fill_in(browser, withdraw, on="2019-09-02").status_code == 302
    assert declare not in browser.get(after.get_absolute_url()).content.decode()
    assert after.declarations.get().withdrawn_on == ON
