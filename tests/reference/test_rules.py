"""Declared rules and their dated values (R270)."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps as django_apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.models import Office
from core.models import AuditEntry
from reference import rules, services
from reference.enums import RuleArea, RuleKind
from reference.models import RuleValue

pytestmark = pytest.mark.django_db

YES_OR_NO = rules.Rule(
    code="yes_or_no",
    area=RuleArea.CASES,
    kind=RuleKind.BOOLEAN,
    default=True,
    meaning="A rule of the tests",
)


def set_rule(world: Any, rule: Any, value: Any, *, from_on: date, note: str = "Decided") -> Any:
    return services.set_rule(rule, value=value, from_on=from_on, note=note, by=world.administrator)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (rules.MAX_NATIONALITIES_PER_SESSION, 2),
        (rules.SESSION_MINUTES, 60),
        (rules.MODULE_DAYS_PERSONAL_DEVELOPMENT, 5),
        (rules.MODULE_DAYS_BUSINESS, 9),
        (rules.MODULE_DAYS_AGRICULTURE, 9),
        (rules.MODULE_DAYS_HANDICRAFT, 9),
        (rules.USUAL_WINDOW_DAYS, 56),
        (rules.SCORE_THRESHOLD, Decimal("0.5")),
        (rules.MONITORING_MONTHS_MIN, 12),
        (rules.FOLLOW_UP_MONTHS, (1, 3, 6, 9, 12)),
        (rules.SMALL_CELL_DONOR, 5),
        (rules.SMALL_CELL_PUBLIC, 10),
        (rules.APPROVAL_SECOND_PERSON_ABOVE, Decimal(1000)),
    ],
)
def test_a_rule_nobody_has_set_has_its_declared_value(rule: Any, value: Any) -> None:
    assert rules.current(rule, on=date(2019, 3, 4)) == value


def test_codes_are_unique_and_defaults_obey_their_own_limits() -> None:
    assert len(rules.BY_CODE) == len(rules.RULES)
    for rule in rules.RULES:
        assert rule.parse(rule.stored(rule.default)) == rule.default


def test_every_declared_rule_is_on_the_page() -> None:
    declared = [value for value in vars(rules).values() if isinstance(value, rules.Rule)]

    assert set(declared) == set(rules.RULES)


def test_every_declared_rule_is_read_by_somebody() -> None:
    catalogue = Path(rules.__file__)
    apps = [Path(app.path) for app in django_apps.get_app_configs()]
    code = " ".join(
        path.read_text("utf-8")
        for app in apps
        if app.parent == catalogue.parents[1]
        for path in app.rglob("*.py")
        if path != catalogue
    )
    words = set(re.findall(r"\w+", code))
    names = [name for name, value in vars(rules).items() if isinstance(value, rules.Rule)]

    assert [name for name in names if name not in words] == []


@pytest.mark.parametrize(
    ("rule", "value"),
    [(rules.FOLLOW_UP_MONTHS, "1, 3, 9"), (rules.MONITORING_MONTHS_MIN, "18")],
)
def test_follow_up_lasts_as_long_as_monitoring_must(
    world: Any, today: date, rule: Any, value: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        set_rule(world, rule, value, from_on=today)

    (message,) = refusal.value.message_dict["value"]
    assert "for which every return is monitored" in message

    set_rule(world, rules.FOLLOW_UP_MONTHS, "6, 12, 18", from_on=today)
    set_rule(world, rules.MONITORING_MONTHS_MIN, "18", from_on=today)


def test_follow_up_lasts_as_long_as_monitoring_must_on_later_days_too(
    world: Any, today: date
) -> None:
    in_march, in_june = today + timedelta(days=90), today + timedelta(days=180)
    set_rule(world, rules.FOLLOW_UP_MONTHS, "6, 12, 24", from_on=today)
    set_rule(world, rules.MONITORING_MONTHS_MIN, "24", from_on=in_june)

    with pytest.raises(ValidationError, match="24 months for which every return is monitored"):
        set_rule(world, rules.FOLLOW_UP_MONTHS, "6, 12", from_on=in_march)

    set_rule(world, rules.FOLLOW_UP_MONTHS, "6, 18, 24", from_on=in_june)
    set_rule(world, rules.FOLLOW_UP_MONTHS, "6, 12", from_on=in_march)


def test_rules_of_an_area_stand_together() -> None:
    areas = [rule.area for rule in rules.RULES]

    assert areas == sorted(areas, key=areas.index)


@pytest.mark.req("R270")
@time_machine.travel("2019-06-01 12:00", tick=False)
def test_a_change_takes_effect_from_its_date_and_earlier_days_keep_the_old_value(
    world: Any,
) -> None:
    rule = rules.MAX_NATIONALITIES_PER_SESSION

    set_rule(world, rule, "3", from_on=date(2019, 7, 1))

    assert rules.current(rule, on=date(2019, 6, 30)) == 2
    assert rules.current(rule, on=date(2019, 7, 1)) == 3
    assert rules.current(rule, on=date(2020, 1, 1)) == 3


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (rules.USUAL_WINDOW_DAYS, "41"),
        (rules.SCORE_THRESHOLD, "0.6"),
        (rules.FOLLOW_UP_MONTHS, "1, 6, 12"),
    ],
)
@time_machine.travel("2019-06-01 12:00", tick=False)
def test_a_rule_read_inside_another_query_has_the_same_value(
    world: Any, rule: Any, value: str
) -> None:
    set_rule(world, rule, value, from_on=date(2019, 7, 1))

    for day in (date(2019, 6, 30), date(2019, 7, 1), date(2020, 1, 1)):
        office = Office.objects.annotate(read=rules.in_query(rule, on=day)).first()
        assert rule.parse(office.read) == rules.current(rule, on=day)


@time_machine.travel("2019-06-01 12:00", tick=False)
def test_all_values_of_a_day_come_with_one_query(
    world: Any, django_assert_num_queries: Any
) -> None:
    set_rule(world, rules.SCORE_THRESHOLD, "0.6", from_on=date(2019, 6, 1))
    set_rule(world, rules.SCORE_THRESHOLD, "0.7", from_on=date(2019, 6, 10))
    set_rule(world, rules.FOLLOW_UP_MONTHS, "1, 6, 12", from_on=date(2019, 6, 10))

    with django_assert_num_queries(1):
        values = rules.values_on(date(2019, 6, 9))

    assert len(values) == len(rules.RULES)
    assert values[rules.SCORE_THRESHOLD] == Decimal("0.6")
    assert values[rules.FOLLOW_UP_MONTHS] == (1, 3, 6, 9, 12)
    assert rules.values_on(date(2019, 6, 10))[rules.FOLLOW_UP_MONTHS] == (1, 6, 12)


@time_machine.travel("2019-06-01 12:00", tick=False)
def test_the_history_has_the_latest_value_first(world: Any) -> None:
    for days, value in ((0, 50), (10, 45)):
        day = date(2019, 6, 1) + timedelta(days=days)
        set_rule(world, rules.SESSION_MINUTES, value, from_on=day)

    assert [row.value for row in rules.history(rules.SESSION_MINUTES)] == [45, 50]


@time_machine.travel("2019-06-01 12:00", tick=False)
def test_a_rule_cannot_change_before_today(world: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        set_rule(world, rules.SESSION_MINUTES, "45", from_on=date(2019, 5, 31))

    assert "from_on" in refusal.value.message_dict
    assert not RuleValue.objects.exists()


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (rules.SESSION_MINUTES, "an hour"),
        (rules.SESSION_MINUTES, "45.5"),
        (rules.SESSION_MINUTES, ""),
        (rules.SESSION_MINUTES, "-60"),
        (rules.SESSION_MINUTES, "100000"),
        (rules.SESSION_MINUTES, True),
        (rules.SCORE_THRESHOLD, "1.5"),
        (rules.SCORE_THRESHOLD, "NaN"),
        (rules.SCORE_THRESHOLD, "half"),
        (rules.FOLLOW_UP_MONTHS, "6, 3"),
        (rules.FOLLOW_UP_MONTHS, "3, 3"),
        (rules.FOLLOW_UP_MONTHS, ""),
        (rules.FOLLOW_UP_MONTHS, 12),
        (rules.SMALL_CELL_DONOR, "4"),
        (YES_OR_NO, "maybe"),
    ],
)
def test_a_value_of_another_kind_is_refused(rule: Any, value: Any) -> None:
    with pytest.raises(ValidationError):
        rule.parse(value)


def test_the_refusal_of_a_value_stands_at_its_field(world: Any, today: date) -> None:
    with pytest.raises(ValidationError) as refusal:
        set_rule(world, rules.SCORE_THRESHOLD, "1.5", from_on=today)

    assert refusal.value.message_dict == {"value": ["Enter a number between 0 and 1."]}


@pytest.mark.parametrize(
    ("rule", "text", "value"),
    [
        (rules.SESSION_MINUTES, " 45 ", 45),
        (rules.SCORE_THRESHOLD, "0,55", Decimal("0.55")),
        (rules.FOLLOW_UP_MONTHS, "1; 6, 12", (1, 6, 12)),
        (YES_OR_NO, "No", False),
        (YES_OR_NO, True, True),
    ],
)
def test_values_are_read_as_people_type_them(rule: Any, text: Any, value: Any) -> None:
    parsed = rule.parse(text)

    assert parsed == value
    assert rule.parse(rule.stored(parsed)) == value


def test_decimals_are_shown_in_the_manner_of_the_language() -> None:
    with translation.override("fr"):
        assert rules.SCORE_THRESHOLD.display(Decimal("0.5")) == "0,5"


def test_an_unknown_rule_is_refused(world: Any, today: date) -> None:
    with pytest.raises(rules.UnknownRule):
        set_rule(world, "no_such_rule", "1", from_on=today)
    with pytest.raises(rules.UnknownRule):
        rules.current(YES_OR_NO, on=today)


def test_a_change_is_audited_with_who_what_and_why(world: Any, today: date) -> None:
    row = set_rule(world, rules.SESSION_MINUTES, "45", from_on=today, note="Shorter in summer")
    set_rule(world, rules.SESSION_MINUTES, "50", from_on=today, note="Not that short")

    created, changed = AuditEntry.objects.filter(model="reference.rulevalue").order_by("id")
    assert (created.actor, created.reason) == (world.administrator, "Shorter in summer")
    assert changed.changes["value"] == [45, 50]
    assert RuleValue.objects.get() == row


def test_the_database_keeps_one_value_per_rule_and_day(today: date) -> None:
    RuleValue.objects.create(rule="session_minutes", value=45, valid_from=today)

    with pytest.raises(IntegrityError), transaction.atomic():
        RuleValue.objects.create(rule="session_minutes", value=50, valid_from=today)
