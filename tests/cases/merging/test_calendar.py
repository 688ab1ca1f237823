"""Days of two files become those of one person, and go back with them (R037)."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.html import escape

from cases import services
from cases.enums import CaseOutcome, CommitmentKind
from cases.models import Commitment, Person
from tests.cases.merging.files import D, engage, fresh
from travel import services as travel_services

pytestmark = pytest.mark.django_db


def test_days_move_to_the_kept_person_and_back(world, twice, join, undo, sign_in):
    first, second = twice()
    by = world.fresh("caseworker")
    ours = engage(first, D(2019, 10, 7), D(2019, 10, 11), by=by, label="Business")
    theirs = engage(second, D(2019, 10, 14), D(2019, 10, 18), by=by, label="Handicraft")

    merge = join(first, second)

    held = Commitment.objects.filter(person=merge.kept_id)
    assert set(held) == {ours, theirs}
    page = sign_in(world.caseworker).get(merge.get_absolute_url()).content.decode()
    assert "Handicraft" in page
    assert "Business" not in page
    undo(merge)
    assert Commitment.objects.get(pk=theirs.pk).person_id == merge.absorbed_id
    assert Commitment.objects.get(pk=ours.pk).person_id == merge.kept_id


def test_overlapping_days_are_refused_and_named(world, twice, join, sign_in):
    first, second = twice()
    by = world.fresh("caseworker")
    engage(first, D(2019, 6, 3), D(2019, 6, 7), by=by, label="Business", is_binding=True)
    engage(second, D(2019, 6, 7), D(2019, 6, 7), by=by, label="Flight", kind="travel")

    with pytest.raises(ValidationError) as refusal:
        join(first, second)

    assert "“Business” (3 June 2019 to 7 June 2019)" in refusal.value.messages[0]
    assert "“Flight” (7 June 2019 to 7 June 2019)" in refusal.value.messages[0]
    assert fresh(second).person_id != first.person_id
    page = sign_in(world.caseworker).get(
        f"{first.get_absolute_url()}merge/?other={second.reference}"
    )
    assert escape(refusal.value.messages[0]) in page.content.decode()


def test_a_course_after_a_journey_to_come_is_refused(world, twice, join):
    first, second = twice()
    by = world.fresh("caseworker")
    engage(first, D(2019, 10, 1), D(2019, 10, 1), by=by, label="Flight", kind="travel")
    engage(second, D(2019, 10, 7), D(2019, 10, 11), by=by, label="Business")

    with pytest.raises(ValidationError, match="“Flight”"):
        join(first, second)


def test_past_invitations_of_one_day_give_way_and_come_back(world, twice, join, undo):
    first, second = twice()
    by = world.fresh("caseworker")
    values = {"kind": CommitmentKind.ORIENTATION, "label": "Orientation", "by": by}
    ours = engage(first, D(2019, 3, 20), D(2019, 3, 20), **values)
    theirs = engage(second, D(2019, 3, 20), D(2019, 3, 20), **values)

    merge = join(first, second)

    assert Commitment.objects.get(pk=theirs.pk).is_released
    assert not Commitment.objects.get(pk=ours.pk).is_released
    undo(merge)
    assert not Commitment.objects.get(pk=theirs.pk).is_released
    assert Commitment.objects.get(pk=theirs.pk).person_id == merge.absorbed_id


def test_what_was_engaged_since_for_a_moved_file_goes_back_with_it(
    world, register, ready, join, undo
):
    earlier = register(family_name="Diallo", registered_on=D(2018, 10, 1))
    services.close(
        earlier, outcome=CaseOutcome.WITHDRAWN, on=D(2018, 12, 3), by=world.fresh("caseworker")
    )
    current = ready(family_name="Jallow")
    merge = join(earlier, current)

    journey = travel_services.plan(
        fresh(current),
        planned_on=D(2019, 10, 21),
        by=world.fresh("caseworker"),
        route="Rabat – Conakry",
        ticket_source="programme",
    )
    assert journey.commitment.person_id == merge.kept_id
    undo(merge)

    assert Commitment.objects.get(pk=journey.commitment_id).person_id == merge.absorbed_id


def test_a_page_opened_before_the_joining_engages_nobody(world, twice, join):
    first, second = twice()
    stale = second.person
    join(first, second)

    with pytest.raises(ValidationError, match="joined with another"):
        services.commit(
            stale,
            kind=CommitmentKind.COURSE,
            first=D(2019, 10, 7),
            last=D(2019, 10, 7),
            label="Business",
            by=world.fresh("caseworker"),
        )


def test_everything_that_names_a_person_or_their_days_moves() -> None:
    """A new table that names a person has to be moved by a merge too: add it there, then here."""
    naming = {
        f"{relation.related_model.__name__}.{relation.field.name}"
        for relation in Person._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete
    }
    # What somebody speaks, can do and wishes belongs to the absorbed person's own values.
    assert {name for name in naming if not name.startswith("Person_")} == {
        "Case.person",
        "Commitment.person",
        "Merge.kept",
        "Merge.absorbed",
    }
    assert not Commitment.objects.of_cases([]).exists()
