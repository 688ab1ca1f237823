"""What was corrected since an earlier report is listed, in whole numbers of many (R239, R240)."""

import datetime
import io
import re

import pypdf
import pytest
from django.utils import translation

from cases import services as case_services
from cases.models import HandOut, Person
from reports import presenters, services
from reports import released as released_figures
from reports.models import ReportRun
from surveys import services as surveys
from tests.reports.scenes import ORIENTED
from training import services as training
from training.enums import SessionStatus
from training.models import Invitation, OrientationSession

pytestmark = pytest.mark.django_db
D = datetime.date


@pytest.mark.req("R239")
def test_a_filed_report_stays_and_a_year_later_the_corrections_are_listed(
    scene, world, request_run, settings
):
    settings.TODAY = "2019-07-15"
    scene.orient(*scene.people(60))
    missed = scene.people(8)
    scene.miss(*missed)
    scene.session(ORIENTED)
    OrientationSession.objects.update(status=SessionStatus.HELD)
    answers = [
        scene.answer("orientation-feedback", on=ORIENTED, satisfaction="satisfied")
        for _ in range(40)
    ]
    scene.hand_out(65)
    quarter = D(2019, 6, 30)
    manager = world.fresh("programme_manager")
    filed = services.compile_run(request_run(as_of=quarter))
    services.release(filed, reason="Checked", by=manager)

    settings.TODAY = "2020-07-15"
    caseworker = world.fresh("caseworker")
    for case in missed[:2]:
        invitation = Invitation.objects.get(case=case)
        training.correct_attendance(
            invitation, attendance="present", reason="Was there", by=caseworker
        )
    for response in answers[:6]:
        surveys.withdraw_response(response, reason="Entered twice", by=caseworker)
    case_services.correct_hand_out(
        HandOut.objects.get(), quantity=40, reason="Counted again", by=caseworker
    )
    again = services.compile_run(request_run(as_of=quarter, snapshot=filed.snapshot))
    later = services.compile_run(request_run(as_of=D(2020, 6, 30)))

    assert again.pdf.file.read() == filed.pdf.file.read()
    assert later.snapshot.earlier == filed.snapshot
    listed = presenters.exact_differences(filed.snapshot, later.snapshot)
    assert [row for row in listed if row[1] == "Total"] == [
        ("Oriented", "Total", 60, 62),
        ("Not oriented", "Total", 8, 6),
        ("Brochures handed out", "Total", 65, 40),
        ("Satisfied with the orientation", "Total", 40, 34),
    ]
    # Two people: the correction itself is too small a number to be told (R240).
    assert changes_of(later) == [
        ("Oriented", "60", "•••"),
        ("Not oriented", "8", "•••"),
        ("Brochures handed out", "65", "40"),
        ("Satisfied with the orientation", "40", "34"),
    ]
    text = text_of_pdf(later)
    assert f"Report {filed.snapshot.reference} had figures as of 30 June 2019" in text
    assert re.search(r"Satisfied with the orientation 40 34 Records were corrected", text)
    assert not re.search(r"Oriented 60 62", text)
    services.release(later, reason="Checked", by=manager)
    assert "Changes since the last report" not in text_of_pdf(filed)


def changes_of(run):
    """What a compiled report tells of corrections."""
    run = ReportRun.objects.get(pk=run.pk)
    with translation.override("en"):
        report = presenters.report_of(
            run.snapshot, released_figures.printed_by(run), template_version="1"
        )
        return [(c.label, c.earlier_text, c.now_text) for c in report.changes]


def text_of_pdf(run):
    run.pdf.file.seek(0)
    pages = pypdf.PdfReader(io.BytesIO(run.pdf.file.read())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.mark.req("R239")
def test_corrections_of_the_same_day_are_listed(scene, world, released, compiled):
    cases = scene.returned(40)
    filed = released()
    for case in cases[:2]:
        case.journeys.update(departed_on=D(2020, 1, 3))
    Person.objects.filter(pk=cases[5].person_id).update(sex="female")

    corrected = compiled()

    assert corrected.snapshot.earlier == filed.snapshot
    listed = set(presenters.exact_differences(filed.snapshot, corrected.snapshot))
    assert ("Departed", "Total", 40, 38) in listed
    assert ("Registered", "Men", 40, 39) in listed
    assert ("Registered", "Women", 0, 1) in listed
    assert changes_of(corrected) == [("Departed", "40", "•••")]


@pytest.mark.req("R240")
def test_a_correction_tells_nobody_by_what_came_since(scene, released, compiled):
    """Six are taken away from March, and since then eight came: only whole numbers of many."""
    cases = scene.returned(60)
    released(as_of=D(2019, 6, 30))
    for case in cases[:6]:
        case.journeys.update(departed_on=D(2019, 8, 1))
    came = scene.people(8, on=D(2019, 8, 1))
    scene.orient(*came, on=D(2019, 8, 8))
    scene.depart(*came, on=D(2019, 9, 2))

    assert changes_of(compiled()) == [("Departed", "60", "54")]


def test_nothing_corrected_lists_no_change(scene, released, compiled):
    scene.people(40)
    released(as_of=D(2019, 6, 30))
    scene.people(9, on=D(2019, 8, 1))

    assert changes_of(compiled()) == []
