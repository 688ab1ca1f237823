"""The first contact in the country of origin (R118)."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from cases import services as case_services
from cases.enums import CaseStatus
from cases.models import Case, Consent, ContactAttempt
from core.exceptions import Refused
from core.models import AuditEntry
from reintegration import reach, services
from reintegration.enums import Reachability
from reintegration.models import FirstContact
from tests.reintegration.conftest import ARRIVED, CONTACTED

D = datetime.date
pytestmark = pytest.mark.django_db


def record(case, by, **values):
    given = {"on": CONTACTED, "initiated_by": "person", "channel": "call", "by": by} | values
    return services.record_first_contact(case, **given)


def test_the_first_contact_says_who_began_it_and_how_and_moves_the_case(world, arrived):
    case = arrived()

    contact = record(case, world.focal_point, note="Called from Kindia")

    case.refresh_from_db()
    assert (contact.initiated_by, contact.channel) == ("person", "call")
    assert case.status == CaseStatus.CONTACTED
    assert case.events.get(to_status=CaseStatus.CONTACTED).on == CONTACTED


def test_the_first_contact_stands_in_the_log_of_attempts(world, arrived):
    case = arrived()

    record(case, world.focal_point)

    attempt = case.contact_attempts.get()
    assert (attempt.result, attempt.initiated_by_person) == ("reached", True)


@pytest.mark.parametrize("answer", ["refused", "withdrawn"])
def test_our_calls_stop_when_the_person_does_not_wish_them(world, arrived, sign_in, answer):
    case, by = arrived(), world.fresh("focal_point")
    call = {"on": CONTACTED, "channel": "call", "result": "no_answer", "by": by}
    case_services.log_attempt(case, **call)
    case_services.record_consent(
        case, purpose="follow_up", answer=answer, on=CONTACTED, given_by="self", by=by
    )

    with pytest.raises(ValidationError, match="does not wish calls and visits"):
        case_services.log_attempt(case, **call)
    first = {"case": case, "on": CONTACTED, "channel": "call"}
    with pytest.raises(ValidationError, match="does not wish calls and visits"):
        services.record_first_contact(initiated_by="office", by=by, **first)
    with pytest.raises(ValidationError, match="does not wish calls and visits"):
        services.record_first_contacts_many(
            [services.ContactRow(initiated_by="office", **first)], by=by
        )
    browser = sign_in(by)
    for tab in ("calls/", "../follow-up/"):
        url = f"/cases/{case.reference}/reintegration/{tab}".replace("reintegration/../", "")
        assert b"No calls and visits" in browser.get(url).content
    contact = services.record_first_contact(initiated_by="person", by=by, **first)
    assert contact.attempt.initiated_by_person


def test_somebody_never_asked_is_called_and_the_page_says_to_ask(world, arrived, sign_in):
    case = arrived()
    Consent.objects.filter(case=case, purpose="follow_up").delete()

    case_services.log_attempt(
        case, on=CONTACTED, channel="call", result="no_answer", by=world.fresh("focal_point")
    )

    page = sign_in(world.focal_point).get(f"/cases/{case.reference}/reintegration/calls/")
    assert b"never asked about calls and visits" in page.content


def test_contacts_are_counted_by_their_day_not_by_their_entry(world, arrived):
    record(arrived(), world.focal_point)

    assert FirstContact.objects.contacted_by(D(2019, 6, 11)).count() == 0
    assert FirstContact.objects.contacted_by(CONTACTED).count() == 1


def test_nobody_is_contacted_before_arriving(world, ready):
    case = ready()
    case_services.send_handover(case, by=world.caseworker)

    with pytest.raises(ValidationError, match="arrival is not confirmed"):
        record(case, world.focal_point)


@pytest.mark.parametrize(
    ("on", "message"),
    [(ARRIVED - datetime.timedelta(days=1), "before the arrival"), (D(2090, 1, 1), "future")],
)
def test_an_impossible_day_is_refused_at_its_field(world, arrived, on, message):
    with pytest.raises(ValidationError, match=message) as caught:
        record(arrived(), world.focal_point, on=on)

    assert list(caught.value.message_dict) == ["on"]


def test_a_second_first_contact_is_refused(world, contacted):
    with pytest.raises(ValidationError, match="recorded already"):
        record(contacted(), world.focal_point)


@pytest.mark.parametrize("name", ["caseworker", "focal_point_mali", "programme_manager"])
def test_only_the_office_of_that_country_records_it(world, arrived, name):
    with pytest.raises(Refused):
        record(arrived(), world.fresh(name))


def test_a_correction_keeps_before_after_and_why(world, contacted):
    case = contacted()

    services.correct_first_contact(
        case.first_contact,
        on=D(2019, 6, 20),
        initiated_by="person",
        channel="visit",
        note="",
        reason="Wrong week",
        by=world.focal_point,
    )

    case.refresh_from_db()
    entry = AuditEntry.objects.get(model="reintegration.firstcontact", action="change")
    assert entry.reason == "Wrong week"
    assert entry.changes["on"] == ["2019-06-12", "2019-06-20"]
    standing = case.events.filter(corrects__isnull=True, correction__isnull=True)
    assert standing.get(to_status=CaseStatus.CONTACTED).on == D(2019, 6, 20)
    assert case.contact_attempts.count() == 2


def test_a_contact_recorded_by_mistake_takes_the_case_back(world, contacted):
    case = contacted()

    services.withdraw_first_contact(
        case.first_contact, reason="Another person", by=world.focal_point
    )

    case.refresh_from_db()
    assert case.status == CaseStatus.ARRIVED
    assert not FirstContact.objects.exists()
    assert AuditEntry.objects.filter(model="reintegration.firstcontact", action="delete").exists()


def test_a_contact_that_a_plan_rests_on_stays(world, agreed):
    contact = agreed().case.first_contact

    with pytest.raises(ValidationError, match="Later steps rest on this contact"):
        services.withdraw_first_contact(contact, reason="x", by=world.focal_point)


def attempt(case, on, channel, result, by):
    case_services.log_attempt(case, on=on, channel=channel, result=result, by=by)


def test_failed_attempts_over_two_channels_make_somebody_hard_to_reach(world, contacted, today):
    case = contacted()
    for day in range(1, 5):
        attempt(case, D(2019, 8, day), "call", "no_answer", world.focal_point)
    assert reach.reachability(case, today) == Reachability.REACHABLE

    attempt(case, D(2019, 8, 5), "message", "no_answer", world.focal_point)

    assert reach.reachability(case, today) == Reachability.HARD


def test_an_answer_makes_somebody_reachable_again(world, contacted, today):
    case = contacted()
    for day in range(1, 7):
        attempt(
            case, D(2019, 8, day), "call" if day % 2 else "visit", "no_answer", world.focal_point
        )

    attempt(case, D(2019, 8, 9), "call", "reached", world.focal_point)

    assert reach.reachability(case, today) == Reachability.REACHABLE
    assert ContactAttempt.objects.filter(case=case).count() == 8


def test_a_case_closed_without_news_is_lost(world, contacted, today):
    case = case_services.close(
        contacted(), outcome="silent", on=D(2020, 1, 5), by=world.programme_manager
    )

    assert reach.reachability(Case.objects.get(pk=case.pk), today) == Reachability.LOST
