"""The home page names people: who was shown whom is in the audit trail (R006, R011)."""

import datetime
from importlib import import_module

import pytest
from django.utils import timezone

from accounts.models import Assignment, MachineKey
from avrr.views import WORKLISTS
from cases import services
from cases.models import Case, Handover
from core import audit
from core.models import AuditAction, AuditEntry
from reference.enums import Certainty
from reference.models import Holiday
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


# --- by role ------------------------------------------------------------------------------------
@pytest.fixture
def home(sign_in):
    """The sections of somebody's home page by their title, and the page."""

    def _home(user):
        page = sign_in(user).get("/")
        assert page.status_code == 200
        return {str(s.title): s for s in page.context["sections"]}, page.content.decode()

    return _home


def test_nobody_is_told_that_nothing_waits_where_nothing_can(world, home):
    sections, page = home(world.evaluator)
    assert (sections, "These pages are open to you" in page) == ({}, True)
    assert 'href="/modules/"' in page

    sections, page = home(world.committee_member)
    assert (sections, "No page is open to you yet" in page) == ({}, True)


def test_the_administrator_sees_what_ends_and_what_is_not_certain(world, home, settings):
    settings.TODAY = "2019-06-01"
    soon, late = D(2019, 6, 20), D(2019, 8, 1)
    Assignment.objects.filter(user=world.trainer).update(ends_on=soon)
    Assignment.objects.filter(user=world.other_trainer).update(ends_on=late)
    for number, day in enumerate((soon, late)):
        MachineKey.objects.create(
            user=world.trainer, label=f"Key {number}", prefix=f"p{number}", expires_on=day
        )
    Holiday.objects.update(certainty=Certainty.FIXED)
    feasts = [
        Holiday.objects.create(
            country=world.country("MA"), day=day, certainty="expected", label_en=name
        )
        for day, name in ((D(2019, 5, 26), "Feast over"), (D(2019, 6, 8), "Feast to come"))
    ]

    sections, _page = home(world.administrator)

    def due(title):
        return [(item.title, item.due, item.is_late) for item in sections[title].items]

    assert due("Roles that end soon") == [(world.trainer.name, soon, False)]
    assert due("Machine keys that end soon") == [("Key 0", soon, False)]
    assert [(d, is_late) for _title, d, is_late in due("Feasts to confirm")] == [
        (feasts[0].day, True),
        (feasts[1].day, False),
    ]


def test_the_data_protection_officer_sees_refusals_and_opened_values_of_a_week(
    world, register, home
):
    case = register()
    audit.refused(world.clerk, case, "Tried without the permission for it.")
    entry = AuditEntry.objects.filter(model="cases.case").first()
    audit.read(world.data_protection_officer, entry)
    audit.read(world.data_protection_officer, entry, reason="A complaint")

    sections, page = home(world.data_protection_officer)

    refused = sections["Refused attempts of the last 7 days"].items
    opened = sections["Sealed values opened in the last 7 days"].items
    assert [item.title for item in refused] == [world.clerk.name]
    assert len(opened) == 1
    assert opened[0].detail.endswith("A complaint")
    assert case.reference not in page


def test_a_question_about_a_handover_has_a_day_by_which_it_is_answered(
    world, ready, home, settings
):
    case = ready()
    services.send_handover(case, by=world.fresh("caseworker"))
    services.question_handover(case, question="Which city?", by=world.fresh("focal_point"))
    asked = timezone.localdate(Handover.objects.get(case=case).answered_at)

    for days, is_late in ((3, False), (4, True)):
        settings.TODAY = (asked + datetime.timedelta(days=days)).isoformat()
        sections, _page = home(world.caseworker)
        (item,) = sections["Handovers returned with a question"].items
        assert (item.due, item.is_late) == (asked + datetime.timedelta(days=3), is_late)
