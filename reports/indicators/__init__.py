"""The catalogue of indicators, in reading order: pages, API, reports and documents read it.

A new indicator is one entry here and one scenario in the tests.
"""

from reports.indicators import answers, durations, funnel, outputs, participation, training
from reports.indicators.base import Answers, Days, Indicator, People, Scope, Things

#: To be raised whenever an entry comes to count something else, or an entry is added.
CATALOGUE_VERSION = "2"

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
COURSES = tuple(indicator.slug for indicator in training.INDICATORS)
OUTPUTS = tuple(indicator.slug for indicator in outputs.INDICATORS)
ANSWERS = tuple(indicator.slug for indicator in answers.INDICATORS)

if len(BY_SLUG) != len(CATALOGUE):
    raise ValueError("Two indicators have the same name.")

__all__ = [
    "ANSWERS",
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
    "Things",
]
