"""Pages of the organisations we work with (R013, R087, R201, R203, R269)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from core import records
from core.clock import today
from core.views import RecordAction, RecordCreate, RecordDetail, RecordList
from partners import filters, forms, presenters, services
from partners.models import Agreement, CityDuty, Organisation


class OrganisationList(RecordList):
    model = Organisation
    required_permission = P.VIEW_REFERENCE
    template_name = "partners/list.html"
    title = _("Partners")
    filterset_class = filters.OrganisationFilter
    ordering = ("name", "id")
    audited = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        may_change = user.has_permission(P.MANAGE_REFERENCE)
        context = super().get_context_data(may_change=may_change, **kwargs)
        day = today()
        context["organisations"] = [
            {"row": row, "agreements": [a for a in row.agreements.all() if a.runs_on(day)]}
            for row in context["rows"]
        ]
        return context


class OrganisationDetail(RecordDetail):
    model = Organisation
    required_permission = P.VIEW_REFERENCE
    slug_field = "code"
    context_object_name = "organisation"
    template_name = "partners/detail.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().with_duties()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return super().get_context_data(
            title=self.object.name,
            may_change=user.has_permission(P.MANAGE_REFERENCE),
            agreements=presenters.agreements_of(self.object, today()),
            **kwargs,
        )


# --- organisations ------------------------------------------------------------------------------
class AddOrganisation(RecordCreate):
    required_permission = P.MANAGE_REFERENCE
    form_class = forms.NewOrganisationForm
    title = _("Add an organisation")
    success_message = _("The organisation is added.")

    def get_cancel_url(self) -> str:
        return reverse("partners:list")

    def perform(self, form: Any) -> Organisation:
        return records.save(form.instance, by=self.request.user)


class OrganisationAction(RecordAction):
    """What administrators change about an organisation (R269)."""

    model = Organisation
    required_permission = P.MANAGE_REFERENCE
    slug_field = "code"


class ChangeOrganisation(OrganisationAction):
    form_class = forms.OrganisationForm
    title = _("Change an organisation")
    success_message = _("The organisation is changed.")

    def perform(self, form: Any) -> Organisation:
        return records.save(form.instance, by=self.request.user)


class AddAgreement(OrganisationAction):
    form_class = forms.AgreementForm
    title = _("Add an agreement")
    success_message = _("The agreement is added.")

    def perform(self, form: Any) -> Agreement:
        form.instance.organisation = self.object
        return records.save(form.instance, by=self.request.user)


# --- agreements ---------------------------------------------------------------------------------
class AgreementAction(RecordAction):
    """What administrators change about an agreement (R203)."""

    model = Agreement
    required_permission = P.MANAGE_REFERENCE
    slug_field = "pk"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("organisation")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = [
            (Organisation._meta.verbose_name.capitalize(), self.object.organisation.name),
            (Agreement._meta.verbose_name.capitalize(), self.object.title),
        ]
        return super().get_context_data(facts=facts, **kwargs)


class ChangeAgreement(AgreementAction):
    form_class = forms.ChangeAgreementForm
    title = _("Change an agreement")
    success_message = _("The agreement is changed; the former wording stays in the history.")

    def perform(self, form: Any) -> Agreement:
        return records.save(form.instance, by=self.request.user)


class EndAgreement(AgreementAction):
    form_class = forms.LastDayForm
    title = _("End an agreement")
    intro = _("The duties in the cities end with it. What was done so far stays on record.")
    submit_label = _("End the agreement")
    success_message = _("The agreement ends with that day.")

    def perform(self, form: Any) -> Agreement:
        return services.end_agreement(
            self.object,
            ends_on=form.cleaned_data["ends_on"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )


class AddCityDuty(AgreementAction):
    form_class = forms.CityDutyForm
    title = _("Add a duty in a city")
    success_message = _("The duty is added.")

    def perform(self, form: Any) -> CityDuty:
        return services.add_city_duty(self.object, by=self.request.user, **form.values())


class EndCityDuty(RecordAction):
    model = CityDuty
    required_permission = P.MANAGE_REFERENCE
    slug_field = "pk"
    form_class = forms.LastDayForm
    title = _("End a duty in a city")
    submit_label = _("End the duty")
    success_message = _("The duty ends with that day.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("agreement__organisation", "office")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = [
            (Organisation._meta.verbose_name.capitalize(), self.object.agreement.organisation.name),
            (_("City"), self.object.office.name),
            (_("Duty"), self.object.get_duty_display()),
        ]
        return super().get_context_data(facts=facts, **kwargs)

    def perform(self, form: Any) -> CityDuty:
        return services.end_city_duty(
            self.object,
            ends_on=form.cleaned_data["ends_on"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )
