"""Versions of a questionnaire: how they are loaded and issued, and what old responses keep."""

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from core.exceptions import Refused
from core.models import AuditEntry
from surveys import seeds, services
from surveys.models import Option, Questionnaire
from tests.surveys.conftest import DAY, MIXED

pytestmark = pytest.mark.django_db


@pytest.mark.req("R152")
def test_new_weights_make_a_new_version_and_old_responses_keep_theirs(
    world: Any, returned: Any, submit: Any, rss: Questionnaire, tmp_path: Path
) -> None:
    case = returned()
    old = submit(case)

    file = tmp_path / "rss-v2.json"
    data = seeds.read("rss-v1") | {"version": 2, "valid_from": "2020-01-01", "status": "official"}
    (first,) = [row for row in data["questions"] if row["code"] == "RSS-E01"]
    first["weight"] = "0.5"
    file.write_text(json.dumps(data), encoding="utf-8")
    call_command("load_questionnaire", file, by=world.me_officer.email)
    new = Questionnaire.objects.get(code="rss", version=2)
    later = datetime.date(2020, 2, 3)
    second = services.submit(
        new, case=case, answers=MIXED, answered_on=later, by=world.fresh("focal_point")
    )

    old.refresh_from_db()
    rss.refresh_from_db()
    assert (old.questionnaire.version, old.score.economic) == (1, Decimal("0.5750"))
    assert (second.questionnaire.version, second.score.economic) == (2, Decimal("0.4821"))
    assert (old.score.scoring_status, second.score.scoring_status) == ("provisional", "official")
    assert new.questions.count() == 30
    assert Option.objects.filter(question__questionnaire=new).count() == (
        Option.objects.filter(question__questionnaire=rss).count()
    )
    ended = AuditEntry.objects.get(model="surveys.questionnaire", action="change")
    assert ended.changes == {"valid_until": [None, "2019-12-31"]}
    assert Questionnaire.objects.named("rss", on=later) == new
    assert Questionnaire.objects.named("rss", on=DAY) == rss
    with pytest.raises(ValidationError, match="not in use"):
        submit(case, answered_on=later)


def test_two_versions_are_never_in_use_together(rss: Questionnaire) -> None:
    with pytest.raises(IntegrityError, match="one_version_at_a_time"), transaction.atomic():
        Questionnaire.objects.create(
            code="rss",
            version=2,
            kind="reintegration",
            label_fr="x",
            label_en="x",
            label_ar="x",
            valid_from=datetime.date(2020, 1, 1),
        )


def test_only_those_who_manage_surveys_issue_them(world: Any, rss: Questionnaire) -> None:
    with pytest.raises(Refused):
        services.issue_version(
            rss, valid_from=datetime.date(2020, 1, 1), by=world.fresh("caseworker")
        )
    with pytest.raises(ValidationError, match="after the beginning"):
        services.issue_version(rss, valid_from=rss.valid_from, by=world.fresh("me_officer"))


def test_a_version_begins_after_the_last_answer(
    world: Any, returned: Any, submit: Any, rss: Questionnaire
) -> None:
    submit(returned())
    by = world.fresh("me_officer")

    with pytest.raises(ValidationError, match="was answered on"):
        services.issue_version(rss, valid_from=DAY, by=by)

    day = DAY + datetime.timedelta(days=1)
    assert services.issue_version(rss, valid_from=day, by=by).version == 2


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"version": 3}, "The next version is number 2"),
        ({"version": 2, "code": "none"}, "There is no questionnaire"),
        ({"version": 2, "questions": [{"code": "A"}]}, "The file lacks"),
        ({"version": 2, "valid_from": "soon"}, "cannot be loaded"),
    ],
)
def test_a_file_that_is_no_next_version_is_refused(
    world: Any, rss: Questionnaire, tmp_path: Path, change: dict[str, Any], complaint: str
) -> None:
    file = tmp_path / "rss.json"
    data = seeds.read("rss-v1") | {"valid_from": "2020-01-01"} | change
    file.write_text(json.dumps(data), encoding="utf-8")

    with pytest.raises(CommandError, match=complaint):
        call_command("load_questionnaire", file, by=world.me_officer.email)

    rss.refresh_from_db()
    assert rss.valid_until is None
    assert Questionnaire.objects.filter(code="rss").count() == 1


def test_only_those_who_manage_surveys_load_them(world: Any, tmp_path: Path) -> None:
    file = tmp_path / "rss.json"
    data = seeds.read("rss-v1") | {"version": 2, "valid_from": "2020-01-01"}
    file.write_text(json.dumps(data), encoding="utf-8")

    with pytest.raises(CommandError, match="may not issue"):
        call_command("load_questionnaire", file, by=world.caseworker.email)
