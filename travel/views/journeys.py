"""The journey tab of a case, and the verbs of a journey."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies as case_policies
from cases.pages import CaseAction, CasePage
from core.clock import today
from core.forms import ReasonForm
from travel import forms, policies, presenters, services
from travel.enums import JourneyStatus
from travel.models import ArrivalNeed, ChildGate, Journey, TravelOverride
from travel.views.base import JourneyAction, tab


class CaseJourney(CasePage):
    """Everything about the return travel of one case on one page."""

    required_permission = P.VIEW_JOURNEYS
    template_name = "travel/case.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, user = self.object, self.request.user
        rows = list(
            case.journeys.select_related("arrival_confirmed_by", "checklist__closed_by")
            .prefetch_related("steps")
            .order_by("-id")
        )
        for row in rows:
            row.case = case
        journey = next((row for row in rows if row.status != JourneyStatus.CANCELLED), None)
        context = self.journey_context(journey) if journey else {}
        return super().get_context_data(
            journey=journey,
            cancelled=[row for row in rows if row is not journey],
            can_plan=journey is None and policies.can_plan(user, case),
            gate=self.gate(),
            sees_gate=case.is_restricted and user.has_permission(P.VIEW_PROTECTION),
            handover=getattr(case, "handover", None),
            can_send_handover=case_policies.can_send_handover(user, case),
            **presenters.calendar_of(case),
            **context,
            **kwargs,
        )

    def gate(self) -> ChildGate | None:
        return ChildGate.objects.visible_to(self.request.user).filter(case=self.object).first()

    def journey_context(self, journey: Journey) -> dict[str, Any]:
        user = self.request.user
        can_prepare = policies.can_prepare(user, journey)
        day = journey.travels_on
        needs = ArrivalNeed.objects.visible_to(user).filter(journey=journey)
        overrides = TravelOverride.objects.filter(journey=journey)
        return {
            "actions_now": presenters.actions_of(user, journey),
            "procedures": presenters.procedures_of(journey),
            "check": getattr(journey, "checklist", None),
            "obstacles": policies.obstacles_to_departure(journey, day) if can_prepare else [],
            "needs": needs.select_related("announced_by", "acknowledged_by"),
            "overrides": [
                {
                    "row": row,
                    "can_decide": policies.can_decide_override(user, row),
                    "can_withdraw": policies.can_withdraw_override(user, row),
                }
                for row in overrides.with_list_data()
            ],
            "events": presenters.timeline_of(journey),
            "can_prepare": can_prepare,
            "can_acknowledge": policies.can_acknowledge(user, journey.case),
        }


class PlanJourney(CaseAction):
    """Opening the journey of a case."""

    rule = policies.can_plan
    required_permission = P.PLAN_JOURNEYS
    template_name = "travel/choose_day.html"
    form_class = forms.PlanForm
    title = _("Plan the journey")
    success_message = _("The journey is planned.")

    def get_initial(self) -> dict[str, Any]:
        calendar = presenters.calendar_of(self.object)
        wished = self.object.wished_travel_on
        days = [day for day in (wished, calendar["earliest"], today()) if day]
        return {"planned_on": max(days)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**presenters.calendar_of(self.object), **kwargs)

    def get_cancel_url(self) -> str:
        return tab(self.object)

    def perform(self, form: Any) -> Any:
        return services.plan(
            self.object,
            planned_on=form.cleaned_data["planned_on"],
            gives_up_courses=form.cleaned_data.get("gives_up_courses", False),
            by=self.request.user,
            **form.ticket(),
        )


class DayAction(JourneyAction):
    """A verb that chooses a day: the calendar and the earliest day stand above the form."""

    template_name = "travel/choose_day.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        calendar = presenters.calendar_of(self.object.case)
        return super().get_context_data(**calendar, **kwargs)


class ChangeDay(DayAction):
    form_class = forms.ChangeDayForm
    title = _("Change the day of travel")
    success_message = _("The day of travel is changed; the earlier day stays in the history.")

    def perform(self, form: Any) -> Any:
        return services.change_day(
            self.object,
            day=form.cleaned_data["day"],
            reason=form.cleaned_data["reason"],
            gives_up_courses=form.cleaned_data.get("gives_up_courses", False),
            by=self.request.user,
        )


class RequestOverride(DayAction):
    rule = policies.can_request_override
    form_class = forms.OverrideForm
    title = _("Ask for an exception")
    intro = _(
        "To travel on a day inside a course the person has started. When another person approves, "
        "the course ends the day before and counts as not completed for the programme's cause. "
        "Somebody who left during a course already: give the day on which it happened."
    )
    submit_label = _("Ask")
    success_message = _("The request waits for the decision of another person.")

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        return services.request_override(
            self.object,
            day=data["day"],
            cause=data["cause"],
            reason=data["reason"],
            by=self.request.user,
        )


class ChangeTicket(JourneyAction):
    form_class = forms.TicketForm
    title = _("Change the ticket")
    success_message = _("The ticket is saved.")

    def perform(self, form: Any) -> Any:
        return services.change_ticket(self.object, by=self.request.user, **form.ticket())


class ConfirmJourney(JourneyAction):
    rule = policies.can_confirm
    form_class = forms.ConfirmForm
    title = _("Confirm the journey")
    submit_label = _("Confirm")
    success_message = _("The journey is confirmed; the case is ready to travel.")

    def perform(self, form: Any) -> Any:
        return services.confirm(
            self.object,
            on=form.cleaned_data["on"],
            gives_up_courses=form.cleaned_data.get("gives_up_courses", False),
            by=self.request.user,
            **form.ticket(),
        )


class PutBack(JourneyAction):
    rule = policies.can_put_back
    form_class = ReasonForm
    title = _("Take the confirmation back")
    success_message = _("The journey is planned again.")

    def perform(self, form: Any) -> Any:
        return services.put_back(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class CancelJourney(JourneyAction):
    rule = policies.can_cancel
    form_class = ReasonForm
    title = _("Cancel the journey")
    submit_label = _("Cancel the journey")
    danger = True
    success_message = _("The journey is cancelled; another one can be planned.")

    def perform(self, form: Any) -> Any:
        return services.cancel(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class Depart(JourneyAction):
    rule = policies.can_depart
    form_class = forms.DepartForm
    title = _("Record the departure")
    success_message = _("The departure is recorded.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": min(self.object.travels_on, today())}

    def perform(self, form: Any) -> Any:
        return services.depart(
            self.object,
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            handover_reason=form.cleaned_data["handover_reason"],
            by=self.request.user,
        )


class CorrectDeparture(JourneyAction):
    rule = policies.can_correct_departure
    form_class = forms.CorrectDepartureForm
    title = _("Correct the day of departure")
    success_message = _("Corrected. The earlier day stays in the history.")

    def get_initial(self) -> dict[str, Any]:
        return {"departed_on": self.object.departed_on}

    def perform(self, form: Any) -> Any:
        return services.correct_departure(
            self.object,
            departed_on=form.cleaned_data["departed_on"],
            reason=form.cleaned_data["reason"],
            handover_reason=form.cleaned_data["handover_reason"],
            by=self.request.user,
        )


class UndoDeparture(JourneyAction):
    rule = policies.can_undo_departure
    form_class = ReasonForm
    title = _("Take the departure back")
    intro = _("For a departure recorded by mistake. Both entries stay in the history.")
    success_message = _("The departure is taken back.")

    def perform(self, form: Any) -> Any:
        return services.undo_departure(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class ArrivalAction(JourneyAction):
    """Arrivals are confirmed by either side, as the service says for the case."""

    required_permission = P.CONFIRM_ARRIVAL


class Arrive(ArrivalAction):
    rule = policies.can_confirm_arrival
    form_class = forms.ArriveForm
    title = _("Confirm the arrival")
    submit_label = _("Confirm")
    success_message = _("The arrival is confirmed; the follow-up visits are planned.")

    def perform(self, form: Any) -> Any:
        return services.arrive(
            self.object,
            on=form.cleaned_data["on"],
            note=form.cleaned_data["note"],
            by=self.request.user,
        )


class CorrectArrival(ArrivalAction):
    rule = policies.can_correct_arrival
    form_class = forms.CorrectArrivalForm
    title = _("Correct the day of arrival")
    success_message = _("Corrected. The earlier day stays in the history.")

    def get_initial(self) -> dict[str, Any]:
        return {"arrived_on": self.object.arrived_on}

    def perform(self, form: Any) -> Any:
        return services.correct_arrival(
            self.object,
            arrived_on=form.cleaned_data["arrived_on"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )


class UndoArrival(ArrivalAction):
    rule = policies.can_undo_arrival
    form_class = ReasonForm
    title = _("Take the arrival back")
    intro = _("For an arrival confirmed by mistake. Both entries stay in the history.")
    success_message = _("The arrival is taken back.")

    def perform(self, form: Any) -> Any:
        return services.undo_arrival(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )
