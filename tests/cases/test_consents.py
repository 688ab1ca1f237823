"""Consents by purpose, and the declaration: asked by the side in charge, withdrawn anywhere."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases import policies, services
from cases.enums import CaseStatus, ConsentAnswer, ConsentPurpose
from cases.models import Case, Consent
from core.exceptions import Refused
from core.models import AuditEntry
from reference.models import Language
from tests.cases.test_views import FORM

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
    with pytest.raises(ValidationError) as refused:
        services.record_consents(case, answers={"story": "perhaps"}, on=ON, by=world.fresh("clerk"))
    assert list(refused.value.message_dict) == ["answer"]


# --- who answers, and in which language -----------------------------------------------------------
@pytest.mark.req("R020")
def test_the_yes_of_a_child_travelling_alone_is_a_guardians(world, register):
    case = register(birth_on=D(2004, 2, 1), is_unaccompanied_child=True)
    by = world.fresh("protection_officer")
    purpose = ConsentPurpose.PROCESSING

    with pytest.raises(ValidationError) as refused:
        consent(case, by, purpose=purpose)
    assert list(refused.value.message_dict) == ["given_by"]
    assert consent(case, by, ConsentAnswer.REFUSED, purpose=purpose).given_by == "self"
    consent(case, by, purpose=purpose, given_by="best_interest")
    assert policies.has_consent(case, purpose)


@pytest.mark.req("R020")
def test_a_yes_of_the_child_itself_from_before_is_no_paper_for_the_departure(world, ready):
    case = ready(birth_on=D(2004, 2, 1), is_unaccompanied_child=True)
    assert policies.missing_for_departure(case, on=ON) == []

    Consent.objects.filter(case=case).update(given_by="self")

    assert policies.missing_for_departure(case, on=ON) == [ConsentPurpose.PROCESSING.label]


@pytest.mark.req("R020")
@pytest.mark.parametrize("face", ["page", "api"])
def test_registration_says_who_answered_and_in_which_language(world, sign_in, api, face):
    officer = sign_in(world.protection_officer)
    said = {"given_by": "guardian", "explained_in": "ff"}

    def send(**values):
        if face == "page":
            form = FORM | {"office": world.rabat.pk, "birth_on": "2004-02-01"}
            return officer.post("/cases/new/", form | {"is_unaccompanied_child": "True"} | values)
        body: dict[str, object] = {"family_name": "Diallo", "nationality": "GN", "office": "rabat"}
        body |= {"country": "GN", "registered_on": "2019-03-04", "birth_on": "2004-02-01"}
        body |= {"is_unaccompanied_child": True, "consents": {"processing": "given"}}
        return api(officer, "cases/", body | {"declaration_signed_on": "2019-03-04"} | values)

    assert send().status_code in (400, 422)
    assert not Case.objects.exists()
    assert send(**said).status_code in (201, 302)

    row = Consent.objects.get(purpose="processing")
    assert (row.given_by, row.language_id) == ("guardian", "ff")
    assert Case.objects.get().declarations.get().language_id == "ff"


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


# --- sharing with the country of origin -----------------------------------------------------------
@pytest.fixture
def no_longer_shared(world, at_step):
    """Somebody who arrived and then told the focal point to stop sharing the file."""
    case = at_step(CaseStatus.ARRIVED)
    consent(
        case,
        world.fresh("focal_point"),
        ConsentAnswer.WITHDRAWN,
        purpose=ConsentPurpose.SHARE_WITH_ORIGIN,
    )
    return Case.objects.get(pk=case.pk)


def test_what_is_stored_is_what_the_answers_say(world, ready):
    case, by = ready(), world.fresh("protection_officer")
    share = ConsentPurpose.SHARE_WITH_ORIGIN

    def shared():
        row = Case.objects.get(pk=case.pk)
        agreed = Case.objects.filter(pk=case.pk, handed_over_at__isnull=False)
        assert row.is_shared_with_origin == agreed.with_current_consent(share).exists()
        return row.is_shared_with_origin

    found = [shared()]
    services.send_handover(case, by=by)
    found.append(shared())
    for answer, day in (("withdrawn", 4), ("given", 3), ("refused", 5), ("given", 6)):
        consent(Case.objects.get(pk=case.pk), by, answer, purpose=share, on=D(2019, 9, day))
        found.append(shared())

    assert found == [False, True, False, False, False, True]


@pytest.mark.req("R002")
def test_the_office_of_origin_sees_a_file_no_longer_once_the_sharing_is_withdrawn(
    world, at_step, no_longer_shared, sign_in
):
    kept, case = at_step(CaseStatus.ARRIVED), no_longer_shared

    for name in ORIGIN:
        assert set(Case.objects.visible_to(world.fresh(name))) == {kept}
    assert {kept, case} == set(Case.objects.visible_to(world.fresh("caseworker")))
    browser = sign_in(world.focal_point)
    assert browser.get(case.get_absolute_url()).status_code == 404
    assert browser.get(f"/api/v1/cases/{case.reference}/").status_code == 404
    assert case.reference not in browser.get("/cases/").content.decode()
    assert browser.get("/cases/", {"q": case.reference}).status_code == 200


def test_the_host_works_on_it_again_and_is_told_so(world, at_step, no_longer_shared, sign_in):
    kept, case = at_step(CaseStatus.ARRIVED), no_longer_shared
    words = "No longer shared with the country of origin"

    assert who(policies.can_record_consent, case, world) == HOST
    assert who(policies.can_close, case, world) == {
        "caseworker",
        "protection_officer",
        "programme_manager",
        "second_manager",
    }
    home = sign_in(world.caseworker).get("/").content.decode()
    assert words in home
    assert case.reference in home.split(words)[1].split("</section>")[0]
    assert kept.reference not in home.split(words)[1].split("</section>")[0]
    assert words not in sign_in(world.caseworker_oujda).get("/").content.decode()
    assert words not in sign_in(world.focal_point).get("/").content.decode()


def test_a_new_yes_opens_the_file_to_the_office_of_origin_again(world, no_longer_shared):
    case = no_longer_shared

    consent(case, world.fresh("caseworker"), purpose=ConsentPurpose.SHARE_WITH_ORIGIN)

    case = Case.objects.get(pk=case.pk)
    assert case in Case.objects.visible_to(world.fresh("focal_point"))
    assert who(policies.can_record_consent, case, world) == ORIGIN


def test_a_withdrawal_is_not_dated_before_the_answer_it_ends(world, ready):
    case = ready()

    with pytest.raises(ValidationError) as refused:
        consent(
            case,
            world.fresh("clerk"),
            ConsentAnswer.WITHDRAWN,
            purpose=ConsentPurpose.SHARE_WITH_ORIGIN,
            on=D(2019, 3, 3),
        )

    assert refused.value.message_dict == {
        "on": ["The latest answer is of 4 March 2019. Give that day or a later one."]
    }


def test_a_no_is_not_dated_before_the_answer_it_ends_either(world, ready):
    with pytest.raises(ValidationError) as refused:
        consent(
            ready(),
            world.fresh("clerk"),
            ConsentAnswer.REFUSED,
            purpose=ConsentPurpose.SHARE_WITH_ORIGIN,
            on=D(2019, 3, 3),
        )

    assert list(refused.value.message_dict) == ["on"]


def test_who_notes_the_end_of_the_sharing_is_led_home_with_a_word(world, at_step, sign_in, fill_in):
    case = at_step(CaseStatus.ARRIVED)
    browser = sign_in(world.focal_point)
    values = {"purpose": "share_with_origin", "answer": "withdrawn", "given_by": "self"}

    answer = fill_in(
        browser, reverse("cases:consent", args=[case.reference]), **values, on="2019-09-02"
    )

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "Your office no longer sees this file." in browser.get("/").content.decode()


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
    assert not Case.objects.declared(on=D(2019, 5, 6)).exists()
    entry = AuditEntry.objects.filter(model="cases.declaration").latest("id")
    assert (entry.action, entry.reason) == ("change", "Stays")
    assert entry.changes == {"withdrawn_on": [None, "2019-05-06"]}
    with pytest.raises(ValidationError) as refused:
        services.withdraw_declaration(case, on=D(2019, 5, 6), by=by)
    assert refused.value.code == "no_declaration"


def test_a_declaration_is_not_withdrawn_before_it_was_signed(world, ready):
    with pytest.raises(ValidationError, match="signed on 4 March 2019") as refused:
        services.withdraw_declaration(ready(), on=D(2019, 3, 1), by=world.fresh("clerk"))

    assert list(refused.value.message_dict) == ["on"]


def test_a_declaration_is_not_signed_before_the_person_came_or_was_sent(world, register):
    by = world.fresh("clerk")
    came, sent = register(), register(referred_on=D(2019, 3, 1))

    for case, first in ((came, D(2019, 3, 4)), (sent, D(2019, 3, 1))):
        with pytest.raises(ValidationError) as refused:
            services.declare_voluntary(case, on=first - datetime.timedelta(days=1), by=by)
        assert list(refused.value.message_dict) == ["on"]
        assert services.declare_voluntary(case, on=first, by=by).signed_on == first


@pytest.mark.req("R020")
@pytest.mark.parametrize("face", ["page", "api"])
def test_a_declaration_written_down_wrongly_is_corrected_and_not_withdrawn(
    world, ready, sign_in, fill_in, api, face
):
    case, browser = ready(), sign_in(world.clerk)
    right = {"on": "2019-03-06", "language": "fr", "witness": "Uncle", "reason": "Wrong day"}
    mistaken = {"on": "2019-03-06", "is_mistaken": "on", "reason": "Another person's"}
    path = f"cases/{case.reference}/declaration/"

    if face == "page":
        url = reverse("cases:correct-declaration", args=[case.reference])
        assert 'value="2019-03-04"' in browser.get(url).content.decode()
        assert fill_in(browser, url, **right).status_code == 302
    else:
        assert api(browser, f"{path}correct/", right).status_code == 428
        answer = api(browser, f"{path}correct/", right, version=1)
        assert (answer.status_code, answer.json()["by"]) == (200, world.caseworker.name)
        assert api(browser, f"{path}correct/", right, version=1).status_code == 409

    row = case.declarations.get()
    assert (row.signed_on, row.language_id, row.witness) == (D(2019, 3, 6), "fr", "Uncle")
    assert row.withdrawn_on is None
    entry = AuditEntry.objects.get(model="cases.declaration", action="change")
    assert entry.reason == "Wrong day"
    listed = browser.get(f"/api/v1/{path}").json()["results"]
    assert [(one["signed_on"], one["version"]) for one in listed] == [("2019-03-06", 2)]

    if face == "page":
        assert fill_in(browser, url, **mistaken).status_code == 302
    else:
        assert api(browser, f"{path}correct/", mistaken, version=2).status_code == 200
    assert not case.declarations.exists()
    assert AuditEntry.objects.filter(model="cases.declaration", action="delete").exists()


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


@pytest.mark.req("R020")
def test_page_and_api_declare_and_withdraw_alike(world, register, sign_in, fill_in, api):
    one, other = register(), register()
    browser = sign_in(world.caseworker)
    signed = {"on": "2019-03-05", "language": "fr", "witness": "Uncle"}
    changed = {"on": "2019-03-06", "reason": "Changed their mind"}

    for name, values in (("declare", signed), ("withdraw-declaration", changed)):
        url = reverse(f"cases:{name}", args=[one.reference])
        assert fill_in(browser, url, **values).status_code == 302
    path = f"cases/{other.reference}/declaration/"
    declared = api(browser, path, signed)
    assert api(browser, f"{path}withdraw/", changed).status_code == 428
    assert api(browser, f"{path}withdraw/", changed, version=7).status_code == 409
    withdrawn = api(browser, f"{path}withdraw/", changed, version=1)

    assert (declared.status_code, withdrawn.status_code) == (201, 200)
    assert withdrawn.json() == {
        "by": world.caseworker.name,
        "version": 2,
        "signed_on": "2019-03-05",
        "language": "fr",
        "witness": "Uncle",
        "withdrawn_on": "2019-03-06",
    }
    fields = ("signed_on", "language", "witness", "withdrawn_on", "recorded_by")
    assert one.declarations.values(*fields).get() == other.declarations.values(*fields).get()
    again = api(browser, f"{path}withdraw/", changed, version=2)
    assert again.status_code == 400
    assert "no declaration in force" in again.content.decode()
