"""Programme rules that may change on a date: declared here, their dated values in the database.

Read one as ``rules.current(rules.SCORE_THRESHOLD, on=day)``. A rule without a value uses the
default written here. Adding a rule is adding a constant and naming it in ``RULES``.

A rule is declared together with what reads it. Those of country information (how long it stays
fresh), of opening a case in an emergency and of the wished length of monitoring come with them.
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import JSONField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from reference.enums import RuleArea
from reference.models import RuleValue
from reference.rule_kinds import Rule, T, decimal_number, whole_number, whole_numbers


class UnknownRule(LookupError):
    """No rule is declared under this code."""


def current(rule: Rule[T], *, on: datetime.date) -> T:
    """The value of the rule on that day: the latest set by then, else the default."""
    declared(rule.code)
    row = RuleValue.objects.filter(rule=rule.code).in_force(on).first()
    return rule.default if row is None else rule.parse(row.value)


def in_query(rule: Rule[Any], *, on: datetime.date) -> Coalesce:
    """The value of the rule on that day as a column of another query; ``rule.parse`` reads it."""
    held = RuleValue.objects.filter(rule=rule.code).in_force(on).values("value")[:1]
    return Coalesce(Subquery(held), Value(rule.stored(rule.default), JSONField()))


def values_on(on: datetime.date) -> dict[Rule[Any], Any]:
    """Every rule's value on that day, with one query."""
    rows = {row.rule: row for row in RuleValue.objects.in_force(on)}
    return {
        rule: rule.parse(rows[rule.code].value) if rule.code in rows else rule.default
        for rule in RULES
    }


@dataclass(frozen=True, kw_only=True)
class RuleState:
    """How a rule stands on a day, in words for the page."""

    rule: Rule[Any]
    value: str
    since: datetime.date | None
    next_value: str
    next_on: datetime.date | None


def states_on(on: datetime.date) -> list[RuleState]:
    """Every rule with its value on that day, since when, and the next change waiting."""
    rows = {row.rule: row for row in RuleValue.objects.in_force(on)}
    coming = {
        row.rule: row for row in RuleValue.objects.filter(valid_from__gt=on).order_by("-valid_from")
    }
    return [_state(rule, rows.get(rule.code), coming.get(rule.code)) for rule in RULES]


def _state(rule: Rule[Any], row: RuleValue | None, coming: RuleValue | None) -> RuleState:
    return RuleState(
        rule=rule,
        value=rule.display(rule.parse(row.value) if row else rule.default),
        since=row.valid_from if row else None,
        next_value=rule.display(rule.parse(coming.value)) if coming else "",
        next_on=coming.valid_from if coming else None,
    )


def history(rule: Rule[Any]) -> "QuerySet[RuleValue]":
    """Values of the rule, the latest first, those of coming dates included."""
    declared(rule.code)
    return RuleValue.objects.filter(rule=rule.code).select_related("set_by").order_by("-valid_from")


def declared(code: str) -> Rule[Any]:
    """The rule declared under this code. Raises UnknownRule."""
    try:
        return BY_CODE[code]
    except KeyError as error:
        raise UnknownRule(f"no rule is declared under the code {code!r}") from error


PEOPLE, MINUTES, HOURS = _("people"), _("minutes"), _("hours")
DAYS, WORKING_DAYS, MONTHS = _("days"), _("working days"), _("months")
EURO, SHARE = _("EUR"), _("share from 0 to 1")

# --- registration and cases ---------------------------------------------------------------------
USUAL_WINDOW_DAYS = whole_number(
    "usual_window_days",
    RuleArea.CASES,
    56,
    meaning=_("Usual time from registration to travel."),
    unit=DAYS,
    minimum=1,
)
DUPLICATE_NAME_SIMILARITY = decimal_number(
    "duplicate_name_similarity",
    RuleArea.CASES,
    "0.45",
    meaning=_("Names at least this alike are shown as a possible earlier registration."),
    unit=SHARE,
    minimum=Decimal("0.2"),
    maximum=1,
)
DUPLICATE_BIRTH_YEARS = whole_number(
    "duplicate_birth_years",
    RuleArea.CASES,
    1,
    meaning=_("Years by which the birth years of a possible earlier registration may differ."),
    unit=_("years"),
    maximum=20,
)
MERGE_UNDO_DAYS = whole_number(
    "merge_undo_days",
    RuleArea.CASES,
    30,
    meaning=_("Days within which the joining of two files of one person may be undone."),
    unit=DAYS,
    minimum=1,
    maximum=365,
)
FAILED_CONTACTS_BEFORE_LOST = whole_number(
    "failed_contacts_before_lost",
    RuleArea.CASES,
    5,
    meaning=_("Failed attempts in a row after which a person counts as hard to reach."),
    unit=_("attempts"),
    minimum=1,
)
CHANNELS_BEFORE_LOST = whole_number(
    "channels_before_lost",
    RuleArea.CASES,
    2,
    meaning=_("Different channels tried before a person counts as hard to reach."),
    unit=_("channels"),
    minimum=1,
    maximum=10,
)

# --- orientation --------------------------------------------------------------------------------
MAX_NATIONALITIES_PER_SESSION = whole_number(
    "max_nationalities_per_session",
    RuleArea.ORIENTATION,
    2,
    meaning=_("Most nationalities in one orientation session without an override."),
    unit=_("nationalities"),
    minimum=1,
    maximum=20,
)
SESSION_MINUTES = whole_number(
    "session_minutes",
    RuleArea.ORIENTATION,
    60,
    meaning=_("Usual length of an orientation session."),
    unit=MINUTES,
    minimum=10,
    maximum=600,
)

# --- training -----------------------------------------------------------------------------------
# Proposed for a new version of the module; the version keeps its own length ever after (R071).
MODULE_DAYS_PERSONAL_DEVELOPMENT = whole_number(
    "module_days_personal_development",
    RuleArea.TRAINING,
    5,
    meaning=_("Length of a new version of the module on personal development."),
    unit=WORKING_DAYS,
    minimum=1,
    maximum=120,
)
MODULE_DAYS_BUSINESS = whole_number(
    "module_days_business",
    RuleArea.TRAINING,
    9,
    meaning=_("Length of a new version of the module on business creation."),
    unit=WORKING_DAYS,
    minimum=1,
    maximum=120,
)
MODULE_DAYS_AGRICULTURE = whole_number(
    "module_days_agriculture",
    RuleArea.TRAINING,
    9,
    meaning=_("Length of a new version of the module on agricultural products."),
    unit=WORKING_DAYS,
    minimum=1,
    maximum=120,
)
MODULE_DAYS_HANDICRAFT = whole_number(
    "module_days_handicraft",
    RuleArea.TRAINING,
    9,
    meaning=_("Length of a new version of the module on handicraft."),
    unit=WORKING_DAYS,
    minimum=1,
    maximum=120,
)
TRAINING_ANSWER_DAYS = whole_number(
    "training_answer_days",
    RuleArea.TRAINING,
    5,
    meaning=_("Days after which a nomination that the training partner has not answered is shown."),
    unit=DAYS,
    minimum=1,
)
ROSTER_DAYS_AFTER_COURSE = whole_number(
    "roster_days_after_course",
    RuleArea.TRAINING,
    30,
    meaning=_("Days after a course for which its training partner still sees who took part."),
    unit=DAYS,
    maximum=365,
)

# --- return travel ------------------------------------------------------------------------------
ARRIVAL_QUERY_DAYS = whole_number(
    "arrival_query_days",
    RuleArea.TRAVEL,
    3,
    meaning=_("Days after departure at which a missing arrival raises a query."),
    unit=DAYS,
    minimum=1,
    maximum=60,
)
ARRIVAL_NEEDS_HOURS = whole_number(
    "arrival_needs_hours",
    RuleArea.TRAVEL,
    48,
    meaning=_("Hours before travel at which unanswered needs on arrival raise an alarm."),
    unit=HOURS,
    minimum=1,
    maximum=720,
)

# --- reintegration ------------------------------------------------------------------------------
FIRST_CONTACT_DUE_DAYS = whole_number(
    "first_contact_due_days",
    RuleArea.REINTEGRATION,
    14,
    meaning=_("Days after arrival within which the country office makes first contact."),
    unit=DAYS,
    minimum=1,
    maximum=365,
)
PLAN_DUE_DAYS = whole_number(
    "plan_due_days",
    RuleArea.REINTEGRATION,
    30,
    meaning=_("Days after arrival within which the reintegration plan is agreed."),
    unit=DAYS,
    minimum=1,
    maximum=365,
)
APPROVAL_SECOND_PERSON_ABOVE = decimal_number(
    "approval_second_person_above",
    RuleArea.REINTEGRATION,
    "1000",
    meaning=_("Assistance above this amount needs the approval of two managers."),
    unit=EURO,
    maximum=1_000_000,
)

# --- monitoring ---------------------------------------------------------------------------------
SCORE_THRESHOLD = decimal_number(
    "score_threshold",
    RuleArea.MONITORING,
    "0.5",
    meaning=_("Composite score from which reintegration counts as sustainable."),
    unit=SHARE,
    maximum=1,
)
SCORE_MIN_COVERAGE = decimal_number(
    "score_min_coverage",
    RuleArea.MONITORING,
    "0.70",
    meaning=_("Share of the questions that must be answered for a score to be shown."),
    unit=SHARE,
    maximum=1,
)
MONITORING_MONTHS_MIN = whole_number(
    "monitoring_months_min",
    RuleArea.MONITORING,
    12,
    meaning=_("Months of monitoring that every return and project must have."),
    unit=MONTHS,
    minimum=1,
    maximum=120,
)
FOLLOW_UP_MONTHS = whole_numbers(
    "follow_up_months",
    RuleArea.MONITORING,
    (1, 3, 6, 9, 12),
    meaning=_("Months after arrival at which a follow-up visit is due."),
    unit=MONTHS,
    minimum=1,
    maximum=120,
)
FOLLOW_UP_MONTHS_OPTIONAL = whole_numbers(
    "follow_up_months_optional",
    RuleArea.MONITORING,
    (18, 24),
    meaning=_("Months after arrival at which a further visit may be planned."),
    unit=MONTHS,
    minimum=1,
    maximum=120,
)
SURVEY_WINDOW_DAYS = whole_number(
    "survey_window_days",
    RuleArea.MONITORING,
    30,
    meaning=_("Days before and after its month within which a survey counts for that month."),
    unit=DAYS,
    minimum=1,
    maximum=90,
)

# --- reports ------------------------------------------------------------------------------------
SMALL_CELL_DONOR = whole_number(
    "small_cell_donor",
    RuleArea.REPORTS,
    5,
    meaning=_("Smallest number of people shown to donors and partners."),
    unit=PEOPLE,
    minimum=5,
    maximum=100,
)
SMALL_CELL_PUBLIC = whole_number(
    "small_cell_public",
    RuleArea.REPORTS,
    10,
    meaning=_("Smallest number of people shown to the public."),
    unit=PEOPLE,
    minimum=5,
    maximum=100,
)
BREAKDOWN_MIN_PEOPLE = whole_number(
    "breakdown_min_people",
    RuleArea.REPORTS,
    30,
    meaning=_("Fewest people in a table that may be broken down outside the organisation."),
    unit=PEOPLE,
    minimum=10,
    maximum=1_000,
)

# In the order of the rules page.
RULES: tuple[Rule[Any], ...] = (
    USUAL_WINDOW_DAYS,
    DUPLICATE_NAME_SIMILARITY,
    DUPLICATE_BIRTH_YEARS,
    MERGE_UNDO_DAYS,
    FAILED_CONTACTS_BEFORE_LOST,
    CHANNELS_BEFORE_LOST,
    MAX_NATIONALITIES_PER_SESSION,
    SESSION_MINUTES,
    MODULE_DAYS_PERSONAL_DEVELOPMENT,
    MODULE_DAYS_BUSINESS,
    MODULE_DAYS_AGRICULTURE,
    MODULE_DAYS_HANDICRAFT,
    TRAINING_ANSWER_DAYS,
    ROSTER_DAYS_AFTER_COURSE,
    ARRIVAL_QUERY_DAYS,
    ARRIVAL_NEEDS_HOURS,
    FIRST_CONTACT_DUE_DAYS,
    PLAN_DUE_DAYS,
    APPROVAL_SECOND_PERSON_ABOVE,
    SCORE_THRESHOLD,
    SCORE_MIN_COVERAGE,
    MONITORING_MONTHS_MIN,
    FOLLOW_UP_MONTHS,
    FOLLOW_UP_MONTHS_OPTIONAL,
    SURVEY_WINDOW_DAYS,
    SMALL_CELL_DONOR,
    SMALL_CELL_PUBLIC,
    BREAKDOWN_MIN_PEOPLE,
)
BY_CODE: dict[str, Rule[Any]] = {rule.code: rule for rule in RULES}
