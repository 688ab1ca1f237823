"""Reports: frozen figures, compiling in the worker, second person, corrections (R238, R239)."""

import datetime
import hashlib
import io
import json
import re

import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from cases import services as case_services
from cases.models import HandOut, Person
from core import pdf
from core.exceptions import Refused
from core.models import AuditAction, AuditEntry, RunStatus
from reference import rules
from reference.services import set_rule
from reports import presenters, services, worklist
from reports import released as released_figures
from reports.disclosure import Audience
from reports.models import Release, ReportRun, Snapshot, fingerprint
from reports.protected import protect
from reports.tasks import compile_run, revive_runs
from surveys import services as surveys
from surveys.models import Score
from tests.reports.conftest import AS_OF
from tests.reports.scenes import DEPARTED, ORIENTED
from training import services as training
from training.enums import SessionStatus
from training.models import Invitation, OrientationSession

pytestmark = pytest.mark.django_db
D = datetime.date


# --- asking ---------------------------------------------------------------------------------------
def test_a_report_waits_for_the_worker_and_is_enqueued_on_commit(
    request_run, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(
        "core.jobs.current_app.send_task", lambda name, args, **_: sent.append((name, *args))
    )

    with django_capture_on_commit_callbacks(execute=True):
        run = request_run()

    assert run.status == RunStatus.QUEUED
    assert sent == [("reports.tasks.compile_run", run.pk)]


def test_a_day_to_come_has_no_figures(request_run):
    with pytest.raises(ValidationError) as error:
        request_run(as_of=D(2099, 1, 1))

    assert set(error.value.message_dict) == {"as_of"}


@pytest.mark.parametrize("name", ["programme_manager", "donor", "other_manager", "caseworker"])
def test_only_the_programmes_own_officer_prepares_reports(world, name):
    with pytest.raises(Refused, match="own programmes"):
        services.request_report(
            programme=world.foras, as_of=AS_OF, language="fr", by=world.fresh(name)
        )


# --- compiling ------------------------------------------------------------------------------------
def test_compiling_freezes_the_figures_and_keeps_the_file(scene, compiled):
    scene.people(3)

    run = compiled()

    assert (run.status, run.progress) == (RunStatus.DONE, 100)
    assert run.snapshot.content["figures"]["registered"]["total"] == 3
    assert run.snapshot.is_intact
    content = run.pdf.file.read()
    assert hashlib.sha256(content).hexdigest() == run.pdf_sha256 == run.pdf.sha256


def test_the_task_can_be_called_again_and_changes_nothing(request_run, quick_pdf):
    run = request_run()

    assert compile_run(run.pk) == RunStatus.DONE
    before = ReportRun.objects.values().get(pk=run.pk)
    assert compile_run(run.pk) == RunStatus.DONE

    assert ReportRun.objects.values().get(pk=run.pk) == before


def test_a_run_that_was_killed_is_finished_by_the_next_try(scene, request_run, quick_pdf):
    scene.people(2)
    run = request_run()
    snapshot = services.take_snapshot(programme=run.programme, as_of=AS_OF, by=run.requested_by)
    ReportRun.objects.filter(pk=run.pk).update(
        status=RunStatus.RUNNING, progress=35, snapshot=snapshot, started_at=timezone.now()
    )
    scene.people(5)

    assert compile_run(run.pk) == RunStatus.DONE

    assert ReportRun.objects.get(pk=run.pk).snapshot == snapshot


def test_runs_that_hang_are_queued_again_and_given_up_after_three_tries(
    request_run, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(
        "core.jobs.current_app.send_task", lambda name, args, **_: sent.append(args[0])
    )
    waiting, running, fresh, hopeless = (request_run() for _ in range(4))
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    rows = ReportRun.objects
    rows.filter(pk=waiting.pk).update(requested_at=long_ago)
    rows.filter(pk=running.pk).update(status=RunStatus.RUNNING, started_at=long_ago, attempts=1)
    rows.filter(pk=hopeless.pk).update(status=RunStatus.RUNNING, started_at=long_ago, attempts=3)

    with django_capture_on_commit_callbacks(execute=True):
        assert revive_runs() == 2

    assert set(sent) == {waiting.pk, running.pk}
    assert rows.get(pk=fresh.pk).status == RunStatus.QUEUED
    assert rows.get(pk=hopeless.pk).status == RunStatus.FAILED


def test_a_second_worker_on_the_same_run_leaves_the_books_of_the_file_alone(
    world, scene, request_run, compiled, released, monkeypatch
):
    """While one draws, another report is released, and a second worker begins and does not end."""
    scene.people(40)
    run = request_run()
    own = pdf.render
    turns = iter(["first", "meanwhile", "second"])

    def render(*args, **kwargs):
        turn = next(turns)
        if turn == "first":
            released(as_of=D(2019, 3, 31))
            monkeypatch.setattr(pdf, "render", render)
            services.compile_run(ReportRun.objects.get(pk=run.pk))
        if turn == "second":
            raise pdf.Refused("Interrupted")
        return own(*args, **kwargs)

    monkeypatch.setattr(pdf, "render", render)

    services.compile_run(run)

    run = ReportRun.objects.get(pk=run.pk)
    assert (run.is_done, run.after) == (True, None)
    with pytest.raises(ValidationError, match="Prepare it again"):
        services.release(run, reason="Checked", by=world.fresh("programme_manager"))


@pytest.mark.req("R075")
def test_contradicting_data_make_no_report_and_say_why(scene, compiled):
    scene.attend(scene.person(), "personal_development")

    run = compiled()

    assert run.status == RunStatus.FAILED
    assert "Trained" in run.message
    assert not Snapshot.objects.exists()


def test_a_server_without_pdf_libraries_says_so(request_run, monkeypatch):
    def unavailable(*args, **kwargs):
        raise pdf.Unavailable

    monkeypatch.setattr(pdf, "render", unavailable)

    run = services.compile_run(request_run())

    assert run.status == RunStatus.FAILED
    assert "cannot make PDF files" in run.message


def test_a_failed_report_is_tried_again_with_its_author(world, request_run, monkeypatch, quick_pdf):
    run = request_run()
    ReportRun.objects.filter(pk=run.pk).update(status=RunStatus.FAILED, message="No paper")
    run.refresh_from_db()

    run = services.try_again(run, by=world.fresh("me_officer"))

    assert (run.status, run.message) == (RunStatus.QUEUED, "")
    assert compile_run(run.pk) == RunStatus.DONE


def test_whoever_lost_the_role_gets_no_figures(world, request_run, quick_pdf):
    run = request_run()
    world.people["me_officer"].assignments.update(ends_on=D(2018, 1, 1))

    run = services.compile_run(ReportRun.objects.get(pk=run.pk))

    assert run.status == RunStatus.FAILED
    assert "may not prepare it any more" in run.message


def test_compiling_costs_the_same_statements_for_few_and_for_many(scene, request_run, quick_pdf):
    def statements(as_of):
        run = request_run(as_of=as_of)
        with CaptureQueriesContext(connection) as captured:
            assert services.compile_run(run).is_done
        return len(captured)

    scene.contact(*scene.returned(1))
    statements(AS_OF)  # what is only asked for the first time
    few = statements(AS_OF - datetime.timedelta(days=1))
    scene.contact(*scene.returned(8, "women", country="ML"))
    scene.decline(*scene.people(5, source="ngo"), reason="work")

    assert statements(AS_OF - datetime.timedelta(days=2)) == few
    assert few < 120


# --- the same again -------------------------------------------------------------------------------
@pytest.mark.req("R238")
def test_the_same_figures_give_the_same_bytes_and_the_hash_is_printed(scene, request_run):
    scene.with_two_girls()

    first = services.compile_run(request_run())
    second = services.compile_run(request_run(snapshot=Snapshot.objects.get()))

    assert first.status == RunStatus.DONE, first.message
    assert first.pdf.file.read() == second.pdf.file.read()
    first.pdf.file.seek(0)
    pages = pypdf.PdfReader(io.BytesIO(first.pdf.file.read())).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    assert first.snapshot.sha256 in text
    assert "Children" in text
    assert "Girls" not in text


def test_unchanged_data_give_the_snapshot_that_is_there(scene, compiled):
    scene.people(4)

    assert compiled(language="fr").snapshot == compiled(language="ar").snapshot


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


def report_of(snapshot):
    """What a report to the donor says of a snapshot that was not released, after all others."""
    earlier = released_figures.before(snapshot, Audience.DONOR)
    figures = protect(snapshot.content, audience=Audience.DONOR, earlier=earlier)
    return presenters.report_of(snapshot, figures, template_version="1")


@pytest.mark.req("R240")
def test_the_fingerprint_tells_nothing_about_withheld_numbers(scene, compiled):
    """Whoever guesses every hidden number right still cannot check the guess."""
    scene.with_two_girls()

    run = compiled()

    snapshot = run.snapshot
    assert fingerprint(snapshot.figures) != snapshot.sha256
    assert fingerprint({**snapshot.content, "salt": ""}) != snapshot.sha256
    assert len(snapshot.content["salt"]) == 64
    assert snapshot.content["salt"] not in json.dumps(run.printed)
    assert snapshot.is_intact


# --- rules of a day -------------------------------------------------------------------------------
@pytest.mark.req("R270")
def test_a_rule_changes_figures_from_its_day_and_earlier_reports_keep_the_old_value(
    scene, world, compiled, settings
):
    settings.TODAY = "2019-12-31"
    for case in (*scene.people(40), *scene.people(7, "women")):
        scene.orient(case)
    old_day, new_day = AS_OF, AS_OF + datetime.timedelta(days=31)
    before = compiled(as_of=old_day)
    values = {rules.SMALL_CELL_DONOR: "10", rules.USUAL_WINDOW_DAYS: "70"}
    values[rules.SCORE_THRESHOLD] = "0.6"
    for rule, value in values.items():
        set_rule(rule, value=value, from_on=new_day, note="", by=world.fresh("administrator"))
    settings.TODAY = "2020-03-02"

    same, later = compiled(as_of=old_day), compiled(as_of=new_day)

    assert same.snapshot == before.snapshot
    assert same.printed == before.printed
    old, new = before.snapshot.content, later.snapshot.content
    assert (old["limits"]["k"], new["limits"]["k"]) == (5, 10)
    usual = [c["figures"]["days_to_departure"]["usual"] for c in (old, new)]
    assert usual == [56, 70]
    assert before.printed["registered"]["by"]["group"]["women"] == 7
    assert later.printed["registered"]["by"]["group"]["women"] is None
    labels = [
        [d.label for d in report_of(run.snapshot).definitions if d.slug == "sustainable"]
        for run in (before, later)
    ]
    assert labels == [["Score of 0.5 or more"], ["Score of 0.6 or more"]]


def test_figures_that_were_tampered_with_make_no_report(scene, compiled, request_run, quick_pdf):
    snapshot = compiled().snapshot
    snapshot.content["figures"]["registered"]["total"] = 5
    snapshot.save()

    run = services.compile_run(request_run(snapshot=snapshot))

    assert run.status == RunStatus.FAILED
    assert "fingerprint" in run.message


# --- the second person ----------------------------------------------------------------------------
def test_the_manager_releases_what_the_officer_prepared(world, compiled):
    run = compiled()

    row = services.release(
        run, reason="Compared with the logs", by=world.fresh("programme_manager")
    )

    assert (row.prepared_by, row.released_by) == (world.me_officer, world.programme_manager)
    assert row.published["registered"]["total"] == 0
    entry = AuditEntry.objects.get(model="reports.release", action=AuditAction.CREATE)
    assert entry.reason == "Compared with the logs"


def test_the_author_does_not_release(world, compiled):
    with pytest.raises(Refused):
        services.release(compiled(), reason="Mine", by=world.fresh("me_officer"))


def test_an_author_who_became_manager_does_not_release_either(world, compiled):
    run = compiled()
    world.people["me_officer"].assignments.update(role="programme_manager")

    with pytest.raises(Refused):
        services.release(run, reason="Mine", by=world.fresh("me_officer"))


@pytest.mark.parametrize("name", ["other_manager", "donor", "administrator"])
def test_nobody_else_releases(world, compiled, name):
    with pytest.raises(Refused):
        services.release(compiled(), reason="Why not", by=world.fresh(name))


def test_the_database_refuses_an_author_as_releaser(world, compiled):
    run = compiled()

    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.create(
            run=run,
            prepared_by=world.me_officer,
            released_by=world.me_officer,
            released_on=AS_OF,
            reason="Mine",
            published={},
        )


def test_an_unfinished_report_is_not_released(world, request_run):
    with pytest.raises(ValidationError, match="not finished yet"):
        services.release(request_run(), reason="Now", by=world.fresh("programme_manager"))


def test_a_report_is_released_once_and_with_a_reason(world, compiled):
    run, manager = compiled(), world.fresh("programme_manager")

    with pytest.raises(ValidationError, match="Say why"):
        services.release(run, reason=" ", by=manager)
    services.release(run, reason="Checked", by=manager)
    with pytest.raises(ValidationError, match="released already"):
        services.release(run, reason="Checked", by=manager)


def test_a_withdrawn_report_is_gone_for_the_donor_and_stays_in_the_books(world, released):
    run = released()
    assert ReportRun.objects.visible_to(world.fresh("donor")).get() == run

    services.withdraw(run.release, reason="Wrong period", by=world.fresh("second_manager"))

    assert not ReportRun.objects.visible_to(world.fresh("donor")).exists()
    assert ReportRun.objects.visible_to(world.fresh("me_officer")).get() == run
    assert Release.objects.get().published


def test_the_books_hold_what_was_printed_and_nothing_withheld(scene, released):
    scene.with_two_girls()

    published = released().release.published

    assert published["oriented"]["by"]["group"] == {
        "men": 26,
        "women": 14,
        "children": 11,
        "not_stated": 0,
    }
    assert published["oriented"]["merged"]["group"] == {"children": ["boys", "girls"]}
    assert not [line for line in published.values() if "girls" in line["by"].get("group", {})]


# --- limits printed -------------------------------------------------------------------------------
@pytest.mark.req("R153", "R241")
def test_coverage_and_caution_stand_with_scores_of_few_people(scene, world):
    cases = scene.returned(60)
    for case in cases[:15]:
        scene.score(case, "0.7")
    for case in cases[15:22]:
        scene.score(case, "0.3")
    snapshot = services.take_snapshot(
        programme=world.foras, as_of=AS_OF, by=world.fresh("me_officer")
    )

    report = report_of(snapshot)

    section = report.sections[-1]
    assert [row.caution != "" for row in report.summary if row.slug == "sustainable"] == [True]
    assert any("22 of 60 people who returned" in text for text in report.sections[0].paragraphs)
    assert [d.text for d in report.definitions if "Counting rule: each module" in d.text]
    assert "22 of 60 people who returned" in section.paragraphs[0]
    assert "15 of 22 scored people reached 0.5 or more (68.2%)" in section.paragraphs[0]
    cautions = " ".join(section.cautions)
    assert "this share rests on 22 people only" in cautions
    assert "provisional" in cautions


def test_scores_of_the_official_instrument_are_not_called_provisional(scene, world):
    for case in scene.returned(3):
        scene.score(case, "0.7")
    Score.objects.update(scoring_status="official")
    by = world.fresh("me_officer")

    snapshot = services.take_snapshot(programme=world.foras, as_of=AS_OF, by=by)

    assert "provisional" not in " ".join(report_of(snapshot).sections[-1].cautions)


# --- authority comes first ------------------------------------------------------------------------
def test_whoever_may_not_is_refused_before_anything_is_said_about_the_report(
    world, compiled, released
):
    other, done, given = world.fresh("other_manager"), compiled(), released(language="fr")
    services.withdraw(given.release, reason="Wrong", by=world.fresh("programme_manager"))

    for verb in (
        lambda: services.try_again(done, by=other),
        lambda: services.withdraw(given.release, reason="Mine", by=other),
        lambda: services.figures_for(other, world.foras, D(2099, 1, 1)),
        lambda: services.request_report(
            programme=world.foras, as_of=D(2099, 1, 1), language="en", by=other
        ),
    ):
        with pytest.raises(Refused):
            verb()


# --- command and work list ------------------------------------------------------------------------
def test_the_command_compiles_and_releases(world, scene, quick_pdf, capsys, tmp_path):
    scene.people(3)
    target = tmp_path / "report.pdf"

    call_command(
        "compile_report",
        "FORAS",
        "--as-of",
        "2019-12-31",
        "--language",
        "en",
        "--release",
        "--file",
        str(target),
    )

    run = ReportRun.objects.get()
    assert run.release.released_by == world.programme_manager
    assert hashlib.sha256(target.read_bytes()).hexdigest() == run.pdf_sha256
    assert run.reference in capsys.readouterr().out


def test_outside_a_demonstration_a_release_names_both_people_and_why(
    world, scene, quick_pdf, settings
):
    settings.DEMO = False
    asked = ("compile_report", "FORAS", "--as-of", "2019-12-31")
    author, manager = world.me_officer.email, world.programme_manager.email
    named = ("--author", author, "--release", manager)

    for missing in (("--release",), ("--release", manager, "--reason", "x"), named):
        with pytest.raises(CommandError, match="name its author"):
            call_command(*asked, *missing)
    assert not ReportRun.objects.exists()

    call_command(*asked, *named, "--reason", "Checked by both")

    row = Release.objects.get()
    assert (row.prepared_by, row.released_by) == (world.me_officer, world.programme_manager)
    assert row.reason.startswith("Checked by both [command line: ")


def test_the_command_says_what_is_wrong(world, quick_pdf):
    with pytest.raises(CommandError, match="no programme"):
        call_command("compile_report", "NOPE", "--as-of", "2019-12-31")
    with pytest.raises(CommandError, match="has not come yet"):
        call_command("compile_report", "FORAS", "--as-of", "2099-12-31")
    with pytest.raises(CommandError, match="no account"):
        call_command("compile_report", "FORAS", "--as-of", "2019-12-31", "--author", "x@y.z")


def test_work_lists_name_what_waits_for_whom(world, compiled, released, request_run):
    waiting = compiled()
    failed = request_run()
    ReportRun.objects.filter(pk=failed.pk).update(status=RunStatus.FAILED, message="No paper")
    given = released(language="fr")

    def listed(name):
        return [[item.url for item in s.items] for s in worklist.sections(world.fresh(name))]

    assert listed("me_officer") == [[failed.get_absolute_url()], [waiting.get_absolute_url()]]
    assert listed("programme_manager") == [[waiting.get_absolute_url()]]
    assert listed("donor") == [[given.get_absolute_url()]]
    assert listed("other_donor") == [[]]
    assert listed("caseworker") == []


def test_a_report_to_release_is_due_a_week_after_it_was_compiled(world, compiled, settings):
    done = timezone.localdate(compiled().finished_at)

    def waiting():
        (section,) = worklist.sections(world.fresh("programme_manager"))
        return [(item.due, item.is_late) for item in section.items]

    due = done + datetime.timedelta(days=worklist.RELEASE_DAYS)
    settings.TODAY = due.isoformat()
    assert waiting() == [(due, False)]
    settings.TODAY = (due + datetime.timedelta(days=1)).isoformat()
    assert waiting() == [(due, True)]


def test_days_after_the_figures_do_not_count(scene, compiled):
    scene.returned(2)

    assert compiled(as_of=DEPARTED).snapshot.content["figures"]["departed"]["total"] == 2
    earlier = compiled(as_of=DEPARTED - datetime.timedelta(days=1))
    assert earlier.snapshot.content["figures"]["departed"]["total"] == 0
