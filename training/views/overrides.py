"""Exceptions for the days of courses: the list, and the decision of a second person (R108)."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases.pages import RuledAction
from core import audit, records
from core.filters import OverrideFilter
from core.forms import AnswerForm, RefusalForm
from core.views import RecordList
from training import policies, services
from training.models import Edition, EditionOverride
from training.presenters import concerned_by, facts_of, people_left


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
        return _t("Somebody who approves exceptions for the programme of these people decides.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.object, self.request.user
        people = concerned_by(row, user)
        audit.listed(user, people)
        return super().get_context_data(
            facts=facts_of(row),
            people=people,
            hidden=people_left(row) - len(people),
            instead=self.instead(),
            sees_course=Edition.objects.visible_to(user).filter(pk=row.edition_id).exists(),
            edition=row.edition,
            **kwargs,
        )

    def instead(self) -> tuple[str, str] | None:
        """The other decision: its address, and what it is called."""
        return None

    def get_cancel_url(self) -> str:
        return reverse("training:edition-overrides")

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()

    def write(self, form: Any) -> dict[str, Any]:
        records.lock(self.object.edition)  # before the request, as in every verb
        return super().write(form)


class ApproveOverride(OverrideAction):
    form_class = AnswerForm
    title = _("Approve the exception")
    intro = _(
        "The course gets these days. The people below lose their place; this is recorded as caused "
        "by the programme. The training partner reads your answer: no names, nothing about health."
    )
    submit_label = _("Approve")
    success_message = _("Approved: the course has its new days.")

    def instead(self) -> tuple[str, str]:
        url = reverse("training:edition-override-refuse", args=[self.object.pk])
        return url, _t("Refuse the exception")

    def perform(self, form: Any) -> Any:
        return services.approve_override(
            self.object, answer=form.cleaned_data["answer"], by=self.request.user
        )


class RefuseOverride(OverrideAction):
    form_class = RefusalForm
    title = _("Refuse the exception")
    intro = _(
        "The course keeps its days. The training partner reads your answer: no names, nothing "
        "about health."
    )
    submit_label = _("Refuse")
    danger = True
    success_message = _("Refused: the course keeps its days.")

    def instead(self) -> tuple[str, str]:
        return self.object.get_decision_url(), _t("Approve the exception")

    def perform(self, form: Any) -> Any:
        return services.refuse_override(
            self.object, answer=form.cleaned_data["answer"], by=self.request.user
        )


class WithdrawOverride(OverrideAction):
    required_permission = P.PLAN_EDITIONS
    rule = policies.can_withdraw_override
    title = _("Withdraw the request")
    intro = _("The course keeps its days, and nobody has to decide any more.")
    submit_label = _("Withdraw")
    success_message = _("The request is withdrawn.")

    def why_refused(self) -> str:
        if self.object.is_waiting:
            return _t("You may not change this course.")
        return super().why_refused()

    def get_cancel_url(self) -> str:
        return self.object.edition.get_absolute_url()

    def perform(self, form: Any) -> Any:
        return services.withdraw_override(self.object, by=self.request.user)
