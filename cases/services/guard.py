"""Refusing what a rule of ``cases.policies`` forbids, with the reason in words."""

import datetime
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import policies
from cases.models import Case, Merge, Person
from core.exceptions import Refused


def require(rule: Callable[[Any, Case], bool], case: Case, *, by: Any) -> None:
    """Raise Refused where the rule says no; the pages ask the same rule before they offer."""
    if not rule(by, case):
        raise Refused(policies.why_refused(by, case), case)


def require_open(case: Case, *, by: Any) -> None:
    """Raise Refused for a closed case: nothing goes on in it."""
    if case.is_closed:
        raise Refused(policies.why_refused(by, case), case)


def require_not_gone(case: Case, day: datetime.date, *, name: str, field: str = "__all__") -> None:
    """Raise ValidationError under ``field``: nobody takes part in anything after the closing."""
    if case.was_closed_before(day) and case.closed_on is not None:
        text = _("%(name)s left the programme on %(day)s: the case was closed that day.")
        params = {"name": name, "day": date_format(case.closed_on)}
        raise ValidationError({field: ValidationError(text, code="closed", params=params)})


def require_not_joined(person: Person) -> None:
    """Whoever opened the page before two files were joined opens it again (R037)."""
    if Merge.objects.in_force().filter(absorbed=person).exists():
        raise ValidationError(
            _("This file was joined with another one a moment ago. Open the page again."),
            code="joined",
        )
