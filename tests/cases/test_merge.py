"""Two files of the same person: joined, counted once, readable both, and undone (R037)."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils.html import escape

from cases import services
from cases.enums import CaseOutcome, CaseStatus, CommitmentKind, MergeStatus
from cases.models import Case, CaseEvent, Commitment, Merge, MergedCase, Person
from core.exceptions import Refused, Stale
from core.models import AuditEntry
from reports.indicators import Scope
from reports.indicators.evaluation import evaluate
from tests.reports.scenes import Scene
from travel import services as travel_services

D = datetime.date
TODAY = D(2019, 9, 16)
BORN = D(1995, 5, 17)
ORIENTED = D(2019, 3, 18)
REASON = "Same photo and same mother"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    with override_settings(TODAY=TODAY.isoformat()):
        yield


@pytest.fixture
def twice(register: Callable[..., Case]) -> Callable[..., tuple[Case, Case]]:
    """Somebody registered twice, under two spellings; at one office unless said otherwise."""

    def _twice(**second: Any) -> tuple[Case, Case]:
        first = register(family_name="Diallo", given_name="Mariama", sex="female", birth_on=BORN)
        values = {
            "family_name": "Jallow",
            "given_name": "Mariame",
            "sex": "female",
            "birth_on": BORN,
            "registered_on": D(2019, 3, 11),
        }
        return first, register(**(values | second))

    return _twice


@pytest.fixture
def join(world: Any) -> Callable[..., Merge]:
    def _join(kept: Case, other: Case, *, by: str = "caseworker", **values: Any) -> Merge:
        return services.merge(kept=kept, other=other, reason=REASON, by=world.fresh(by), **values)

    return _join


@pytest.fixture
def undo(world: Any) -> Callable[..., Merge]:
    def _undo(merge: Merge, *, by: str = "caseworker") -> Merge:
        return services.undo_merge(merge, reason="Two sisters", by=world.fresh(by))

    return _undo


def funnel(world: Any) -> dict[str, int]:
    scope = Scope(user=world.fresh("me_officer"), programme=world.foras, as_of=D(2019, 8, 31))
    figures = evaluate(scope)["figures"]
    return {slug: figures[slug]["total"] for slug in ("registered", "oriented")}


def engage(
    case: Case, first: datetime.date, last: datetime.date, *, by: Any, **values: Any
) -> Commitment:
    given = {"kind": CommitmentKind.COURSE, "label": f"Course of {first}"} | values
    return services.commit(Person.objects.get(cases=case), first=first, last=last, by=by, **given)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


# --- what joining is for --------------------------------------------------------------------------
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


# --- finding --------------------------------------------------------------------------------------
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


# --- the calendar ---------------------------------------------------------------------------------
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


# --- two people -----------------------------------------------------------------------------------
@pytest.mark.parametrize("where", ["office", "country"])
def test_files_of_two_offices_or_countries_wait_for_a_second_person(world, twice, join, where):
    values = {"office": world.oujda} if where == "office" else {"country": world.country("ML")}
    first, second = twice(**values)
    before = funnel(world)

    proposed = join(first, second, by="protection_officer")

    assert (proposed.status, proposed.is_two_person) == (MergeStatus.PROPOSED, True)
    assert funnel(world) == before
    assert fresh(second).status == CaseStatus.REGISTERED
    with pytest.raises(Refused):
        services.confirm_merge(proposed, by=world.fresh("protection_officer"))
    done = services.confirm_merge(proposed, by=world.fresh("programme_manager"))
    assert (done.status, done.decided_by) == (MergeStatus.DONE, world.programme_manager)
    assert funnel(world)["registered"] == before["registered"] - 1


def test_files_of_one_office_and_country_need_one_person_only(twice, join):
    assert join(*twice()).status == MergeStatus.DONE


def test_a_file_that_the_proposer_does_not_see_needs_a_second_person_who_does(
    world, register, twice, join
):
    first, second = twice()
    hidden = register(
        registered_on=D(2018, 10, 1), birth_on=D(2004, 1, 1), is_unaccompanied_child=True
    )
    Case.objects.filter(pk=hidden.pk).update(person=first.person)

    proposed = join(first, second)

    assert proposed.status == MergeStatus.PROPOSED
    with pytest.raises(Refused):
        services.confirm_merge(proposed, by=world.fresh("programme_manager"))
    done = services.confirm_merge(proposed, by=world.fresh("protection_officer"))
    assert done.status == MergeStatus.DONE


def test_declining_leaves_both_files_as_they_are(world, twice, join, sign_in):
    first, second = twice(office=world.oujda)
    proposed = join(first, second, by="protection_officer")
    manager = sign_in(world.programme_manager)
    assert "Is it the same person?" in manager.get("/").content.decode()

    response = manager.post(
        f"{proposed.get_absolute_url()}decline/",
        {"idempotency_key": "k", "record_version": proposed.version, "reason": "Two sisters"},
    )

    assert response.status_code == 302
    proposed.refresh_from_db()
    assert (proposed.status, proposed.decline_reason) == (MergeStatus.DECLINED, "Two sisters")
    assert fresh(second).person_id == second.person_id
    assert join(first, second, by="protection_officer").status == MergeStatus.PROPOSED


def test_one_proposal_at_a_time(world, twice, join):
    first, second = twice(office=world.oujda)
    join(first, second, by="protection_officer")

    with pytest.raises(ValidationError, match="waits for a second person already"):
        join(second, first, by="programme_manager")


# --- scope ----------------------------------------------------------------------------------------
def test_a_file_out_of_scope_looks_like_none(world, twice, join, sign_in):
    first, second = twice(office=world.oujda)
    browser = sign_in(world.caseworker)
    address = f"{first.get_absolute_url()}merge/"

    hidden = browser.get(f"{address}?other={second.reference}").content.decode()
    absent = browser.get(f"{address}?other=22222-22222").content.decode()

    for page in (hidden, absent):
        assert "No other file with this reference is open to you." in page
    assert "JALLOW" not in hidden
    sent = browser.post(f"{address}?other={second.reference}", form_of(first, second))
    assert sent.status_code == 422
    assert "JALLOW" not in sent.content.decode()
    with pytest.raises(Refused):
        join(first, second, by="caseworker")


def test_a_merge_is_seen_by_whoever_sees_both_files_only(world, twice, join, sign_in):
    first, second = twice(office=world.oujda)
    merge = join(first, second, by="protection_officer")
    services.confirm_merge(merge, by=world.fresh("programme_manager"))

    clerk = sign_in(world.caseworker)
    page = clerk.get(first.get_absolute_url()).content.decode()
    assert second.reference not in page
    assert "Joined" not in page
    assert clerk.get(merge.get_absolute_url()).status_code == 404
    assert sign_in(world.programme_manager).get(merge.get_absolute_url()).status_code == 200


def test_a_lone_childs_file_makes_the_other_as_restricted_until_it_is_undone(
    world, register, sign_in, join, undo
):
    birth = D(2004, 1, 1)
    child = register(family_name="Diallo", birth_on=birth, is_unaccompanied_child=True)
    other = register(family_name="Jallow", birth_on=birth)
    browser = sign_in(world.caseworker)
    page = browser.get(f"{other.get_absolute_url()}merge/?other={child.reference}")
    assert "No other file" in page.content.decode()

    merge = join(child, other, by="protection_officer")

    assert merge.status == MergeStatus.DONE
    assert browser.get(other.get_absolute_url()).status_code == 404
    assert MergedCase.objects.get(case=other).is_restricted
    undo(merge, by="protection_officer")
    assert browser.get(other.get_absolute_url()).status_code == 200
    assert fresh(child).is_restricted


REGISTRATION = {
    "idempotency_key": "k1",
    "family_name": "Diallo",
    "given_name": "Mariama",
    "sex": "female",
    "birth_on": "2004-01-01",
    "birth_precision": "day",
    "nationality": "GN",
    "registered_on": "2019-03-04",
    "country": "GN",
    "children_in_care": "0",
    "phone_owner": "self",
}


#: All that a clerk learns of files out of scope, whatever and however many they are.
NEUTRAL = (
    "Is it one of these people? A file of another office, or a restricted one, may be this "
    "person’s. Ask your supervisor or a protection officer to compare before you go on. "
    "This is somebody else: register"
)
EXACT = {"family_name": "Diallo", "given_name": "Mariama", "birth_on": D(2004, 1, 1)}


def words_of_the_warning(page: str) -> str:
    start = page.index('<section class="panel" aria-labelledby="duplicates">')
    section = page[start : page.index("</section>", start)]
    return " ".join(re.sub(r"<[^>]*>", " ", section).split()).replace(" .", ".")


@pytest.mark.req("R006")
@pytest.mark.parametrize("known", ["child", "elsewhere", "variant", "several"])
def test_the_warning_at_registration_tells_nothing_of_files_out_of_scope(
    world, register, sign_in, known
):
    """A child's file, one of another office, one less alike and several of them look the same."""
    variant = {"family_name": "Dialo", "given_name": "Mariame", "birth_on": D(2004, 6, 1)}
    if known in ("child", "several"):
        register(**EXACT, is_unaccompanied_child=True)
    if known in ("elsewhere", "several"):
        register(**EXACT, office=world.oujda)
    if known in ("variant", "several"):
        register(**variant, office=world.oujda)

    response = sign_in(world.clerk).post("/cases/new/", REGISTRATION | {"office": world.rabat.pk})

    assert response.status_code == 422
    assert words_of_the_warning(response.content.decode()) == NEUTRAL


def test_a_hidden_open_file_of_a_known_person_allows_no_second_one(world, register, sign_in):
    known = register(**EXACT)
    services.close(
        known, outcome=CaseOutcome.WITHDRAWN, on=D(2019, 4, 1), by=world.fresh("caseworker")
    )
    hidden = register(**EXACT, office=world.oujda)
    Case.objects.filter(pk=hidden.pk).update(person=known.person)

    response = sign_in(world.clerk).post(
        "/cases/new/",
        REGISTRATION | {"office": world.rabat.pk, "duplicate_decision": known.reference},
    )

    assert response.status_code == 422
    assert "This person has an open case" in response.content.decode()
    assert hidden.reference not in response.content.decode()


# --- undoing --------------------------------------------------------------------------------------
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


# --- pages ----------------------------------------------------------------------------------------
def form_of(first: Case, second: Case, **values: Any) -> dict[str, Any]:
    return {
        "idempotency_key": "merge-1",
        "record_version": fresh(first).version,
        "other_version": fresh(second).version,
        "leading": first.reference,
        "reason": REASON,
    } | values


def test_a_double_click_joins_once(world, twice, sign_in):
    first, second = twice()
    browser = sign_in(world.caseworker)
    address = f"{first.get_absolute_url()}merge/?other={second.reference}"
    form = form_of(first, second)

    answers = [browser.post(address, form) for _ in range(2)]

    merge = Merge.objects.get()
    assert [answer["Location"] for answer in answers] == [merge.get_absolute_url()] * 2
    assert merge.kept_case == first


def test_the_other_file_may_lead(world, twice, sign_in):
    first, second = twice()
    browser = sign_in(world.caseworker)

    browser.post(
        f"{first.get_absolute_url()}merge/?other={second.reference}",
        form_of(first, second, leading=second.reference),
    )

    assert Merge.objects.get().kept_case == second
    assert fresh(first).outcome == CaseOutcome.DUPLICATE


@pytest.mark.parametrize("changed", ["first", "second"])
def test_a_stale_comparison_comes_back_with_both_files_as_they_are(world, twice, sign_in, changed):
    first, second = twice()
    form = form_of(first, second)
    case = first if changed == "first" else second
    services.advance(case, CaseStatus.ORIENTED, on=D(2019, 4, 1), by=world.fresh("caseworker"))
    browser = sign_in(world.caseworker)
    address = f"{first.get_absolute_url()}merge/?other={second.reference}"

    response = browser.post(address, form)

    page = response.content.decode()
    assert response.status_code == 409
    assert "changed while you were comparing" in page
    assert REASON in page
    for name, row in (("record_version", first), ("other_version", second)):
        assert f'name="{name}" value="{fresh(row).version}"' in page
    assert not Merge.objects.exists()


def test_a_wrong_choice_is_said_at_its_field(world, twice, sign_in):
    first, second = twice()
    services.advance(second, CaseStatus.ORIENTED, on=D(2019, 4, 1), by=world.fresh("caseworker"))
    browser = sign_in(world.caseworker)

    response = browser.post(
        f"{first.get_absolute_url()}merge/?other={second.reference}", form_of(first, second)
    )

    assert response.status_code == 422
    assert "further on its way" in response.content.decode()


def test_joining_and_undoing_in_the_browser(world, twice, sign_in):
    first, second = twice()
    browser = sign_in(world.caseworker)
    answer = browser.post(
        f"{first.get_absolute_url()}merge/?other={second.reference}",
        form_of(first, second),
        follow=True,
    )
    assert "This may be undone until 16 October 2019" in answer.content.decode()
    merge = Merge.objects.get()

    browser.post(
        f"{merge.get_absolute_url()}undo/",
        {"idempotency_key": "u", "record_version": merge.version, "reason": "Two sisters"},
    )

    page = browser.get(first.get_absolute_url()).content.decode()
    assert f"No longer joined with {second.reference}" in page
    assert f"Joined with {second.reference}" in page
    assert "Two sisters" in page
    assert browser.get(f"{merge.get_absolute_url()}undo/").status_code == 403


# --- the API --------------------------------------------------------------------------------------
def test_the_api_joins_and_undoes(world, twice, sign_in):
    first, second = twice()
    api = sign_in(world.caseworker)
    address = f"/api/v1/cases/{first.reference}"
    body = {"other": second.reference, "reason": REASON}

    def send(verb: str, data: dict[str, Any], **headers: str) -> Any:
        return api.post(
            f"{address}/{verb}/", data, content_type="application/json", headers=headers
        )

    assert send("merge", body).status_code == 428
    assert send("merge", body, if_match="99").status_code == 409
    joined = send("merge", body, if_match=str(first.version))
    assert joined.status_code == 201
    assert (joined.json()["status"], joined.json()["leading"]) == ("done", first.reference)
    assert joined.json()["undo_until"] == "2019-10-16"
    listed = api.get(f"/api/v1/cases/{second.reference}/merge/").json()["results"]
    assert [row["reference"] for row in listed] == [joined.json()["reference"]]
    assert send("merge", body, if_match=str(first.version)).status_code == 400

    reason = {"reason": "Two sisters"}
    assert send("undo-merge", reason).status_code == 428
    undone = send("undo-merge", reason, if_match=joined["ETag"].strip('"'))
    assert (undone.status_code, undone.json()["status"]) == (200, "undone")
    assert send("undo-merge", reason, if_match="3").status_code == 400


def test_the_api_takes_a_second_person(world, twice, sign_in):
    first, second = twice(office=world.oujda)
    address = f"/api/v1/cases/{first.reference}"
    proposed = sign_in(world.protection_officer).post(
        f"{address}/merge/",
        {"other": second.reference, "reason": REASON},
        content_type="application/json",
        headers={"if-match": str(first.version)},
    )
    assert proposed.json()["status"] == "proposed"
    headers = {"if-match": str(proposed.json()["version"])}

    own, managers = (
        sign_in(person).post(
            f"{address}/confirm-merge/", {}, content_type="application/json", headers=headers
        )
        for person in (world.protection_officer, world.programme_manager)
    )

    assert (own.status_code, managers.status_code) == (403, 200)
    assert managers.json()["status"] == "done"


def test_the_api_knows_no_file_out_of_scope(world, twice, sign_in):
    first, second = twice(office=world.oujda)
    api = sign_in(world.caseworker)

    def answer(reference: str) -> Any:
        return api.post(
            f"/api/v1/cases/{first.reference}/merge/",
            {"other": reference, "reason": REASON},
            content_type="application/json",
            headers={"if-match": str(first.version)},
        ).json()["errors"]

    assert answer(second.reference) == answer("22222-22222")


def test_a_stale_version_raises_before_anything_is_written(twice, join):
    first, second = twice()

    with pytest.raises(Stale):
        join(first, second, other_version=second.version + 1)

    assert not Merge.objects.exists()
