"""Reports on the work lists of those who release, read or repair them."""

import datetime

import pytest
from django.utils import timezone

from core.models import RunStatus
from reports import worklist
from reports.models import ReportRun

pytestmark = pytest.mark.django_db


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
