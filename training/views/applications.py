"""Pages of the selection for vocational places: applying, deciding, taking the place (R074)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases.pages import CaseAction, CasePage
from core.clock import today
from core.forms import ReasonForm
from core.views import RecordAction, RecordDetail, RecordList
from training import filters, policies, services
from training.forms import selection as forms
from training.models import Application, CriterionAnswer, Edition, Enrolment
from training.presenters import (
    best_points,
    choices_for,
    live_enrolments,
    points_of,
    timeline_of,
)
from training.services.enrolments import common_obstacles, standing_of
from training.transit import transit_warning
from training.views.case import OFFERED, joinable_by
from training.views.editions import EditionAction
from training.workflow import APPLICATION_TONES


class ApplicationList(RecordList):
    model = Application
    required_permission = P.VIEW_APPLICATIONS
    template_name = "training/application_list.html"
    title = _("Applications for vocational courses")
    filterset_class = filters.ApplicationFilter
    ordering = ("-applied_on", "-id")


class ApplicationObject:
    """What every page about one application shares."""

    model = Application
    context_object_name = "application"
    object: Any
    request: Any

    def get_queryset(self) -> Any:
        return super().get_queryset().with_list_data()


def answers_of(application: Application) -> list[CriterionAnswer]:
    """How far each criterion is met, in the order of the criteria."""
    rows = application.answers.select_related("criterion")
    return list(rows.order_by("criterion__position"))


class ApplicationDetail(ApplicationObject, RecordDetail):
    """What the application says, what was decided, by whom and why: for those who see the case."""

    required_permission = P.VIEW_APPLICATIONS
    template_name = "training/application_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        application, user = self.object, self.request.user
        answers = answers_of(application)
        return super().get_context_data(
            title=application.case.person.full_name,
            answers=answers,
            points=points_of(answers),
            best=best_points(len(answers)),
            enrolment=application.enrolments.order_by("id").last(),
            events=timeline_of(application.steps.select_related("by"), APPLICATION_TONES),
            can_decide=policies.can_decide(user, application),
            can_take_back=policies.can_take_back_decision(user, application),
            can_correct=policies.can_correct_application(user, application),
            can_withdraw=policies.can_withdraw_application(user, application),
            can_take_place=policies.can_enrol_accepted(user, application),
            **kwargs,
        )


class ApplicationAction(ApplicationObject, RecordAction):
    """A verb on one application."""

    required_permission = P.ENROL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.object
        facts = [
            (_("Person"), row.case.person.full_name),
            (_("Course"), str(row.edition)),
            (_("First day"), date_format(row.edition.starts_on)),
            (_("Status"), row.get_status_display()),
        ]
        return super().get_context_data(**{"facts": facts} | kwargs)


class Decide(ApplicationAction):
    """Accept, put on the waiting list or refuse; the answers stand above the form."""

    required_permission = P.DECIDE_APPLICATIONS
    template_name = "training/decide.html"
    title = _("Decide on the application")
    form_class = forms.DecideForm
    submit_label = _("Save the decision")
    success_message = _("The decision is saved; whoever applied for the person is told.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edition = Edition.objects.with_list_data().get(pk=self.object.edition_id)
        answers = answers_of(self.object)
        return super().get_context_data(
            edition=edition,
            free=max(0, edition.capacity - edition.seats_taken - edition.seats_promised),
            answers=answers,
            points=points_of(answers),
            best=best_points(len(answers)),
            **kwargs,
        )

    def perform(self, form: Any) -> Application:
        data = form.cleaned_data
        return services.decide(
            self.object,
            decision=data["decision"],
            reason=data["reason"],
            on=data["on"],
            by=self.request.user,
        )


class TakeBackDecision(ApplicationAction):
    required_permission = P.DECIDE_APPLICATIONS
    title = _("Take the decision back")
    intro = _("For a decision by mistake. The application waits again; the history keeps both.")
    form_class = ReasonForm
    submit_label = _("Take back")
    success_message = _("The decision is taken back; the application waits again.")

    def perform(self, form: Any) -> Application:
        return services.take_back_decision(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class WithdrawApplication(ApplicationAction):
    title = _("Withdraw the application")
    intro = _("The person no longer wishes the place. A place kept for them is free again.")
    form_class = ReasonForm
    submit_label = _("Withdraw")
    danger = True
    success_message = _("The application is withdrawn.")

    def perform(self, form: Any) -> Application:
        return services.withdraw_application(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class CorrectApplication(ApplicationAction):
    title = _("Correct the application")
    intro = _("Until somebody has decided. What stood there before stays in the audit.")
    form_class = forms.CorrectApplicationForm
    success_message = _("The application is corrected.")

    def get_initial(self) -> dict[str, Any]:
        return {"motivation": self.object.motivation}

    def get_form_kwargs(self) -> dict[str, Any]:
        known = {row.criterion_id: row for row in self.object.answers.all()}
        criteria = list(self.object.edition.criteria.all())
        return super().get_form_kwargs() | {"criteria": criteria, "known": known}

    def perform(self, form: Any) -> Application:
        return services.correct_application(
            self.object,
            motivation=form.cleaned_data["motivation"],
            answers=form.answers(),
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )


class TakePlace(ApplicationAction):
    """Enrols somebody who was accepted."""

    title = _("Enrol in the course")
    intro = _("The person was accepted: the days are kept free in their calendar.")
    form_class = forms.TakePlaceForm
    submit_label = _("Enrol")
    success_message = _("The person is nominated, and the days are kept free in their calendar.")

    def perform(self, form: Any) -> Enrolment:
        return services.enrol(
            self.object.edition,
            case=self.object.case,
            is_confirmed=form.cleaned_data["is_confirmed"],
            by=self.request.user,
        )


# --- from the case ------------------------------------------------------------------------------
class ChooseVocational(CasePage):
    """The vocational courses of the person's city, with what stands in the way of each."""

    required_permission = P.ENROL
    template_name = "training/choose_vocational.html"
    title = _("Apply for a vocational course")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.object
        editions = joinable_by(self.request.user, case).filter(module_version__is_vocational=True)
        choices = choices_for(
            standing_of(case),
            editions.prefetch_related("criteria")[:OFFERED],
            live_enrolments(case),
            find=common_obstacles,
        )
        warning = transit_warning(case.office, today())
        return super().get_context_data(choices=choices, warning=warning, **kwargs)


class Apply(CaseAction):
    """An application for one vocational course, by its criteria."""

    required_permission = P.ENROL
    template_name = "training/apply.html"
    title = _("Apply for a vocational course")
    form_class = forms.ApplyForm
    submit_label = _("Apply")
    success_message = _("The application waits for a decision.")

    def find(self, request: Any) -> None:
        super().find(request)
        editions = Edition.objects.visible_to(request.user).with_list_data()
        found = editions.filter(module_version__is_vocational=True)
        try:
            self.edition = found.get(reference=self.kwargs["edition"])
        except Edition.DoesNotExist as error:
            raise Http404 from error

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"criteria": list(self.edition.criteria.all())}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.object
        (choice,) = choices_for(
            standing_of(case), [self.edition], live_enrolments(case), find=common_obstacles
        )
        warning = transit_warning(self.edition.office, today())
        return super().get_context_data(choice=choice, warning=warning, **kwargs)

    def perform(self, form: Any) -> Application:
        return services.apply(
            self.edition,
            case=self.object,
            motivation=form.cleaned_data["motivation"],
            answers=form.answers(),
            on=form.cleaned_data["on"],
            by=self.request.user,
        )

    def get_cancel_url(self) -> str:
        return reverse("training:apply-choose", args=[self.object.reference])


# --- from the course ----------------------------------------------------------------------------
class ChangeCriteria(EditionAction):
    """By what the places are given; until somebody applies."""

    title = _("Criteria of selection")
    intro = _("Everybody is chosen by the same criteria: they can change until somebody applies.")
    form_class = forms.CriteriaForm
    success_message = _("The criteria are saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"criteria": "\n".join(row.text for row in self.object.criteria.all())}

    def check_permission(self, request: Any) -> None:
        super().check_permission(request)
        if not self.object.module_version.is_vocational:
            raise PermissionDenied

    def perform(self, form: Any) -> Edition:
        return services.change_criteria(self.object, criteria=form.lines(), by=self.request.user)
