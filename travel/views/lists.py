"""The calendar of journeys, the arrivals, and the exceptions to decide."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import override_pages
from cases.models import Case
from core.clock import today
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


class OverrideList(override_pages.OverrideList):
    model = TravelOverride
    template_name = "travel/overrides.html"
    title = _("Exceptions for days of travel")
    rule = policies.can_decide_override


class OverrideAction(override_pages.OverrideAction, TravelAction):
    """A verb on one exception."""

    model = TravelOverride
    rule = policies.can_decide_override
    template_name = "travel/decide_override.html"

    @property
    def case(self) -> Case:
        return self.object.journey.case

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


class ApproveOverride(OverrideAction, override_pages.Approve):
    verb = services.approve_override
    success_message = _("Approved: the courses end the day before, and the journey is moved.")


class RefuseOverride(OverrideAction, override_pages.Refuse):
    verb = services.refuse_override
    success_message = _("Refused: the journey stays after the end of the course.")


class WithdrawOverride(OverrideAction, override_pages.Withdraw):
    required_permission = P.PLAN_JOURNEYS
    rule = policies.can_withdraw_override
    verb = services.withdraw_override

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()
