"""The second person: who hands a report to the donor, and what stays in the books."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.exceptions import Refused
from core.models import AuditAction, AuditEntry
from reports import services
from reports.models import Release, ReportRun
from tests.reports.conftest import AS_OF

pytestmark = pytest.mark.django_db


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
