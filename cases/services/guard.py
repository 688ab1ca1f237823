"""Refusing what a rule of ``cases.policies`` forbids, with the reason in words."""

from collections.abc import Callable
from typing import Any

from cases import policies
from cases.models import Case
from core.exceptions import Refused


def require(rule: Callable[[Any, Case], bool], case: Case, *, by: Any) -> None:
    """Raise Refused where the rule says no; the pages ask the same rule before they offer."""
    if not rule(by, case):
        raise Refused(policies.why_refused(by, case), case)
