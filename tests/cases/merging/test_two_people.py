"""Who may join, who confirms, and what is told to whom (R037)."""

import re

import pytest
from django.core.exceptions import ValidationError

from cases import services
from cases.enums import CaseOutcome, CaseStatus, MergeStatus
from cases.models import Case, MergedCase
from core.exceptions import Refused
from tests.cases.merging.files import D, form_of, fresh, funnel

pytestmark = pytest.mark.django_db


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
