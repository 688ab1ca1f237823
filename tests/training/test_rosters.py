"""What a training partner reads of the people in its courses: these columns, and no more."""

import csv
import datetime
import io
import re

import pytest

from core.models import AuditEntry
from tests.training.test_session_pages import page
from training.exports import cell

D = datetime.date
CHILD = {"is_unaccompanied_child": True, "birth_on": D(2005, 1, 1), "family_name": "Sylla"}
pytestmark = pytest.mark.django_db


def lines_of(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.req("R003")
def test_page_file_and_api_show_a_partner_exactly_these_columns(
    sign_in, call, world, edition, enrolled, attend
):
    enrolment = enrolled(edition(), family_name="Bah", children_in_care=2)
    attend(enrolment, days=1)
    enrolment.case.person.languages.set(["fr"])
    trainer = sign_in(world.trainer)
    course = trainer.get(enrolment.edition.get_absolute_url()).content.decode()
    address = page("edition-roster", enrolment.edition.reference)
    assert address in course

    heads = re.findall(r'<th scope="col">(.*?)</th>', course.split('id="roster"')[1])
    assert heads[:5] == ["Person", "Languages", "Attendance", "Child care", "Status"]
    head, line = lines_of(trainer.get(address))
    assert head == [
        "Person",
        "Languages",
        "Half-days attended",
        "Half-days of the course",
        "Attendance in percent",
        "Child care",
        "Status",
    ]
    name = enrolment.case.person.full_name
    assert line == [name, "French", "2", "10", "20", "yes", "Started"]
    (row,) = call("partner_client", "get", "enrolments/").json()["results"]
    assert set(row) == {
        "reference",
        "version",
        "status",
        "case",
        "name",
        "languages",
        "edition",
        "module",
        "nominated_on",
        "acknowledged_on",
        "ended_on",
        "needs_child_care",
        "half_days_attended",
        "half_days",
        "attendance_percent",
        "is_in_transit_place",
    }
    assert (row["name"], row["languages"], row["case"]) == (name, ["fr"], None)


def test_a_roster_taken_away_is_noted_as_an_export(sign_in, world, edition, enrolled):
    enrolment = enrolled(edition())

    answer = sign_in(world.trainer).get(page("edition-roster", enrolment.edition.reference))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    entry = AuditEntry.objects.get(action="export")
    assert (entry.actor, entry.references) == (world.trainer, [enrolment.case.reference])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\uff1d1"])
def test_no_cell_begins_as_a_formula(text):
    assert cell(text) == f"'{text}"
    assert cell("DIALLO Aissatou") == "DIALLO Aissatou"


@pytest.mark.req("R006")
def test_training_partners_know_a_child_travelling_alone_by_the_case_reference(
    sign_in, call, world, edition, enrolled, attend
):
    enrolment = enrolled(edition(), **CHILD)
    course, code = enrolment.edition, enrolment.case.reference
    addresses = [
        course.get_absolute_url(),
        page("edition-roster", course.reference),
        page("edition-roll", course.reference, "2019-06-17"),
        page("edition-complete", course.reference),
        page("enrolment-list"),
        enrolment.get_absolute_url(),
        page("enrolment-withdraw", enrolment.reference),
        page("edition-survey", course.reference),
    ]
    attend(enrolment, days=1)

    trainer = sign_in(world.trainer)
    for address in addresses:
        answer = trainer.get(address)
        text = answer.content.decode()
        assert "SYLLA" not in text, address
        assert code in text or answer.status_code == 403, address
    (row,) = call("partner_client", "get", "enrolments/").json()["results"]
    assert row["name"] == code
    assert "SYLLA" not in str(row)

    officer = sign_in(world.protection_officer)
    assert "SYLLA" in officer.get(course.get_absolute_url()).content.decode()
