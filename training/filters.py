"""Filters of sessions, editions and enrolments, the same for pages and API."""

import datetime
from typing import Any

import django_filters as filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Office, OfficeKind
from core.filters import DateFilter
from training.enums import (
    ApplicationStatus,
    EditionStatus,
    EnrolmentReason,
    EnrolmentStatus,
    ModuleGroup,
    SessionMode,
    SessionStatus,
)
from training.models import Application, Edition, Enrolment, OrientationSession

ALL = _("All")


def points(request: Any) -> Any:
    return Office.objects.filter(kind=OfficeKind.MOP)


def midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


class SessionFilter(filters.FilterSet):
    """By office, status, kind and days."""

    office = filters.ModelChoiceFilter(
        queryset=points, to_field_name="code", empty_label=ALL, label=_("Orientation point")
    )
    status = filters.ChoiceFilter(choices=SessionStatus.choices, empty_label=ALL)
    mode = filters.ChoiceFilter(choices=SessionMode.choices, empty_label=ALL, label=_("Kind"))
    starts_from = DateFilter(method="begins_from", label=_("From"))
    starts_until = DateFilter(method="begins_until", label=_("Until"))

    class Meta:
        model = OrientationSession
        fields: tuple[str, ...] = ()

    def begins_from(self, queryset: Any, name: str, value: datetime.date) -> Any:
        return queryset.filter(starts_at__gte=midnight(value))

    def begins_until(self, queryset: Any, name: str, value: datetime.date) -> Any:
        return queryset.filter(starts_at__lt=midnight(value + datetime.timedelta(days=1)))


class EditionFilter(filters.FilterSet):
    """By city, module group, status and days."""

    office = filters.ModelChoiceFilter(
        queryset=points, to_field_name="code", empty_label=ALL, label=_("City")
    )
    group = filters.ChoiceFilter(
        "module_version__module__group",
        choices=ModuleGroup.choices,
        empty_label=ALL,
        label=_("Module group"),
    )
    status = filters.ChoiceFilter(choices=EditionStatus.choices, empty_label=ALL)
    starts_from = DateFilter("starts_on", "gte", label=_("From"))
    starts_until = DateFilter("starts_on", "lte", label=_("Until"))

    class Meta:
        model = Edition
        fields: tuple[str, ...] = ()


class OfCourseFilter(filters.FilterSet):
    """By status, city and course; for what belongs to an edition, which says which status."""

    status = filters.ChoiceFilter(empty_label=ALL)
    office = filters.ModelChoiceFilter(
        "edition__office",
        queryset=points,
        to_field_name="code",
        empty_label=ALL,
        label=_("City"),
    )
    edition = filters.CharFilter("edition__reference", label=_("Course reference"))


class EnrolmentFilter(OfCourseFilter):
    """By status, city, course, days and reason; so the exceptions of a month too (R109)."""

    status = filters.ChoiceFilter(choices=EnrolmentStatus.choices, empty_label=ALL)
    reason = filters.ChoiceFilter(choices=EnrolmentReason.choices, empty_label=ALL)
    nominated_from = DateFilter("nominated_on", "gte", label=_("Nominated from"))
    nominated_until = DateFilter("nominated_on", "lte", label=_("Nominated until"))
    ended_from = DateFilter("ended_on", "gte", label=_("Ended from"))
    ended_until = DateFilter("ended_on", "lte", label=_("Ended until"))

    class Meta:
        model = Enrolment
        fields: tuple[str, ...] = ()


class ApplicationFilter(OfCourseFilter):
    """By decision, city, course and days."""

    status = filters.ChoiceFilter(choices=ApplicationStatus.choices, empty_label=ALL)
    applied_from = DateFilter("applied_on", "gte", label=_("Applied from"))
    applied_until = DateFilter("applied_on", "lte", label=_("Applied until"))
    decided_from = DateFilter("decided_on", "gte", label=_("Decided from"))
    decided_until = DateFilter("decided_on", "lte", label=_("Decided until"))

    class Meta:
        model = Application
        fields: tuple[str, ...] = ()
