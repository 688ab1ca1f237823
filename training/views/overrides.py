"""Exceptions for the days of courses: the list, and the decision of a second person (R108)."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases.pages import RuledAction
from core import audit, records
from core.filters import OverrideFilter
from core.forms import AnswerForm, RefusalForm
from core.views import RecordList
from training import policies, services
from training.models import EditionOverride
from training.presenters import concerned_by


class OverrideList(RecordList):
    """Exceptions asked for and decided (R109)."""

    model = EditionOverride
    required_permission = P.APPROVE_OVERRIDES
    template_name = "training/overrides.html"
    title = _("Exceptions for the days of courses")
    filterset_class = OverrideFilter
    ordering = ("-requested_on", "-id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for row in context["rows"]:
            row.can_decide = policies.can_decide_override(self.request.user, row)
        return context


class OverrideAction(RuledAction):
    """A decision on one exception: who loses the course stands above the form."""

    model = EditionOverride
    required_permission = P.APPROVE_OVERRIDES
    rule = policies.can_decide_override
    slug_field = "pk"
    template_name = "training/decide_override.html"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_list_data()

    def why_refused(self) -> str:
        if not self.object.is_waiting:
            return _t("This exception was decided or withdrawn already.")
        if self.object.is_own(self.request.user):
            return _t("Somebody else than the person who asked decides.")
        return super().why_refused()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.object
        people = concerned_by(row, self.request.user)
        audit.listed(self.request.user, people)
        facts = [
            (_("Course"), row.edition),
            (_("City"), row.edition.office.name),
            (_("First day"), date_format(row.edition.starts_on)),
            (_("Last day"), date_format(row.edition.ends_on)),
            (_("New first day") if row.starts_on else _("Day not held"), date_format(row.day)),
            (_("Why the days change"), row.change_reason),
            (_("Reason for an exception"), row.reason),
            (_("Asked by"), row.requested_by.name),
        ]
        return super().get_context_data(
            facts=facts, people=people, hidden=len(row.concerned.all()) - len(people), **kwargs
        )

    def get_cancel_url(self) -> str:
        return reverse("training:edition-overrides")

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()

    def write(self, form: Any) -> dict[str, Any]:
        records.lock(self.object.edition)
        return super().write(form)


class ApproveOverride(OverrideAction):
    form_class = AnswerForm
    title = _("Approve the exception")
    intro = _("The course moves; these people then do not complete it, caused by the programme.")
    submit_label = _("Approve")
    success_message = _("Approved: the course has its new days.")

    def perform(self, form: Any) -> Any:
        return services.approve_override(
            self.object, answer=form.cleaned_data["answer"], by=self.request.user
        )


class RefuseOverride(OverrideAction):
    form_class = RefusalForm
    title = _("Refuse the exception")
    submit_label = _("Refuse")
    danger = True
    success_message = _("Refused: the course keeps its days.")

    def perform(self, form: Any) -> Any:
        return services.refuse_override(
            self.object, answer=form.cleaned_data["answer"], by=self.request.user
        )


class WithdrawOverride(OverrideAction):
    required_permission = P.PLAN_EDITIONS
    rule = policies.can_withdraw_override
    title = _("Withdraw the request")
    submit_label = _("Withdraw")
    success_message = _("The request is withdrawn.")

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def perform(self, form: Any) -> Any:
        return services.withdraw_override(self.object, by=self.request.user)
