"""The catalogue of indicators, in reading order: pages, API, reports and documents read it.

A new indicator is one entry here and one scenario in the tests.
"""

from reports.indicators import answers, durations, funnel, outputs, participation, training
from reports.indicators.base import Answers, Days, Indicator, People, Scope, Sums, Things

#: To be raised whenever an entry comes to count something else, or an entry is added.
CATALOGUE_VERSION = "3"

CATALOGUE: tuple[Indicator, ...] = (
    *funnel.INDICATORS,
    *participation.INDICATORS,
    *training.INDICATORS,
    *outputs.INDICATORS,
    *answers.INDICATORS,
    *durations.INDICATORS,
)
BY_SLUG = {indicator.slug: indicator for indicator in CATALOGUE}
FUNNEL = tuple(indicator.slug for indicator in funnel.INDICATORS)
COURSES = tuple(i.slug for i in training.INDICATORS if isinstance(i.measure, People))
ATTENDANCES = tuple(i.slug for i in training.INDICATORS if isinstance(i.measure, Sums))
OUTPUTS = tuple(indicator.slug for indicator in outputs.INDICATORS)
ANSWERS = tuple(indicator.slug for indicator in answers.INDICATORS)

if len(BY_SLUG) != len(CATALOGUE):
    raise ValueError("Two indicators have the same name.")

__all__ = [
    "ANSWERS",
    "ATTENDANCES",
    "BY_SLUG",
    "CATALOGUE",
    "CATALOGUE_VERSION",
    "COURSES",
    "FUNNEL",
    "OUTPUTS",
    "Answers",
    "Days",
    "Indicator",
    "People",
    "Scope",
    "Sums",
    "Things",
]
