"""Referrals by government partners: sent, answered once, and nothing more is seen (R010)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from cases import services
from cases.enums import ReferralStatus
from cases.models import Case, Referral
from cases.workflow import REFERRAL_TRANSITIONS
from core import workflow
from core.exceptions import Refused
from core.models import AuditEntry
from reference.models import Country, Place, ReferralSource
from reports.indicators import Scope
from reports.indicators.evaluation import evaluate
from tests.cases.test_views import FORM

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture
def refer(world):
    def _refer(by="referrer", **values):
        given = {
            "family_name": "Diallo",
            "given_name": "Mariama",
            "nationality": world.country("GN"),
            "office": world.rabat,
            "reason": "Asks to go home",
        }
        return services.refer(by=world.fresh(by), **(given | values))

    return _refer


def answered_by(world):
    return {"answered_on": D(2019, 3, 4), "answered_by": world.clerk}


def test_a_referral_comes_from_the_referrers_organisation(world, refer):
    row = refer(referred_on=D(2019, 3, 1))

    assert row.organisation == world.organisations["entraide"]
    assert (row.referred_by, row.referred_on, row.status) == (
        world.referrer,
        D(2019, 3, 1),
        "received",
    )


@pytest.mark.parametrize("name", ["clerk", "caseworker", "focal_point", "trainer", "nobody"])
def test_nobody_else_refers(refer, name):
    with pytest.raises(Refused):
        refer(by=name)


def test_a_declined_referral_keeps_the_day_and_the_reason(world, refer, sign_in, fill_in):
    row = refer()
    browser = sign_in(world.clerk)
    url = reverse("cases:decline-referral", args=[row.reference])
    assert url in browser.get(row.get_absolute_url()).content.decode()

    assert fill_in(browser, url, reason="Never came").status_code == 302

    row.refresh_from_db()
    assert row.status == ReferralStatus.NOT_REGISTERED
    assert row.answered_on is not None
    assert (row.answered_by, row.answer_reason) == (world.clerk, "Never came")
    assert "Never came" in browser.get(row.get_absolute_url()).content.decode()
    entry = AuditEntry.objects.filter(model="cases.referral", action="change").get()
    assert (entry.reason, entry.actor) == ("Never came", world.clerk)
    assert url not in browser.get(row.get_absolute_url()).content.decode()
    assert browser.get(url).status_code == 403
    assert browser.post(url, {"reason": "x", "idempotency_key": "k"}).status_code == 403


@pytest.mark.parametrize(
    "name", ["caseworker_oujda", "origin_protection_officer", "referrer", "programme_manager"]
)
def test_only_the_point_it_was_sent_to_answers(world, refer, name):
    row = refer()

    with pytest.raises(Refused):
        services.decline_referral(row, by=world.fresh(name), reason="x")

    row.refresh_from_db()
    assert row.status == ReferralStatus.RECEIVED


def test_registering_settles_it_once(world, refer, register):
    row = refer()

    case = register(referral=row, by=world.fresh("clerk"))

    row.refresh_from_db()
    assert (row.status, row.case) == (ReferralStatus.REGISTERED, case)
    with pytest.raises(ValidationError):
        register(referral=row, by=world.fresh("clerk"))
    with pytest.raises(ValidationError):
        services.decline_referral(row, by=world.fresh("clerk"), reason="x")
    assert Case.objects.count() == 1


def test_every_arrow_of_a_referral_that_is_not_declared_is_refused(world, refer, register):
    case = register()
    for before in ReferralStatus:
        row = refer()
        is_registered = before == ReferralStatus.REGISTERED
        answered = {} if before == ReferralStatus.RECEIVED else answered_by(world)
        Referral.objects.filter(pk=row.pk).update(
            status=before, case=case if is_registered else None, **answered
        )
        for after in set(ReferralStatus) - REFERRAL_TRANSITIONS[before]:
            with pytest.raises(ValidationError) as refused:
                workflow.move(row, after, transitions=REFERRAL_TRANSITIONS, by=world.clerk)
            assert refused.value.code == "invalid_transition", (before, after)


def test_page_and_api_refer_alike(world, sign_in, fill_in, api):
    browser = sign_in(world.referrer)
    values = {"family_name": "Diallo", "given_name": "Mariama", "nationality": "GN"}
    values |= {"phone": "+212612345678", "reason": "Asks to go home", "sex": "female"}

    sent = fill_in(browser, reverse("cases:refer"), office=world.rabat.pk, **values)
    answer = api(browser, "referrals/", values | {"office": "rabat"})

    assert (sent.status_code, answer.status_code) == (302, 201)
    first, second = Referral.objects.order_by("id")
    for name in ("family_name", "given_name", "sex", "phone", "reason", "office", "organisation"):
        assert getattr(first, name) == getattr(second, name)
    assert set(answer.json()) == {
        "reference",
        "family_name",
        "given_name",
        "referred_on",
        "office",
        "status",
    }


@pytest.mark.req("R010")
def test_the_referrer_sees_not_registered_on_page_and_api_and_no_more(world, refer, sign_in):
    row = refer()
    services.decline_referral(row, by=world.fresh("clerk"), reason="Asked for asylum")
    referrer = sign_in(world.referrer)

    page = referrer.get(row.get_absolute_url()).content.decode()
    told = referrer.get(f"/api/v1/referrals/{row.reference}/")

    assert "Not registered" in page
    assert told.json()["status"] == "not_registered"
    assert "Asked for asylum" not in page + told.content.decode()


# --- registered already ---------------------------------------------------------------------------
@pytest.mark.req("R010")
@pytest.mark.parametrize("face", ["page", "api"])
def test_somebody_registered_already_is_linked_and_the_referrer_sees_the_status_only(
    world, refer, register, sign_in, fill_in, api, face
):
    case = register()
    rows = [refer(), refer()]  # referred twice, one case
    browser = sign_in(world.clerk)

    for row in rows:
        if face == "page":
            url = reverse("cases:link-referral", args=[row.reference])
            assert url in browser.get(row.get_absolute_url()).content.decode()
            assert fill_in(browser, url, case=case.reference.lower()).status_code == 302
        else:
            path = f"referrals/{row.reference}/link/"
            answer = api(browser, path, {"case": case.reference}, version=row.version)
            assert (answer.status_code, answer.json()["status"]) == (200, "registered")

    for row in rows:
        row.refresh_from_db()
        assert (row.status, row.case) == (ReferralStatus.REGISTERED, case)
    referrer = sign_in(world.referrer)
    page = referrer.get(row.get_absolute_url()).content.decode()
    told = referrer.get(f"/api/v1/referrals/{row.reference}/")
    assert "Registered" in page
    assert told.json()["status"] == "registered"
    assert case.reference not in page + told.content.decode()
    assert Case.objects.count() == 1


@pytest.mark.parametrize("which", ["closed", "elsewhere", "none"])
def test_only_an_open_case_that_one_sees_is_linked(world, refer, register, closed, which):
    row = refer()
    reference = {
        "closed": lambda: closed().reference,
        "elsewhere": lambda: register(office=world.oujda).reference,
        "none": lambda: "no such case",
    }[which]()

    with pytest.raises(ValidationError) as refused:
        services.link_referral(row, case=reference, by=world.fresh("clerk"))

    assert list(refused.value.message_dict) == ["case"]
    row.refresh_from_db()
    assert row.status == ReferralStatus.RECEIVED


def test_only_the_point_it_was_sent_to_links(world, refer, register):
    case = register()

    with pytest.raises(Refused):
        services.link_referral(
            refer(office=world.oujda), case=case.reference, by=world.fresh("caseworker")
        )


# --- the source of a registration -----------------------------------------------------------------
@pytest.fixture
def source():
    """Entraide counts under a source of its own."""
    return ReferralSource.objects.create(
        code="entraide", label_fr="Entraide", label_en="Entraide", label_ar="Entraide"
    )


@pytest.mark.req("R017")
@pytest.mark.parametrize("face", ["page", "api"])
def test_a_referral_tells_its_source_and_day_up_to_the_indicator(
    world, refer, source, sign_in, fill_in, api, face
):
    row = refer(referred_on=D(2019, 3, 1))
    browser = sign_in(world.clerk)

    if face == "page":
        url = f"{reverse('cases:register')}?referral={row.reference}"
        asked = browser.get(url).content.decode()
        assert '<option value="entraide" selected>' in asked
        values = FORM | {"office": world.rabat.pk, "referral_source": "", "referred_on": ""}
        del values["idempotency_key"]
        assert fill_in(browser, url, **values).status_code == 302
    else:
        body = {"family_name": "Diallo", "nationality": "GN", "office": "rabat", "country": "GN"}
        body |= {"registered_on": "2019-03-04", "referral": row.reference}
        assert api(browser, "cases/", body).status_code == 201

    case = Case.objects.get()
    assert (case.referral_source, case.referred_on) == (source, D(2019, 3, 1))
    row.refresh_from_db()
    assert row.case == case
    told = browser.get(f"/api/v1/cases/{case.reference}/").json()
    assert (told["referral_source"], told["referred_on"]) == ("entraide", "2019-03-01")
    assert told["registered_by"] == world.clerk.name
    scope = Scope(user=world.fresh("me_officer"), programme=world.foras, as_of=D(2019, 12, 31))
    sources = evaluate(scope)["figures"]["registered"]["by"]["source"]
    assert sum(sources.values()) == sources["entraide"] == 1


def test_what_the_clerk_says_of_the_source_stands(world, refer, source, register):
    other = ReferralSource.objects.get(pk="ngo")

    case = register(referral=refer(), referral_source=other, by=world.fresh("clerk"))

    assert case.referral_source == other


def test_an_organisation_without_a_source_of_its_own_counts_by_its_kind(world, refer):
    row = refer(by="other_referrer")

    assert row.source == ReferralSource.objects.get(pk="ngo")


def test_a_referral_that_was_answered_or_is_not_ones_own_registers_nobody(
    world, refer, sign_in, api
):
    row = refer(office=world.oujda)
    body = {"family_name": "Diallo", "nationality": "GN", "office": "rabat", "country": "GN"}
    body |= {"registered_on": "2019-03-04", "referral": row.reference}

    answer = api(sign_in(world.clerk), "cases/", body)

    assert list(answer.json()["errors"]) == ["referral"]
    assert not Case.objects.exists()


# --- registering from a referral ------------------------------------------------------------------
def test_a_referral_answered_meanwhile_refuses_the_registration_and_keeps_what_was_typed(
    world, refer, sign_in
):
    row = refer()
    clerk = sign_in(world.clerk)
    url = f"{reverse('cases:register')}?referral={row.reference}"
    assert clerk.get(url).status_code == 200
    services.decline_referral(row, by=world.fresh("caseworker"), reason="Never came")
    form = FORM | {"office": world.rabat.pk, "life_plans": "a small shop"}

    for address in (url, f"{reverse('cases:register')}?referral=nothing"):
        answer = clerk.post(address, form)
        assert answer.status_code == 422
        assert "a small shop" in answer.content.decode()

    assert not Case.objects.exists()
    assert clerk.get(url).status_code == 404


def test_a_double_click_on_a_referral_registers_once_and_leads_to_the_case(world, refer, sign_in):
    clerk = sign_in(world.clerk)
    url = f"{reverse('cases:register')}?referral={refer().reference}"
    form = FORM | {"office": world.rabat.pk}

    first, second = (clerk.post(url, form) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == first["Location"] == Case.objects.get().get_absolute_url()


# --- corrections ----------------------------------------------------------------------------------
@pytest.mark.req("R010")
@pytest.mark.parametrize("face", ["page", "api"])
def test_the_office_takes_back_an_answer_and_the_referrer_sees_the_status_alone(
    world, refer, sign_in, fill_in, api, face
):
    row = refer()
    browser = sign_in(world.clerk)
    if face == "page":
        services.decline_referral(row, by=world.fresh("clerk"), reason="Asked for asylum")
        url = reverse("cases:take-back-answer", args=[row.reference])
        assert url in browser.get(row.get_absolute_url()).content.decode()
        assert fill_in(browser, url, reason="Wrong person").status_code == 302
    else:
        path = f"referrals/{row.reference}"
        declined = api(browser, f"{path}/decline/", {"reason": "x"}, version=row.version)
        assert declined.json()["status"] == "not_registered"
        back = api(browser, f"{path}/take-back/", {"reason": "Wrong"}, version=row.version + 1)
        assert back.json()["status"] == "received"

    row.refresh_from_db()
    assert (row.status, row.answered_on, row.answered_by, row.answer_reason) == (
        ReferralStatus.RECEIVED,
        None,
        None,
        "",
    )
    told = sign_in(world.referrer).get(f"/api/v1/referrals/{row.reference}/").json()
    assert set(told) == {
        "reference",
        "family_name",
        "given_name",
        "referred_on",
        "office",
        "status",
    }


@pytest.mark.parametrize("face", ["page", "api"])
def test_a_referrer_corrects_a_referral_until_it_is_answered(
    world, refer, sign_in, fill_in, api, face
):
    row = refer()
    browser = sign_in(world.referrer)
    values = {"family_name": "Jallow", "phone": "0612345678", "referred_on": "2019-03-01"}
    url = reverse("cases:correct-referral", args=[row.reference])
    path = f"referrals/{row.reference}/correct/"

    if face == "page":
        form = values | {"nationality": "GN", "office": world.rabat.pk, "why": "Spelling"}
        assert fill_in(browser, url, **form).status_code == 302
    else:
        answer = api(browser, path, values | {"why": "Spelling"}, version=row.version)
        assert answer.status_code == 200, answer.json()

    row.refresh_from_db()
    assert (row.family_name, row.phone, row.referred_on) == (
        "Jallow",
        "+212 6 12 34 56 78",
        D(2019, 3, 1),
    )
    assert AuditEntry.objects.filter(model="cases.referral").latest("id").reason == "Spelling"
    services.decline_referral(row, by=world.fresh("clerk"), reason="x")
    assert browser.get(url).status_code == 403
    refused = api(browser, path, values | {"why": "x"}, version=row.version + 1)
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("values", "field"),
    [({"phone": "12"}, "phone"), ({"referred_on": D(2090, 1, 1)}, "referred_on")],
)
def test_what_cannot_be_of_a_referral_is_named_at_its_field(refer, values, field):
    with pytest.raises(ValidationError) as refused:
        refer(**values)

    assert list(refused.value.message_dict) == [field]


def test_an_answered_referral_has_a_day_and_an_author(refer):
    row = refer()

    with pytest.raises(IntegrityError, match="referral_answered_by_somebody"):
        Referral.objects.filter(pk=row.pk).update(status=ReferralStatus.NOT_REGISTERED)


def test_the_api_takes_no_retired_place_source_or_country(world, sign_in, api):
    Country.objects.filter(pk="GN").update(is_active=False)
    ReferralSource.objects.filter(pk="ngo").update(is_active=False)
    Place.objects.filter(country="ML").update(is_active=False)
    place = Place.objects.filter(country="ML").first()
    body: dict[str, object] = {"family_name": "Diallo", "nationality": "GN"}
    body |= {"office": "rabat", "country": "GN", "registered_on": "2019-03-04"}
    body |= {"referral_source": "ngo", "destination": place.pk}

    answer = api(sign_in(world.clerk), "cases/", body)
    referred = api(
        sign_in(world.referrer),
        "referrals/",
        {"family_name": "Diallo", "nationality": "GN", "office": "rabat"},
    )

    assert set(answer.json()["errors"]) == {
        "nationality",
        "country",
        "referral_source",
        "destination",
    }
    assert set(referred.json()["errors"]) == {"nationality"}
