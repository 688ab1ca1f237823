"""Counts answers by the options of a question (R058, R083, R162)."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count

from reports.indicators.base import ANSWER, Answers, Indicator, Scope
from reports.indicators.evaluation.base import Content
from reports.indicators.splits import NOT_STATED, labels_of
from surveys.models import Answer, Option


def count_answers(scope: Scope, indicator: Indicator, measure: Answers) -> Content:
    """How many chose each option, in the order of the questionnaire, and how many were asked."""
    options = Option.objects.filter(
        question__questionnaire__kind=measure.kind, question__code=measure.question
    ).order_by("question__questionnaire__version", "order")
    latest = {option.code: option for option in options}
    responses = indicator.rows(scope)
    chosen = Counter(
        dict(
            Answer.objects.filter(
                response__in=responses.order_by(), question__code=measure.question
            )
            .order_by()
            .values_list("option__code")
            .annotate(Count("pk"))
        )
    )
    total = responses.count()
    counts = {code: chosen[code] for code in latest}
    counts[NOT_STATED] = total - sum(counts.values())
    return {
        "total": total,
        "favourable": [code for code, option in latest.items() if option.is_favourable],
        "options": list(counts),
        "names": {code: labels_of(option) for code, option in latest.items()},
        "by": {ANSWER: counts},
    }
