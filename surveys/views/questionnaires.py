"""Pages of questionnaires: the catalogue, totals, the next version."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from core.clock import today
from core.views import Page, RecordAction, RecordList
from surveys import filters, forms, policies, presenters, services
from surveys.models import Questionnaire, Response


class QuestionnaireList(RecordList):
    model = Questionnaire
    required_permission = P.VIEW_SURVEYS
    template_name = "surveys/list.html"
    title = _("Questionnaires")
    filterset_class = filters.QuestionnaireFilter
    ordering = ("code", "version", "id")
    audited = False


class QuestionnaireObject:
    """A page about one version of a questionnaire: ``rss-v1``, or ``rss`` for today's."""

    object: Questionnaire
    kwargs: dict[str, Any]

    def find(self, request: Any) -> None:
        rows = Questionnaire.objects.visible_to(request.user).with_questions()
        try:
            self.object = rows.named(self.kwargs["key"], on=today())
        except Questionnaire.DoesNotExist as error:
            raise Http404 from error

    @property
    def title(self) -> str:
        return self.object.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(  # type: ignore[misc]
            questionnaire=self.object,
            notice=presenters.notice_of(self.object),
            **kwargs,
        )


class QuestionnaireDetail(QuestionnaireObject, Page):
    required_permission = P.VIEW_SURVEYS
    template_name = "surveys/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = Questionnaire.objects.filter(code=self.object.code).order_by("-version")
        return super().get_context_data(
            versions=versions, can_issue=policies.can_issue(self.request.user), **kwargs
        )


class QuestionnaireResults(QuestionnaireObject, Page):
    """Totals of the responses one may count; nobody's single answers (R025)."""

    required_permission = P.VIEW_SURVEYS
    template_name = "surveys/results.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Response.objects.totalled_for(self.request.user).current()
        rows = rows.filter(questionnaire=self.object)
        period = filters.PeriodFilter(self.request.GET or None, queryset=rows)
        rows = period.qs if period.is_valid() or not period.is_bound else rows.none()
        return super().get_context_data(
            form=period.form,
            count=rows.count(),
            tallies=presenters.totals_of(self.object, rows),
            **kwargs,
        )


class IssueVersion(QuestionnaireObject, RecordAction):
    required_permission = P.MANAGE_SURVEYS
    model = Questionnaire
    form_class = forms.IssueForm
    submit_label = _("Issue")
    intro = _(
        "The same questions are issued as the next version. Earlier responses keep the version "
        "they were given to."
    )
    success_message = _("The next version is issued.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": None}

    def perform(self, form: Any) -> Questionnaire:
        return services.issue_version(
            self.object, valid_from=form.cleaned_data["valid_from"], by=self.request.user
        )
