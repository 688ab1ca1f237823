"""Reports: frozen figures, compiled in the worker, the same again from the same data (R238)."""

import datetime
import hashlib
import io
import json

import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import pdf
from core.exceptions import Refused
from core.models import RunStatus
from reference import rules
from reference.services import set_rule
from reports import presenters, services
from reports import released as released_figures
from reports.disclosure import Audience
from reports.models import ReportRun, Snapshot, fingerprint
from reports.protected import protect
from reports.tasks import compile_run, revive_runs
from surveys.models import Score
from tests.reports.conftest import AS_OF
from tests.reports.scenes import DEPARTED

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


def test_days_after_the_figures_do_not_count(scene, compiled):
    scene.returned(2)

    assert compiled(as_of=DEPARTED).snapshot.content["figures"]["departed"]["total"] == 2
    earlier = compiled(as_of=DEPARTED - datetime.timedelta(days=1))
    assert earlier.snapshot.content["figures"]["departed"]["total"] == 0


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
