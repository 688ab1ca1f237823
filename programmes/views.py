"""Pages of programmes: who pays, for whom, under which conditions, from which day on."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from core.clock import today
from core.forms import ReasonForm
from core.views import RecordAction, RecordCreate, RecordDetail, RecordList
from partners.models import CityDuty
from programmes import filters, forms, policies, presenters, services
from programmes.models import (
    Donor,
    EligibilityRule,
    GrantCeiling,
    Programme,
    ProgrammeAgreement,
    TargetCountry,
)


class ProgrammeList(RecordList):
    model = Programme
    required_permission = P.VIEW_PROGRAMMES
    template_name = "programmes/list.html"
    title = _("Programmes")
    filterset_class = filters.ProgrammeFilter
    ordering = ("code", "id")
    audited = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can_open = policies.can_open(self.request.user)
        context = super().get_context_data(can_open=can_open, **kwargs)
        day = today()
        context["programmes"] = [
            {
                "row": row,
                "state": presenters.state_of(row, day),
                "countries": [t.country for t in row.target_countries.all() if t.covers(day)],
            }
            for row in context["rows"]
        ]
        return context


class ProgrammeObject:
    """What every page about one programme shares."""

    model = Programme
    slug_field = "code"
    context_object_name = "programme"


class ProgrammeDetail(ProgrammeObject, RecordDetail):
    """The programme as of a day: ``?on=2018-06-01`` shows it before an amendment (R219)."""

    required_permission = P.VIEW_PROGRAMMES
    template_name = "programmes/detail.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().with_list_data()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        programme, user = self.object, self.request.user
        form = forms.DayForm(self.request.GET or None)
        on = (form.cleaned_data["on"] if form.is_valid() else None) or today()
        return super().get_context_data(
            title=programme.name,
            form=form,
            on=on,
            switcher=self.switcher(),
            state=presenters.state_of(programme, on),
            countries=presenters.countries_of(programme, on),
            rules=presenters.rules_of(programme, on),
            ceilings=presenters.ceilings_of(programme, on),
            agreements=presenters.agreements_of(programme, viewer=user),
            duties=CityDuty.Duty.labels,
            cities=presenters.consortium_of(programme, on, viewer=user),
            can_manage=policies.can_manage(user, programme),
            can_correct_donor=policies.can_open(user),
            **kwargs,
        )

    def switcher(self) -> list[dict[str, Any]]:
        """The programmes this person sees, to go from one to the other (R004)."""
        rows = Programme.objects.visible_to(self.request.user).order_by("code")
        return [
            {"label": row.code, "url": row.get_absolute_url(), "active": row.pk == self.object.pk}
            for row in rows
        ]


class ProgrammeAction(ProgrammeObject, RecordAction):
    """An amendment of one programme."""

    required_permission = P.MANAGE_PROGRAMMES

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()


class AddProgramme(RecordCreate):
    """A new programme; the administrator then gives somebody the role of its manager (R216)."""

    required_permission = P.MANAGE_REFERENCE
    title = _("Add a programme")
    intro = _("Give its manager the role next: countries, ceilings and conditions are theirs.")
    form_class = forms.NewProgrammeForm
    success_message = _("The programme is open.")

    def get_cancel_url(self) -> str:
        return reverse("programmes:list")

    def perform(self, form: Any) -> Programme:
        return services.open_programme(by=self.request.user, **form.values())


class CorrectDonor(ProgrammeObject, RecordAction):
    """The donor, read through one of its programmes."""

    required_permission = P.MANAGE_REFERENCE
    context_object_name = "donor"
    title = _("Correct the donor")
    intro = _("The name is corrected in all programmes of this donor.")
    form_class = forms.DonorForm
    success_message = _("The donor is corrected; the former name stays in the history.")
    programme: Programme

    def find(self, request: Any) -> None:
        super().find(request)
        self.programme, self.object = self.object, self.object.donor

    def get_success_url(self, result: Any) -> str:
        return self.programme.get_absolute_url()

    def get_cancel_url(self) -> str:
        return self.programme.get_absolute_url()

    def perform(self, form: Any) -> Donor:
        data = form.cleaned_data
        return services.correct_donor(
            self.object,
            name=data["name"],
            contact_person=data["contact_person"],
            reason=data["reason"],
            by=self.request.user,
        )


class AmendProgramme(ProgrammeAction):
    title = _("Amend the programme")
    form_class = forms.ProgrammeForm
    success_message = _("The programme is amended; the former values stay in the history.")

    def perform(self, form: Any) -> Programme:
        return services.amend_programme(self.object, by=self.request.user, **form.values())


class LinkAgreement(ProgrammeAction):
    title = _("Link an agreement")
    intro = _("Agreements and what each partner does in which city are kept under “Partners”.")
    form_class = forms.LinkAgreementForm
    submit_label = _("Link the agreement")
    success_message = _("The agreement is linked to the programme.")

    def perform(self, form: Any) -> ProgrammeAgreement:
        return services.link_agreement(
            self.object, agreement=form.cleaned_data["agreement"], by=self.request.user
        )


class AddCondition(ProgrammeAction):
    title = _("Add a condition")
    intro = _("Who was registered before this day is not asked; the history keeps every change.")
    form_class = forms.ConditionForm
    submit_label = _("Add the condition")
    success_message = _("The condition is asked from that day on.")

    def perform(self, form: Any) -> EligibilityRule:
        return services.add_condition(self.object, by=self.request.user, **form.values())


class ConditionAction(RecordAction):
    """A change of one condition."""

    model = EligibilityRule
    required_permission = P.MANAGE_PROGRAMMES
    slug_field = "pk"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("programme")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = [
            (Programme._meta.verbose_name.capitalize(), self.object.programme.name),
            (_("Condition"), presenters.words_of(self.object)),
        ]
        return super().get_context_data(facts=facts, **kwargs)


class EndCondition(ConditionAction):
    title = _("End a condition")
    form_class = forms.EndConditionForm
    submit_label = _("End the condition")
    success_message = _("The condition is no longer asked after that day.")

    def perform(self, form: Any) -> EligibilityRule:
        return services.end_condition(
            self.object,
            last_on=form.cleaned_data["last_on"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )


class TakeBackCondition(ConditionAction):
    title = _("Take back a condition")
    intro = _("For a condition added by mistake. What was recorded stays in the history.")
    form_class = ReasonForm
    submit_label = _("Take back")
    danger = True
    success_message = _("The condition was taken back.")

    def perform(self, form: Any) -> Programme:
        return services.take_back_condition(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class AddTargetCountry(ProgrammeAction):
    title = _("Cover another country")
    intro = _("From this day on to the end of the programme. What came before does not change.")
    form_class = forms.TargetCountryForm
    submit_label = _("Cover the country")
    success_message = _("The country is covered from that day on.")

    def perform(self, form: Any) -> TargetCountry:
        return services.add_target_country(
            self.object,
            country=form.cleaned_data["country"],
            from_on=form.cleaned_data["from_on"],
            note=form.cleaned_data["note"],
            by=self.request.user,
        )


class SetCeiling(ProgrammeAction):
    title = _("Set a grant ceiling")
    form_class = forms.CeilingForm
    success_message = _("The ceiling applies from that day on.")

    def perform(self, form: Any) -> GrantCeiling:
        return services.set_ceiling(self.object, by=self.request.user, **form.values())


class TargetCountryAction(RecordAction):
    """A correction of one target country."""

    model = TargetCountry
    required_permission = P.MANAGE_PROGRAMMES
    slug_field = "pk"
    context_object_name = "target"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("programme", "country")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        target = self.object
        facts = [
            (Programme._meta.verbose_name.capitalize(), target.programme.name),
            (_("Country of origin"), target.country.label),
        ]
        return super().get_context_data(facts=facts, **kwargs)


class AmendTargetCountry(TargetCountryAction):
    title = _("Change the days a country is covered")
    form_class = forms.CoveredDaysForm
    success_message = _("The days are changed; the former ones stay in the history.")

    def get_initial(self) -> dict[str, Any]:
        return {"from_on": self.object.first_on, "last_on": self.object.last_on}

    def perform(self, form: Any) -> TargetCountry:
        return services.amend_target_country(
            self.object,
            from_on=form.cleaned_data["from_on"],
            last_on=form.cleaned_data["last_on"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )


class TakeBackTargetCountry(TargetCountryAction):
    title = _("Take back a country")
    intro = _("For a country added by mistake. What was recorded stays in the history.")
    form_class = ReasonForm
    submit_label = _("Take back")
    danger = True
    success_message = _("The country was taken back.")

    def perform(self, form: Any) -> Programme:
        return services.take_back_target_country(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )
