"""Filters of responses, questionnaires and follow-ups, the same for pages and API."""

import datetime
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases import references
from core.clock import today
from core.filters import DateFilter
from surveys.enums import FollowUpKind, QuestionnaireKind
from surveys.models import FollowUp, Questionnaire, Response


class PeriodFilter(filters.FilterSet):
    """By the days of the answers."""

    answered_from = DateFilter("answered_on", "gte", label=_("Answered from"))
    answered_until = DateFilter("answered_on", "lte", label=_("Answered until"))

    class Meta:
        model = Response
        fields: tuple[str, ...] = ()


class ResponseFilter(PeriodFilter):
    """By case, questionnaire, occasion and day."""

    case = filters.CharFilter(method="of_case", label=_("Case"))
    questionnaire = filters.CharFilter("questionnaire__code", label=_("Questionnaire"))
    kind = filters.ChoiceFilter(
        "questionnaire__kind", choices=QuestionnaireKind.choices, label=_("Kind")
    )
    context = filters.CharFilter("context", label=_("Occasion"))

    def of_case(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.filter(case__reference=references.read(value) or value)


class QuestionnaireFilter(filters.FilterSet):
    """By code, kind and the day on which it is in use."""

    kind = filters.ChoiceFilter(choices=QuestionnaireKind.choices, empty_label=_("All"))
    code = filters.CharFilter("code", label=_("Code"))
    on = DateFilter(method="in_force", label=_("In use on"))

    class Meta:
        model = Questionnaire
        fields: tuple[str, ...] = ()

    def in_force(self, queryset: Any, name: str, value: datetime.date) -> QuerySet:
        return queryset.in_force(value)


class FollowUpFilter(filters.FilterSet):
    """What is late, what is due soon, and of which kind."""

    due = filters.ChoiceFilter(
        method="by_due",
        label=_("Due"),
        empty_label=_("All that is planned"),
        choices=[("overdue", _("Overdue")), ("soon", _("Within 30 days"))],
    )
    kind = filters.ChoiceFilter(choices=FollowUpKind.choices, empty_label=_("All"))

    class Meta:
        model = FollowUp
        fields: tuple[str, ...] = ()

    def by_due(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.overdue(today()) if value == "overdue" else queryset.upcoming(today())
