"""The command that compiles a report, and releases it."""

import hashlib

import pytest
from django.core.management import CommandError, call_command

from reports.models import Release, ReportRun

pytestmark = pytest.mark.django_db


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
