"""What waits: sessions, roll calls, nominations on both sides."""

import datetime

import pytest

from training import services, worklist

D = datetime.date
pytestmark = pytest.mark.django_db


def titles(user):
    return {str(s.title): s for s in worklist.sections(user)}


@pytest.mark.req("R104")
def test_a_nomination_without_an_answer_is_late_on_both_sides(
    world, ready, orient, edition, settings
):
    case = ready()
    orient(case)
    settings.TODAY = "2019-06-03"
    services.enrol(edition(), case=case, by=world.fresh("protection_officer"))
    settings.TODAY = "2019-06-08"
    ours = "Nominations that the training partner has not answered"
    theirs = "Nominations to acknowledge"

    assert not titles(world.fresh("caseworker"))[ours].items[0].is_late
    settings.TODAY = "2019-06-09"

    assert titles(world.fresh("caseworker"))[ours].items[0].is_late
    assert titles(world.fresh("trainer"))[theirs].items[0].is_late
    assert not titles(world.fresh("other_trainer"))[theirs].items
    assert not titles(world.fresh("caseworker_oujda"))[ours].items


def test_sessions_without_roll_call_and_of_the_week(world, session, settings):
    settings.TODAY = "2019-03-13"
    past, coming = session(), session(day=D(2019, 3, 18))
    session(day=D(2019, 3, 25))

    found = titles(world.fresh("caseworker"))

    (late,) = found["Orientation sessions whose roll is not called"].items
    assert (past.reference in late.detail, late.is_late) == (True, True)
    (soon,) = found["Orientation sessions of the next seven days"].items
    assert coming.reference in soon.detail


def test_a_trainer_sees_the_courses_of_today_and_those_to_end(
    world, edition, enrolled, attend, settings
):
    settings.TODAY = "2019-06-18"
    row = attend(enrolled(edition()), days=1)

    (item,) = titles(world.fresh("trainer"))["Courses of today"].items
    assert item.detail == "Roll not called yet"
    assert not titles(world.fresh("other_trainer"))["Courses of today"].items
    settings.TODAY = "2019-06-25"
    (item,) = titles(world.fresh("trainer"))["Courses to end"].items
    assert item.url == row.get_absolute_url()
    assert titles(world.fresh("programme_manager"))["Courses to end"].items


def test_donors_and_focal_points_have_nothing_here(world):
    for name in ("donor", "focal_point", "me_officer", "administrator"):
        assert worklist.sections(world.fresh(name)) == []


def test_the_work_list_takes_a_fixed_number_of_queries(
    world, session, edition, enrolled, django_assert_max_num_queries, settings
):
    settings.TODAY = "2019-06-18"
    enrolled(edition())
    user = world.fresh("caseworker")
    _warm = user.active_assignments
    with django_assert_max_num_queries(8) as few:
        worklist.sections(user)
    for number in range(3):
        session(day=D(2019, 6, 19) + datetime.timedelta(days=number))
        enrolled(edition())
    user = world.fresh("caseworker")
    _warm = user.active_assignments

    with django_assert_max_num_queries(len(few)):
        worklist.sections(user)
