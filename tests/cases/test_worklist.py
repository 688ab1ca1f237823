"""What waits at an orientation point, in an office of origin and for a referrer."""

import datetime

import pytest

from cases import services, worklist
from cases.models import Case
from tests.cases.conftest import REGISTERED_ON

D = datetime.date
pytestmark = pytest.mark.django_db
ACCEPT, QUESTIONS = "Handovers to accept", "Handovers returned with a question"
WAITS = "Waiting longest since registration"
UNDECLARED = "Declarations to be signed"


def sections(user):
    return {str(section.title): section for section in worklist.sections(user)}


def names(user, title):
    return [str(item.title) for item in sections(user)[title].items]


def test_a_handover_waits_for_the_office_of_origin_and_its_question_for_the_host(world, ready):
    case = ready(family_name="Bangoura", given_name="")
    services.send_handover(case, by=world.fresh("caseworker"))

    assert names(world.fresh("focal_point"), ACCEPT) == ["BANGOURA"]
    assert names(world.fresh("focal_point_mali"), ACCEPT) == []
    assert ACCEPT not in sections(world.fresh("protection_officer"))
    assert names(world.fresh("caseworker"), QUESTIONS) == []

    services.question_handover(
        Case.objects.get(pk=case.pk), question="Which phone?", by=world.fresh("focal_point")
    )

    assert names(world.fresh("focal_point"), ACCEPT) == []
    assert names(world.fresh("caseworker"), QUESTIONS) == ["BANGOURA"]
    assert names(world.fresh("caseworker_oujda"), QUESTIONS) == []
    assert QUESTIONS not in sections(world.fresh("origin_protection_officer"))


def test_a_referral_waits_a_week_and_its_answer_is_seen_by_the_sender(world, settings):
    settings.TODAY = "2019-03-12"
    row = services.refer(
        by=world.fresh("referrer"),
        referred_on=D(2019, 3, 4),
        family_name="Diallo",
        nationality=world.country("GN"),
        office=world.rabat,
    )
    (item,) = sections(world.fresh("clerk"))["Referrals to answer"].items
    assert (item.title, item.is_late) == ("Diallo", True)
    sender = "Latest answers to your referrals"
    assert names(world.fresh("referrer"), sender) == []

    services.decline_referral(row, by=world.fresh("clerk"), reason="Never came")

    assert names(world.fresh("clerk"), "Referrals to answer") == []
    (item,) = sections(world.fresh("referrer"))[sender].items
    assert item.detail == "Not registered"


def test_the_clock_and_the_missing_declaration_wait_at_the_orientation_point(
    world, register, ready, settings
):
    settings.TODAY = "2019-04-30"
    late = register(family_name="Bah", given_name="", registered_on=REGISTERED_ON)
    recent = ready(family_name="Sow", given_name="", registered_on=D(2019, 3, 20))
    by = world.fresh("caseworker")
    for case in (late, recent):
        services.advance(case, "oriented", on=D(2019, 3, 25), by=by)

    found = sections(by)
    assert [(i.title, str(i.detail), i.is_late) for i in found[WAITS].items] == [
        ("BAH", "Day 57 of 56", True),
        ("SOW", "Day 41 of 56", False),
    ]
    assert [i.title for i in found[UNDECLARED].items] == ["BAH"]
    assert WAITS not in sections(world.fresh("focal_point"))
