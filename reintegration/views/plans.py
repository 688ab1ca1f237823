"""Pages of the reintegration plan."""

import datetime
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases.pages import RuledAction
from core.clock import today
from core.forms import ReasonForm
from core.views import RecordDetail, RecordList
from reference.models import Sector
from reintegration import policies, presenters, services
from reintegration.enums import PlanStatus, ProjectKind, Side
from reintegration.filters import PlanFilter
from reintegration.forms import plans as forms
from reintegration.forms.fields import DayForm, DayReasonForm
from reintegration.models import Goal, Plan, PlanVersion
from reintegration.views.base import PlanAction
from reintegration.views.contacts import CaseVerb


class PlanList(RecordList):
    model = Plan
    required_permission = P.VIEW_PLANS
    template_name = "reintegration/plans.html"
    title = _("Reintegration plans")
    filterset_class = PlanFilter
    ordering = ("-opened_on", "-id")


class OpenPlan(CaseVerb):
    """Begin a plan, before or after the return (R126)."""

    required_permission = P.WRITE_PLANS
    rule = policies.can_write_for
    title = _("Begin a reintegration plan")
    form_class = forms.OpenPlanForm
    submit_label = _("Begin")
    success_message = _("The plan is begun. Add goals on its three sides.")

    def get_initial(self) -> dict[str, Any]:
        return {"opened_on": today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = presenters.ceiling_facts(self.request.user, self.object)
        return super().get_context_data(facts=facts, **kwargs)

    def perform(self, form: Any) -> Any:
        return services.open_plan(self.object, by=self.request.user, **form.values())


class CeilingAction(PlanAction):
    """A verb that chooses or confirms the ceiling, beside what the file says (R132)."""

    template_name = "reintegration/ceiling_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = self.object
        return super().get_context_data(
            facts=presenters.ceiling_facts(self.request.user, plan.case, plan),
            names_no_family=policies.names_no_family(plan),
            **kwargs,
        )


class EditPlan(CeilingAction):
    rule = policies.can_write
    title = _("Change the plan")
    form_class = forms.EditPlanForm
    success_message = _("The plan is changed.")

    def get_initial(self) -> dict[str, Any]:
        plan = self.object
        return {
            "sector": plan.sector_id,
            "description": plan.description,
            "grant_category": plan.grant_category,
        }

    def perform(self, form: Any) -> Any:
        return services.edit_plan(self.object, by=self.request.user, **form.values())


class ChangeCeiling(CeilingAction):
    """Another ceiling for an agreed plan, by a manager of the programme (R132)."""

    required_permission = P.APPROVE_ITEMS
    rule = policies.can_change_ceiling
    title = _("Change the ceiling")
    form_class = forms.CeilingForm
    success_message = _("Another ceiling applies; the earlier one stays in the history.")

    def get_initial(self) -> dict[str, Any]:
        return {"grant_category": self.object.grant_category}

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        return services.change_ceiling(
            self.object,
            category=data["grant_category"],
            grounds=data["grant_grounds"],
            by=self.request.user,
        )


class AddGoal(PlanAction):
    rule = policies.can_write
    title = _("Add a goal")
    form_class = forms.GoalForm
    success_message = _("The goal is added.")

    def get_initial(self) -> dict[str, Any]:
        side = self.request.GET.get("side")
        return {"side": side} if side in Side.values else {}

    def perform(self, form: Any) -> Any:
        return services.add_goal(self.object, by=self.request.user, **form.values())


class GoalAction(RuledAction):
    """A verb on one goal of a plan."""

    model = Goal
    slug_field = "pk"
    context_object_name = "goal"
    required_permission = P.WRITE_PLANS

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(plan__reference=self.kwargs["reference"])
        return rows.select_related("plan__case__person")

    def is_allowed(self) -> bool:
        return policies.can_write(self.request.user, self.object.plan)

    def get_cancel_url(self) -> str:
        return self.object.plan.get_absolute_url()

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()


class ChangeGoal(GoalAction):
    title = _("Change the goal")
    form_class = forms.ChangeGoalForm
    success_message = _("The goal is changed.")

    def get_initial(self) -> dict[str, Any]:
        names = ("side", "text", "steps", "support", "due_on")
        return {name: getattr(self.object, name) for name in names}

    def perform(self, form: Any) -> Any:
        return services.change_goal(self.object, by=self.request.user, **form.values())


class RemoveGoal(GoalAction):
    title = _("Take the goal out of the plan")
    form_class = forms.RemoveGoalForm
    danger = True
    success_message = _("The goal is out of the plan; earlier versions keep it.")

    def perform(self, form: Any) -> Any:
        return services.remove_goal(self.object, by=self.request.user, **form.values())


class SubmitPlan(PlanAction):
    rule = policies.can_carry
    title = _("Submit the plan")
    intro = _("A colleague or the programme manager agrees to it once the person has signed.")
    form_class = forms.SubmitPlanForm
    submit_label = _("Submit")
    success_message = _("The plan is submitted.")

    def perform(self, form: Any) -> Any:
        return services.submit(self.object, by=self.request.user, **form.values())


class SendBackPlan(PlanAction):
    required_permission = P.AGREE_PLANS
    rule = policies.can_send_back
    title = _("Send the plan back to its author")
    form_class = ReasonForm
    success_message = _("The plan is a draft again.")

    def perform(self, form: Any) -> Any:
        return services.send_back(self.object, by=self.request.user, **form.values())


class AgreePlan(CeilingAction):
    """The signature, recorded by somebody other than the submitter (R119)."""

    required_permission = P.AGREE_PLANS
    logs_refusal = True
    title = _("Agree to the plan")
    form_class = forms.AgreePlanForm
    submit_label = _("Agree")
    success_message = _("The plan is agreed.")

    def refusal(self) -> str:
        return policies.refusal_to_agree(self.request.user, self.object)

    def get_initial(self) -> dict[str, Any]:
        return {"signed_on": today()}

    def perform(self, form: Any) -> Any:
        return services.agree(
            self.object,
            signed_on=form.cleaned_data["signed_on"],
            note=form.cleaned_data["note"],
            grant_category=self.object.grant_category,
            by=self.request.user,
        )


class TakeBackAgreement(PlanAction):
    required_permission = P.AGREE_PLANS
    rule = policies.can_take_back_agreement
    title = _("Take the agreement back")
    intro = _("For an agreement recorded by mistake. Both entries stay in the history.")
    form_class = ReasonForm
    danger = True
    success_message = _("The agreement was taken back.")

    def perform(self, form: Any) -> Any:
        return services.take_back_agreement(self.object, by=self.request.user, **form.values())


class PlanDay(PlanAction):
    """A step of the plan with its day."""

    form_class = DayForm

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}


class BeginProject(PlanDay):
    rule = policies.can_carry
    title = _("The project has begun")
    success_message = _("The project has begun.")

    def perform(self, form: Any) -> Any:
        return services.begin_project(self.object, by=self.request.user, **form.values())


class FinishProject(PlanDay):
    rule = policies.can_carry
    title = _("The project is done")
    success_message = _("The project is done and the plan completed.")

    def perform(self, form: Any) -> Any:
        return services.finish_project(self.object, by=self.request.user, **form.values())


class ResumePlan(PlanDay):
    rule = policies.can_write
    title = _("Resume the plan")
    success_message = _("The plan goes on.")

    def perform(self, form: Any) -> Any:
        return services.resume(self.object, by=self.request.user, **form.values())


class TakeBackProject(PlanAction):
    rule = policies.can_follow
    title = _("Take the last step of the project back")
    form_class = ReasonForm
    danger = True
    success_message = _("The last step was taken back.")

    def perform(self, form: Any) -> Any:
        return services.take_back_project_step(self.object, by=self.request.user, **form.values())


class SuspendPlan(PlanDay):
    rule = policies.can_write
    title = _("Suspend the plan")
    form_class = DayReasonForm
    success_message = _("The plan is suspended.")

    def perform(self, form: Any) -> Any:
        return services.suspend(self.object, by=self.request.user, **form.values())


class ClosePlan(PlanDay):
    rule = policies.can_write
    title = _("Close the plan before its end")
    form_class = DayReasonForm
    danger = True
    success_message = _("The plan is closed.")

    def perform(self, form: Any) -> Any:
        return services.close_incomplete(self.object, by=self.request.user, **form.values())


class ChangeProjectKind(PlanAction):
    """Individual, collective or community-based, with history (R120)."""

    rule = policies.can_write
    title = _("Change the kind of project")
    form_class = forms.ProjectKindForm
    success_message = _("The kind of project is changed; the earlier one stays in the history.")

    def get_initial(self) -> dict[str, Any]:
        return {"from_on": today(), "kind": self.object.project_kind}

    def perform(self, form: Any) -> Any:
        return services.change_project_kind(self.object, by=self.request.user, **form.values())


class PlanVersionDetail(RecordDetail):
    """The plan as it stood in one version."""

    model = PlanVersion
    required_permission = P.VIEW_PLANS
    template_name = "reintegration/version.html"
    context_object_name = "plan_version"

    def find(self, request: Any) -> None:
        rows = PlanVersion.objects.visible_to(request.user).select_related(
            "plan__case__person", "by"
        )
        found = rows.filter(
            plan__reference=self.kwargs["reference"], number=self.kwargs["number"]
        ).first()
        if found is None:
            raise Http404
        self.object = found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = self.object
        content = version.content
        reads_all = Plan.objects.worked_on_by(self.request.user).filter(pk=version.plan_id).exists()
        goals = [g | {"due_on": day_of(g["due_on"])} for g in content["goals"]]
        sides = [
            {
                "label": side.label,
                "goals": [g for g in goals if g["side"] == side],
                "not_needed": content["not_needed"][side],
            }
            for side in Side
            if reads_all or side != Side.PSYCHOSOCIAL
        ]
        return super().get_context_data(
            plan=version.plan,
            content=content,
            kind=ProjectKind(content["project_kind"]).label,
            status_label=(
                _("Changed after the signature")
                if content.get("after_signature")
                else PlanStatus(content["status"]).label
            ),
            signed_on=day_of(content["signed_on"]),
            sector=Sector.objects.filter(pk=content["sector"]).first(),
            sides=sides,
            heading=_t("Version %(number)s") % {"number": version.number},
            **kwargs,
        )


def day_of(text: str | None) -> datetime.date | None:
    """A day as a version keeps it."""
    return datetime.date.fromisoformat(text) if text else None
