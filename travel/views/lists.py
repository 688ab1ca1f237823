"""The calendar of journeys, the arrivals, and the exceptions to decide."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases.models import Case
from core.clock import today
from core.filters import OverrideFilter
from core.forms import AnswerForm, RefusalForm
from core.views import RecordList
from travel import filters, policies, services
from travel.models import Journey, TravelOverride
from travel.views.base import TravelAction


class JourneyList(RecordList):
    """Departures by day, the coming ones first."""

    model = Journey
    required_permission = P.VIEW_JOURNEYS
    template_name = "travel/list.html"
    title = _("Journeys")
    filterset_class = filters.JourneyCalendarFilter
    ordering = ("day", "id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sees_overrides = self.request.user.has_permission(P.APPROVE_OVERRIDES)
        return super().get_context_data(sees_overrides=sees_overrides, day=today(), **kwargs)


class ArrivalList(RecordList):
    """People under way, expected and arrived, for both sides."""

    model = Journey
    required_permission = P.VIEW_JOURNEYS
    template_name = "travel/arrivals.html"
    title = _("Arrivals")
    filterset_class = filters.ArrivalFilter
    ordering = ("day", "id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(query_days=filters.query_days(), **kwargs)
        user = self.request.user
        for row in context["rows"]:
            row.is_overdue = policies.is_overdue(row, today(), context["query_days"])
            row.can_confirm = policies.can_confirm_arrival(user, row)
        return context


class OverrideList(RecordList):
    """Exceptions asked for and decided; by month it is the quality list (R109)."""

    model = TravelOverride
    required_permission = P.APPROVE_OVERRIDES
    template_name = "travel/overrides.html"
    title = _("Exceptions for days of travel")
    filterset_class = OverrideFilter
    ordering = ("-requested_on", "-id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for row in context["rows"]:
            row.can_decide = policies.can_decide_override(self.request.user, row)
        return context


class OverrideAction(TravelAction):
    """A decision on one exception."""

    model = TravelOverride
    required_permission = P.APPROVE_OVERRIDES
    rule = policies.can_decide_override
    slug_field = "pk"

    @property
    def case(self) -> Case:
        return self.object.journey.case

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_list_data()

    def why_refused(self) -> str:
        if not self.object.is_waiting:
            return _("This exception was decided or withdrawn already.")
        if self.object.is_own(self.request.user):
            return _("Somebody else than the person who asked decides.")
        return super().why_refused()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.object
        facts = [
            (_("Person"), row.journey.case.person.full_name),
            (_("Day of travel asked for"), row.day),
            (_("Courses that are lost"), row.lost),
            (_("Cause"), row.get_cause_display()),
            (_("Reason"), row.reason),
            (_("Asked by"), row.requested_by.name),
        ]
        return super().get_context_data(facts=facts, **kwargs)

    def get_cancel_url(self) -> str:
        return reverse("travel:overrides")

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()


class ApproveOverride(OverrideAction):
    form_class = AnswerForm
    title = _("Approve the exception")
    submit_label = _("Approve")
    success_message = _("Approved: the courses end the day before, and the journey is moved.")

    def perform(self, form: Any) -> Any:
        return services.approve_override(
            self.object, answer=form.cleaned_data["answer"], by=self.request.user
        )


class RefuseOverride(OverrideAction):
    form_class = RefusalForm
    title = _("Refuse the exception")
    submit_label = _("Refuse")
    danger = True
    success_message = _("Refused: the journey stays after the end of the course.")

    def perform(self, form: Any) -> Any:
        return services.refuse_override(
            self.object, answer=form.cleaned_data["answer"], by=self.request.user
        )


class WithdrawOverride(OverrideAction):
    required_permission = P.PLAN_JOURNEYS
    rule = policies.can_withdraw_override
    title = _("Withdraw the request")
    submit_label = _("Withdraw")
    success_message = _("The request is withdrawn.")

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def perform(self, form: Any) -> Any:
        return services.withdraw_override(self.object, by=self.request.user)
