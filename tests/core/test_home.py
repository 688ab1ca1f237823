"""The home page names people: who was shown whom is in the audit trail (R006, R011)."""

import datetime
from importlib import import_module

import pytest

from avrr.views import WORKLISTS
from cases import services
from cases.models import Case
from core.models import AuditAction, AuditEntry
from tests import access_world
from tests.query_counts import queries_of

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(sign_in):
    """What opening the home page leaves in the trail."""

    def _entries(user):
        last = AuditEntry.objects.latest("id").pk
        assert sign_in(user).get("/").status_code == 200
        found = AuditEntry.objects.filter(pk__gt=last).exclude(action=AuditAction.SIGN_IN)
        return [(row.action, row.model, row.references, row.actor) for row in found]

    return _entries


def test_a_caseworker_was_shown_the_people_of_the_own_point(world, register, entries):
    shown = [register().reference, register().reference]
    register(office=world.oujda)
    referral = services.refer(
        by=world.fresh("referrer"),
        referred_on=D(2019, 3, 4),
        family_name="Diallo",
        nationality=world.country("GN"),
        office=world.rabat,
    )

    expected = sorted([*shown, referral.reference])
    assert entries(world.caseworker) == [("list", "home", expected, world.caseworker)]


def test_a_child_is_in_the_row_of_the_protection_officer_only(world, register, entries):
    child = register(birth_on=D(2004, 2, 1), is_unaccompanied_child=True)

    assert entries(world.protection_officer) == [
        ("list", "home", [child.reference], world.protection_officer)
    ]
    assert entries(world.caseworker) == []


def test_a_focal_point_was_shown_whom_a_handover_names(world, ready, entries):
    case = ready()
    ready()
    services.send_handover(case, by=world.fresh("caseworker"))

    assert entries(world.focal_point) == [("list", "home", [case.reference], world.focal_point)]


def test_a_page_that_names_nobody_leaves_nothing(world, register, entries):
    register()

    assert entries(world.data_protection_officer) == []


def test_the_audit_costs_the_same_for_one_person_and_for_six(world, register, sign_in):
    register()
    one = queries_of(sign_in(world.caseworker), "/")
    for _number in range(5):
        register()

    assert queries_of(sign_in(world.caseworker), "/") == one


@pytest.mark.long
def test_whoever_is_named_is_in_the_row(settings, entries):
    """Every person of the access matrix: names and references on the page are those of the row."""
    settings.TODAY = access_world.TODAY.isoformat()
    access = access_world.build()
    people = {case.reference: case.person.full_name for case in Case.objects.select_related()}
    named_somewhere = set()
    for name in access.world.people:
        user = access.person(name)
        found = entries(user)
        noted = set(found[0][2]) if found else set()
        sections = [s for w in WORKLISTS for s in import_module(f"{w}.worklist").sections(user)]
        shown = " ".join(f"{i.title} {i.detail}" for s in sections for i in s.items)
        names = {people[reference] for reference in noted & people.keys()}
        assert {reference for reference in people if reference in shown} <= noted, name
        assert {full for full in people.values() if full in shown} <= names, name
        assert len(found) <= 1
        named_somewhere |= noted
    assert len(named_somewhere) > 5
