"""Referrals by government partners: sent, answered once, and nothing more is seen (R010)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases import services
from cases.enums import ReferralStatus
from cases.models import Case, Referral
from cases.workflow import REFERRAL_TRANSITIONS
from core import workflow
from core.exceptions import Refused
from core.models import AuditEntry

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
        Referral.objects.filter(pk=row.pk).update(
            status=before, case=case if is_registered else None
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
