"""The reintegration tab of a case, first contact, and the log of attempts."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies as case_policies
from cases import references
from cases import services as case_services
from cases.models import CaseEvent, ContactPoint
from cases.pages import CaseAction, CasePage, RuledAction
from core.clock import today
from core.forms import ReasonForm
from core.views import RecordList
from reference import rules
from reintegration import policies, presenters, reach, services, worklist
from reintegration.forms import contacts as forms
from reintegration.grants import grants_of
from reintegration.models import AssistanceItem, FirstContact, Plan


class CaseReintegration(CasePage):
    """First contact, plan and items of one case."""

    required_permission = P.VIEW_PLANS
    template_name = "reintegration/case.html"
    active_tab = "reintegration"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, user = self.object, self.request.user
        plans = list(
            Plan.objects.visible_to(user).filter(case=case).with_list_data().order_by("-id")
        )
        plan = plans[0] if plans else None
        contact = FirstContact.objects.filter(case=case).select_related("by").first()
        moves = presenters.case_moves(user, case, contact, plan)
        return super().get_context_data(
            contact=contact,
            arrived_on=reach.arrival_day(case),
            reachability=reach.reachability(case, today()),
            earlier_plans=plans[1:],
            **(self.plan_context(plan) if plan else {"plan": None}),
            **moves,
            **kwargs,
        )

    def plan_context(self, plan: Plan) -> dict[str, Any]:
        user = self.request.user
        items = AssistanceItem.objects.visible_to(user).filter(plan=plan).with_list_data()
        return {
            "plan": plan,
            "sides": presenters.sides_of(plan, user),
            "plan_moves": presenters.plan_moves(user, plan),
            "versions": plan.versions.select_related("by").order_by("-number"),
            "plan_events": presenters.plan_timeline(plan),
            "project_days": presenters.project_days(plan),
            "items": items,
            "grants": grants_of(plan, today()),
        }


class CaseVerb(CaseAction):
    """A verb on the case that leads back to its reintegration tab."""

    def get_cancel_url(self) -> str:
        return reverse("reintegration:case", args=[self.object.reference])

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()


class RecordFirstContact(CaseVerb):
    required_permission = P.RECORD_CONTACT
    rule = policies.can_record_first_contact
    title = _("Record the first contact")
    form_class = forms.FirstContactForm
    success_message = _("The first contact is recorded.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def perform(self, form: Any) -> Any:
        return services.record_first_contact(self.object, by=self.request.user, **form.values())


class FirstContactAction(RuledAction):
    """A verb on the first contact of a case, addressed by the case."""

    model = FirstContact
    slug_field = "case__reference"
    context_object_name = "contact"
    required_permission = P.RECORD_CONTACT

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.kwargs["case__reference"] = kwargs["reference"]

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("case__person")

    def clean_slug(self, value: str) -> str:
        return references.read(value) or value

    def is_allowed(self) -> bool:
        return policies.can_record_first_contact(self.request.user, self.object.case)

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()


class CorrectFirstContact(FirstContactAction):
    title = _("Correct the first contact")
    form_class = forms.CorrectFirstContactForm
    success_message = _("Corrected. The earlier values stay in the history.")

    def get_initial(self) -> dict[str, Any]:
        return {
            name: getattr(self.object, name) for name in ("on", "initiated_by", "channel", "note")
        }

    def perform(self, form: Any) -> Any:
        return services.correct_first_contact(self.object, by=self.request.user, **form.values())


class WithdrawFirstContact(FirstContactAction):
    title = _("Remove the first contact")
    intro = _("For a contact recorded by mistake. The case goes back to “Arrived”.")
    form_class = ReasonForm
    danger = True
    success_message = _("The first contact is removed; the history keeps it.")

    def perform(self, form: Any) -> Any:
        return services.withdraw_first_contact(self.object, by=self.request.user, **form.values())


class CallLog(CaseVerb):
    """Numbers to call and every attempt so far, light enough for a phone (R155)."""

    required_permission = P.RECORD_CONTACT
    template_name = "reintegration/calls.html"
    title = _("Contact log")
    form_class = forms.CallForm
    submit_label = _("Log this attempt")
    success_message = _("The attempt is logged.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.object
        return super().get_context_data(
            contact_points=ContactPoint.objects.filter(case=case, is_active=True),
            attempts=case.contact_attempts.select_related("by", "contact_point")[:50],
            reachability=reach.reachability(case, today()),
            follow_up_answer=case_policies.follow_up_answer(case),
            **kwargs,
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("reintegration:calls", args=[self.object.reference])

    def perform(self, form: Any) -> Any:
        return case_services.log_attempt(self.object, by=self.request.user, **form.values())


class ArrivalList(RecordList):
    """People who arrived and wait for a step, longest first."""

    model = CaseEvent
    required_permission = P.WRITE_PLANS
    template_name = "reintegration/due.html"
    ordering = ("on", "id")
    rule: rules.Rule[int]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        days = rules.current(self.rule, on=today())
        latest = today() - datetime.timedelta(days=days)
        return super().get_context_data(days=days, latest=latest, **kwargs)


class ContactsDue(ArrivalList):
    title = _("First contacts to make")
    rule = rules.FIRST_CONTACT_DUE_DAYS

    def get_queryset(self) -> Any:
        return worklist.contacts_due(self.request.user).select_related("case__person")


class PlansDue(ArrivalList):
    title = _("Plans to bring to agreement")
    rule = rules.PLAN_DUE_DAYS

    def get_queryset(self) -> Any:
        return worklist.plans_due(self.request.user).select_related("case__person")
