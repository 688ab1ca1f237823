"""Two files of the same person: joined, counted once, readable both, and undone (R037)."""

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from cases import services
from cases.enums import CaseOutcome, CaseStatus, MergeStatus
from cases.models import CaseEvent, Merge
from core.exceptions import Refused
from core.models import AuditEntry
from tests.cases.merging.files import BORN, ORIENTED, REASON, TODAY, D, fresh, funnel
from tests.reports.scenes import Scene

pytestmark = pytest.mark.django_db


@pytest.mark.req("R037")
def test_the_funnel_drops_by_exactly_one_and_comes_back_after_undoing(
    world, register, twice, join, undo
):
    register()
    first, second = twice()
    Scene(world).orient(first, second, on=ORIENTED)
    assert funnel(world) == {"registered": 3, "oriented": 2}

    merge = join(first, second)

    assert funnel(world) == {"registered": 2, "oriented": 1}
    undo(merge)
    assert funnel(world) == {"registered": 3, "oriented": 2}


def test_whoever_was_oriented_in_the_other_file_only_still_counts_once(world, twice, join):
    first, second = twice()
    Scene(world).orient(second, on=ORIENTED)

    join(first, second)

    assert funnel(world) == {"registered": 1, "oriented": 1}


@pytest.mark.req("R037")
def test_both_histories_stay_readable_and_tell_of_each_other(world, twice, join, sign_in):
    first, second = twice()
    services.add_note(second, text="Has a brother in Fes", by=world.fresh("caseworker"))
    browser = sign_in(world.caseworker)

    join(first, second)

    leading = browser.get(first.get_absolute_url()).content.decode()
    assert f"Joined with {second.reference}" in leading
    assert second.get_absolute_url() in leading
    other = browser.get(second.get_absolute_url()).content.decode()
    assert f"Joined with {first.reference}" in other
    assert "Has a brother in Fes" in other
    assert "Registered twice" in other
    assert list(second.events.values_list("to_status", flat=True)) == ["registered", "closed"]


def test_the_values_of_the_leading_file_are_kept_and_the_others_stay_to_be_read(
    world, twice, join, sign_in
):
    first, second = twice()

    merge = join(first, second)

    assert fresh(second).person.full_name == "DIALLO Mariama"
    assert merge.absorbed.full_name == "JALLOW Mariame"
    page = sign_in(world.caseworker).get(merge.get_absolute_url()).content.decode()
    assert "JALLOW Mariame" in page
    assert "DIALLO Mariama" in page
    assert REASON in page


def test_one_file_goes_on_and_the_other_is_closed_as_registered_twice(twice, join, undo):
    first, second = twice()

    merge = join(first, second)

    assert (fresh(first).status, fresh(second).status) == (
        CaseStatus.REGISTERED,
        CaseStatus.CLOSED,
    )
    assert fresh(second).outcome == CaseOutcome.DUPLICATE
    undo(merge)
    reopened = fresh(second)
    assert (reopened.status, reopened.outcome, reopened.closed_on) == ("registered", "", None)
    assert reopened.person_id == merge.absorbed_id
    steps = CaseEvent.objects.filter(case=second).values_list("to_status", flat=True)
    assert list(steps) == ["registered", "closed", "registered"]


def test_two_returns_of_one_person_both_stay_as_they_are(world, twice, join):
    first, second = twice(registered_on=D(2019, 9, 2))
    services.close(
        first, outcome=CaseOutcome.WITHDRAWN, on=D(2019, 4, 1), by=world.fresh("caseworker")
    )

    join(first, second)

    assert fresh(first).outcome == CaseOutcome.WITHDRAWN
    assert fresh(second).status == CaseStatus.REGISTERED
    assert fresh(second).person_id == fresh(first).person_id


def test_a_file_further_on_its_way_is_not_closed(world, twice, join):
    first, second = twice()
    services.advance(second, CaseStatus.ORIENTED, on=D(2019, 4, 1), by=world.fresh("caseworker"))

    with pytest.raises(ValidationError, match="further on its way") as refusal:
        join(first, second)

    assert "leading" in refusal.value.message_dict
    assert not Merge.objects.exists()
    join(second, first)
    assert fresh(first).outcome == CaseOutcome.DUPLICATE


def test_every_change_is_audited_with_its_reason(twice, join):
    first, second = twice()
    before = second.person_id

    join(first, second)

    entries = AuditEntry.objects.filter(model="cases.case", references=[second.reference])
    moved = entries.filter(changes__has_key="person_id").latest("id")
    assert moved.changes["person_id"] == [before, first.person_id]
    assert moved.reason == REASON


def test_the_other_spelling_still_finds_the_file(world, twice, join, sign_in):
    first, second = twice()
    join(first, second)

    browser = sign_in(world.caseworker)
    found = browser.get("/search/?q=jallow").content.decode()
    assert second.reference in found
    assert first.reference not in found
    assert first.reference in browser.get("/search/?q=diallo").content.decode()


def test_the_absorbed_person_offers_the_file_of_the_one_who_was_kept(twice, join):
    first, second = twice()
    join(first, second)

    found = services.possible_duplicates(
        family_name="Jallow", given_name="Mariame", birth_on=BORN, nationality="GN"
    )

    assert [item.person.pk for item in found] == [first.person_id]
    assert {case.pk for case in found[0].cases} == {first.pk, second.pk}


def test_the_page_offers_files_that_look_alike_and_shows_both_side_by_side(world, twice, sign_in):
    first, second = twice(family_name="Diallo")
    browser = sign_in(world.caseworker)

    chosen = browser.get(f"{first.get_absolute_url()}merge/").content.decode()
    assert f"merge/?other={second.reference}" in chosen
    page = browser.get(f"{first.get_absolute_url()}merge/?other={second.reference}")

    text = page.content.decode()
    assert "DIALLO Mariama" in text
    assert "DIALLO Mariame" in text
    assert "differs" in text
    assert AuditEntry.objects.filter(action="read", references=[second.reference]).exists()


def test_after_thirty_days_it_stays_joined(world, twice, join, undo):
    merge = join(*twice())

    with (
        override_settings(TODAY="2019-10-17"),
        pytest.raises(ValidationError, match="until 16 October 2019"),
    ):
        undo(merge)
    with override_settings(TODAY="2019-10-16"):
        assert undo(merge).status == MergeStatus.UNDONE


def test_a_later_joining_is_undone_first(register, twice, join, undo):
    first, second = twice()
    third = register(family_name="Barry", birth_on=BORN)
    earlier = join(first, second)
    later = join(third, first)
    assert {fresh(case).person_id for case in (first, second)} == {third.person_id}

    with pytest.raises(ValidationError, match="Undo the later joining first"):
        undo(earlier)

    undo(later)
    assert {fresh(case).person_id for case in (first, second)} == {first.person_id}
    undo(earlier)
    assert fresh(second).person_id == second.person_id


def test_the_closing_is_taken_back_by_undoing_only(world, twice, join, sign_in):
    first, second = twice()
    join(first, second)
    browser = sign_in(world.caseworker)

    assert browser.get(f"{second.get_absolute_url()}take-back/").status_code == 403
    with pytest.raises(Refused, match="Undo the joining first"):
        services.take_back_step(second, reason="r", by=world.fresh("caseworker"))


def test_nobody_closes_as_registered_twice_without_joining(world, register):
    with pytest.raises(ValidationError, match="Join this file with the other one"):
        services.close(
            register(), outcome=CaseOutcome.DUPLICATE, on=TODAY, by=world.fresh("caseworker")
        )
