"""Pages of indicators and reports."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from core.clock import today
from core.views import Page, RecordAction, RecordCreate, RecordDetail, RecordList, ScopedObject
from reports import filters, forms, policies, presenters, released, services
from reports.disclosure import Audience
from reports.downloads import pdf_response
from reports.indicators.evaluation import Contradiction
from reports.models import ReportRun


class Indicators(Page):
    """The whole catalogue of a programme as of a day, for whoever may count it (R235)."""

    required_permission = P.VIEW_INDICATORS
    template_name = "reports/indicators.html"
    title = _("Indicators")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = forms.IndicatorForm(self.request.GET or None, user=self.request.user)
        form.fields["as_of"].widget.attrs["max"] = today().isoformat()
        context = super().get_context_data(form=form, **kwargs)
        context["is_filtered"] = False
        context["can_filter"] = policies.can_filter(self.request.user)
        day, part = today(), {}
        programme = form.fields["programme"].queryset.first()
        if form.is_bound:
            if not form.is_valid():
                return context
            programme = form.cleaned_data["programme"] or programme
            day, part = form.cleaned_data["as_of"], form.part
        if programme is None:
            return context
        context["programme"] = programme
        try:
            figures = services.figures_for(self.request.user, programme, day, **part)
        except Contradiction as error:
            return context | {"contradiction": str(error)}
        except ValidationError as error:
            form.add_error(None, error)
            return context
        if figures is None:
            return context | {"is_unreleased": True}
        return context | {
            "as_of": figures.as_of,
            "is_internal": figures.audience is Audience.INTERNAL,
            "is_filtered": bool(part),
            "can_prepare": policies.can_prepare(self.request.user, programme),
            "limits": figures.limits,
            "sections": presenters.sections_of(figures),
            "definitions": presenters.definitions(figures),
        }


class ReportList(RecordList):
    """Reports of the own programmes; a donor's: what was released to it."""

    required_permission = P.READ_RELEASED_REPORTS
    model = ReportRun
    filterset_class = filters.ReportFilter
    ordering = ("-requested_at", "-id")
    template_name = "reports/list.html"
    title = _("Reports")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            can_prepare=user.has_permission(P.PREPARE_REPORTS), **kwargs
        )


class ReportDetail(RecordDetail):
    """One report: how far it is, what it was made from, what may be done with it."""

    required_permission = P.READ_RELEASED_REPORTS
    model = ReportRun
    template_name = "reports/run.html"
    context_object_name = "run"

    def get_queryset(self) -> Any:
        return (
            super()
            .get_queryset()
            .select_related(
                "programme__donor",
                "snapshot__earlier",
                "requested_by",
                "release__released_by",
                "release__withdrawn_by",
                "pdf",
            )
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run, user = self.object, self.request.user
        is_internal = policies.is_internal(user, run)
        differences: list[Any] = []
        if is_internal and run.snapshot and run.snapshot.earlier:
            differences = list(presenters.exact_differences(run.snapshot.earlier, run.snapshot))
        return super().get_context_data(
            is_internal=is_internal,
            differences=differences,
            can_release=policies.can_release(user, run),
            can_withdraw=run.standing_release and policies.is_manager(user, run),
            can_prepare=policies.can_prepare(user, run.programme),
            waits_for_other=run.is_done
            and getattr(run, "release", None) is None
            and run.requested_by_id == user.pk,
            **kwargs,
        )


class Preview(RecordDetail):
    """What the report says, from the same words and figures as the file."""

    required_permission = P.READ_RELEASED_REPORTS
    model = ReportRun
    template_name = "reports/preview.html"
    context_object_name = "run"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("programme", "snapshot__earlier")

    def find(self, request: Any) -> None:
        super().find(request)
        if self.object.printed is None:
            raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(body=preview_of(self.object), **kwargs)


def preview_of(run: ReportRun) -> SafeString:
    """The report as part of a page, in the report's own language."""
    with translation.override(run.language):
        report = presenters.report_of(
            run.snapshot, released.printed_by(run), template_version=run.template_version
        )
        context = {
            "report": report,
            "language": run.language,
            "is_rtl": translation.get_language_bidi(),
        }
        return render_to_string("reports/preview_body.html", context)


class Download(ScopedObject):
    """The PDF; who may have it is asked at every download anew."""

    required_permission = P.READ_RELEASED_REPORTS
    model = ReportRun

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("programme", "pdf")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return pdf_response(self.object, request.user)


class NewReport(RecordCreate):
    """Ask for a report; it is compiled in the background."""

    required_permission = P.PREPARE_REPORTS
    form_class = forms.ReportForm
    title = _("New report")
    submit_label = _("Prepare the report")
    intro = _(
        "The figures are frozen, protected and written into a PDF file. Nobody outside sees it "
        "before the manager of the programme has released it."
    )
    success_message = _("The report is being prepared.")

    def get_initial(self) -> dict[str, Any]:
        asked = {
            name: self.request.GET[name]
            for name in ("programme", "as_of")
            if name in self.request.GET
        }
        return {"as_of": today(), "language": self.request.user.language} | asked

    def get_cancel_url(self) -> str:
        return reverse("reports:list")

    def perform(self, form: Any) -> ReportRun:
        data = form.cleaned_data
        return services.request_report(
            programme=data["programme"],
            as_of=data["as_of"],
            language=data["language"],
            by=self.request.user,
        )


class ReportAction(RecordAction):
    """A verb on one report."""

    model = ReportRun
    context_object_name = "run"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("programme", "requested_by", "release")

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()


class TryAgain(ReportAction):
    required_permission = P.PREPARE_REPORTS
    title = _("Try again")
    submit_label = _("Prepare the report again")
    success_message = _("The report is being prepared again.")

    def perform(self, form: Any) -> ReportRun:
        return services.try_again(self.object, by=self.request.user)


class SameFigures(ReportAction):
    """The frozen figures in another language, or filed once more (R239)."""

    required_permission = P.PREPARE_REPORTS
    form_class = forms.LanguageForm
    title = _("Report from the same figures")
    submit_label = _("Prepare the report")
    intro = _("The figures stay those of this report, whatever was corrected since.")
    success_message = _("The report is being prepared.")

    def get_initial(self) -> dict[str, Any]:
        return {"language": self.object.language}

    def perform(self, form: Any) -> ReportRun:
        run = self.object
        if run.snapshot is None:
            raise ValidationError(_("This report has no figures yet."), code="not_done")
        return services.request_report(
            programme=run.programme,
            as_of=run.as_of,
            language=form.cleaned_data["language"],
            snapshot=run.snapshot,
            by=self.request.user,
        )

    def get_success_url(self, result: Any) -> str:
        return result.get_absolute_url()


class ReleaseReport(ReportAction):
    required_permission = P.RELEASE_REPORTS
    form_class = forms.ReleaseForm
    title = _("Release the report")
    submit_label = _("Release")
    intro = _("From then on the donor can read and download it.")
    success_message = _("The report is released to the donor.")

    def perform(self, form: Any) -> Any:
        return services.release(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class WithdrawReport(ReportAction):
    required_permission = P.RELEASE_REPORTS
    form_class = forms.WithdrawForm
    title = _("Withdraw the report")
    submit_label = _("Withdraw")
    danger = True
    intro = _("The donor no longer finds it here. Copies that were downloaded stay with the donor.")
    success_message = _("The report is withdrawn.")

    def perform(self, form: Any) -> Any:
        released = self.object.standing_release
        if released is None:
            raise ValidationError(_("This report is not released."), code="not_released")
        return services.withdraw(released, reason=form.cleaned_data["reason"], by=self.request.user)
