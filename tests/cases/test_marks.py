"""The mark of a child travelling alone is taken off by two people (R018)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import Assignment, User
from accounts.permissions import Role
from cases import services
from cases.models import Case, MarkRemoval
from core.exceptions import Refused
from core.models import AuditEntry
from tests import personas
from travel import policies as travel_policies

D = datetime.date
pytestmark = pytest.mark.django_db
DAY = D(2019, 6, 3)


@pytest.fixture
def child(ready):
    return ready(birth_on=D(2004, 2, 1), sex="female", is_unaccompanied_child=True)


@pytest.fixture
def second_officer(world):
    user = User.objects.create_user(email="second@example.org", name="Second officer")
    Assignment.objects.create(
        user=user,
        role=Role.PROTECTION_OFFICER,
        office=world.offices["mission"],
        starts_on=personas.START,
        ends_on=personas.FAR,
    )
    return user


@pytest.fixture
def proposed(world, child):
    by = world.fresh("protection_officer")
    return services.propose_mark_removal(child, reason="Born in 1999", by=by)


@pytest.mark.req("R018")
def test_one_officer_changes_nothing_and_two_open_the_file(world, proposed, second_officer):
    case, officer = proposed, world.fresh("protection_officer")

    assert travel_policies.needs_gate(case, DAY)
    with pytest.raises(Refused):
        services.confirm_mark_removal(case, by=officer)
    case.refresh_from_db()
    assert (case.is_unaccompanied_child, case.is_restricted) == (True, True)
    assert case not in Case.objects.visible_to(world.fresh("caseworker"))

    services.confirm_mark_removal(case, by=second_officer)

    case.refresh_from_db()
    assert (case.is_unaccompanied_child, case.is_restricted) == (False, False)
    assert case in Case.objects.visible_to(world.fresh("caseworker"))
    assert not travel_policies.needs_gate(case, DAY)
    entry = AuditEntry.objects.filter(model="cases.case", action="change").latest("id")
    assert (entry.actor, entry.reason) == (second_officer, "Born in 1999")
    services.correct_registration(
        case, person={"birth_on": D(1999, 2, 1)}, values={}, reason="Passport", by=officer
    )


def test_a_declined_proposal_leaves_the_mark_and_another_one_may_follow(
    world, proposed, second_officer
):
    services.decline_mark_removal(proposed, reason="No paper", by=second_officer)

    proposed.refresh_from_db()
    assert (proposed.is_unaccompanied_child, proposed.is_restricted) == (True, True)
    assert MarkRemoval.objects.get().decision_reason == "No paper"
    services.propose_mark_removal(proposed, reason="Paper came", by=second_officer)
    with pytest.raises(Refused):
        services.propose_mark_removal(proposed, reason="Again", by=second_officer)


@pytest.mark.parametrize("name", ["clerk", "caseworker", "programme_manager", "focal_point"])
def test_nobody_else_proposes_or_decides(world, proposed, name):
    for verb, values in (
        (services.propose_mark_removal, {"reason": "x"}),
        (services.confirm_mark_removal, {}),
        (services.decline_mark_removal, {"reason": "x"}),
    ):
        with pytest.raises(Refused):
            verb(proposed, by=world.fresh(name), **values)


def test_the_database_refuses_one_person_twice(proposed):
    row = MarkRemoval.objects.get()

    with pytest.raises(IntegrityError, match="mark_removal_confirmed_by_another"):
        MarkRemoval.objects.update(is_confirmed=True, decided_on=DAY, decided_by=row.proposed_by_id)


def test_a_file_stays_restricted_while_another_of_the_person_is_that_of_a_child(
    world, proposed, register, second_officer
):
    other = register(birth_on=D(2004, 2, 1), is_unaccompanied_child=True)
    Case.objects.filter(pk=other.pk).update(person=proposed.person)

    services.confirm_mark_removal(proposed, by=second_officer)

    proposed.refresh_from_db()
    assert (proposed.is_unaccompanied_child, proposed.is_restricted) == (False, True)
    assert travel_policies.needs_gate(proposed, DAY)


@pytest.mark.parametrize("face", ["page", "api"])
def test_page_and_api_propose_and_confirm_and_the_second_finds_it_on_the_list(
    world, child, second_officer, sign_in, fill_in, api, face
):
    first, second = sign_in(world.protection_officer), sign_in(second_officer)
    if face == "page":
        propose = reverse("cases:propose-mark-removal", args=[child.reference])
        confirm = reverse("cases:confirm-mark-removal", args=[child.reference])
        assert propose in first.get(child.get_absolute_url()).content.decode()
        assert fill_in(first, propose, reason="Born in 1999").status_code == 302
        assert confirm not in first.get("/").content.decode()
        assert first.get(confirm).status_code == 403
        assert confirm in second.get("/").content.decode()
        assert "Born in 1999" in second.get(confirm).content.decode()
        assert fill_in(second, confirm).status_code == 302
    else:
        path = f"cases/{child.reference}/mark"
        version = child.version
        sent = api(first, f"{path}/propose/", {"reason": "Born in 1999"}, version=version)
        assert sent.status_code == 200, sent.json()
        assert api(first, f"{path}/confirm/", {}, version=version).status_code == 403
        assert api(second, f"{path}/confirm/", {}, version=version).status_code == 200

    child.refresh_from_db()
    assert not child.is_restricted


def test_a_known_childs_file_is_not_aged_at_a_new_registration(world, child, register):
    officer = world.fresh("protection_officer")
    services.close(child, outcome="withdrawn", on=D(2019, 3, 10), by=officer)

    with pytest.raises(ValidationError, match="Two protection officers"):
        services.register(
            by=officer,
            person={"birth_on": D(1999, 2, 1)},
            case={
                "office": world.rabat,
                "country": world.country("GN"),
                "registered_on": D(2019, 3, 11),
            },
            known_person=child.person,
            take_over=True,
        )

    assert Case.objects.count() == 1
