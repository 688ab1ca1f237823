"""The follow-up and the reports of the access matrix."""

import json
from pathlib import Path
from unittest import mock

from cases.models import Case
from reports import services as report_services
from reports.models import ReportRun
from surveys import services as survey_services
from surveys.models import FollowUp, Questionnaire
from tests.access_world.world import PDF, AccessWorld, D, on

ANSWERS = json.loads(
    (Path(__file__).parent.parent / "surveys" / "worked_examples.json").read_text("utf-8")
)


def add_follow_up(access: AccessWorld) -> None:
    case = Case.objects.get(pk=access.rows["case"].pk)
    rss = Questionnaire.objects.get(code="rss", version=1)
    with on(D(2019, 9, 2)) as day:
        response = survey_services.submit(
            rss,
            case=case,
            answers=ANSWERS[0]["answers"],
            answered_on=day,
            by=access.person("focal_point"),
        )
    access.add("response", response)
    follow_up = FollowUp.objects.filter(case=case, status="planned").order_by("due_on").last()
    access.add("follow_up", follow_up)
    access.kwargs["questionnaire"] = {"key": "rss-v1"}
    for name in ("case", "waiting", "oujda", "child"):
        access.kwargs[f"{name}_survey"] = {
            "reference": access.rows[name].reference,
            "key": "rss-v1",
        }


def add_reports(access: AccessWorld) -> None:
    """One report that nobody has released, one that the donor was given; the files are small."""
    with mock.patch("core.pdf.render", return_value=PDF):
        for name, as_of in (("report", D(2019, 8, 31)), ("report_released", D(2019, 7, 31))):
            run = report_services.request_report(
                programme=access.world.foras,
                as_of=as_of,
                language="en",
                by=access.person("me_officer"),
            )
            access.add(name, report_services.compile_run(run))
    report_services.release(
        access.rows["report_released"], reason="Checked", by=access.person("programme_manager")
    )
    access.rows["report_released"] = ReportRun.objects.get(pk=access.rows["report_released"].pk)
