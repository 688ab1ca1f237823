"""Orientation and courses of one person: a tab of the case page, and enrolling from it."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases.models import Case
from cases.pages import CaseAction, CasePage
from core.clock import today
from training import days, policies, services
from training.forms import enrolments as forms
from training.forms.orientation import TalkForm
from training.models import Application, Edition, Enrolment
from training.presenters import choices_for, live_enrolments, name_outcomes
from training.services.enrolments import standing_of
from training.transit import transit_warning

#: Courses offered at once; the nearest first.
OFFERED = 30


def joinable_by(user: Any, case: Case) -> Any:
    """Courses of the person's city that can still be joined, the nearest first."""
    rows = Edition.objects.visible_to(user).joinable(today()).filter(office=case.office_id)
    return rows.with_list_data().order_by("starts_on", "id")


class CaseTraining(CasePage):
    """Sessions attended, courses taken, and what further courses would mean (R060, R079)."""

    required_permission = P.VIEW_SESSIONS
    template_name = "training/case.html"
    active_tab = "training"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, user = self.object, self.request.user
        invitations = case.orientations.select_related(
            "session__office", "session__facilitator"
        ).order_by("-session__starts_at", "-id")
        enrolments = Enrolment.objects.filter(case=case).with_list_data()
        form = forms.EstimateForm(self.request.GET or None)
        estimate = None
        if form.is_valid():
            versions = form.cleaned_data["modules"]
            estimate = days.estimate(case, versions, form.cleaned_data["starts_on"])
        applications = Application.objects.visible_to(user).filter(case=case).with_list_data()
        return super().get_context_data(
            applications=applications.order_by("-applied_on", "-id"),
            sees_applications=user.has_permission(P.VIEW_APPLICATIONS),
            invitations=name_outcomes(invitations),
            enrolments=enrolments.order_by("-edition__starts_on", "-id"),
            oriented_on=policies.oriented_on(case),
            estimate_form=form,
            estimate=estimate,
            can_enrol=policies.can_enrol(user, case),
            can_talk=policies.may_be_invited(case)
            and policies.can_run_sessions(user, case.office_id),
            **kwargs,
        )


class Enrol(CaseAction):
    """A course for this person; each shows its days and what it does to the wished date (R079)."""

    required_permission = P.ENROL
    template_name = "training/enrol.html"
    title = _("Enrol in a course")
    form_class = forms.EnrolForm
    submit_label = _("Enrol")
    success_message = _("The person is nominated, and the days are kept free in their calendar.")

    def editions(self) -> Any:
        return joinable_by(self.request.user, self.object)[:OFFERED]

    def get_form_kwargs(self) -> dict[str, Any]:
        ids = [edition.pk for edition in self.editions()]
        rows = Edition.objects.filter(pk__in=ids).select_related("module_version__module")
        return super().get_form_kwargs() | {"editions": rows.order_by("starts_on", "id")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.object
        choices = choices_for(standing_of(case), self.editions(), live_enrolments(case))
        warning = transit_warning(case.office, today())
        return super().get_context_data(choices=choices, warning=warning, **kwargs)

    def perform(self, form: Any) -> Enrolment:
        return services.enrol(
            form.cleaned_data["edition"],
            case=self.object,
            is_confirmed=form.cleaned_data["is_confirmed"],
            by=self.request.user,
        )

    def get_cancel_url(self) -> str:
        return reverse("training:case", args=[self.object.reference])

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()


class RecordTalk(CaseAction):
    """An individual counselling talk that took place (R060)."""

    required_permission = P.RUN_SESSIONS
    title = _("Record a counselling talk")
    form_class = TalkForm
    success_message = _("The talk is recorded.")

    def get_initial(self) -> dict[str, Any]:
        return {"starts_at": timezone.localtime().replace(second=0, microsecond=0)}

    def perform(self, form: Any) -> Any:
        return services.record_talk(self.object, by=self.request.user, **form.values())

    def get_cancel_url(self) -> str:
        return reverse("training:case", args=[self.object.reference])

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()
