"""Pages of the catalogue (R071, R092)."""

import datetime
from typing import Any

from django.db.models import Count
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from core.clock import today
from core.forms import ReasonForm
from core.views import Page, RecordAction, RecordCreate, RecordDetail
from reference import rules
from training import services
from training.enums import ModuleGroup
from training.forms import modules as forms
from training.models import Module, ModuleVersion

#: The usual length of a new version, by module (R270).
MODULE_DAYS = {
    "personal_development": rules.MODULE_DAYS_PERSONAL_DEVELOPMENT,
    "business": rules.MODULE_DAYS_BUSINESS,
    "agriculture": rules.MODULE_DAYS_AGRICULTURE,
    "handicraft": rules.MODULE_DAYS_HANDICRAFT,
}


class ModuleList(Page):
    """The catalogue as of a day."""

    required_permission = P.VIEW_MODULES
    template_name = "training/module_list.html"
    title = _("Modules")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = forms.DayForm(self.request.GET or None)
        day: datetime.date = today()
        if form.is_valid() and form.cleaned_data["on"]:
            day = form.cleaned_data["on"]
        versions = ModuleVersion.objects.visible_to(self.request.user).with_list_data()
        return super().get_context_data(
            form=form,
            day=day,
            versions=list(versions.in_force(day).in_reading_order()),
            may_manage=self.request.user.has_permission(P.MANAGE_MODULES),
            **kwargs,
        )


class ModuleDetail(RecordDetail):
    model = Module
    slug_field = "code"
    required_permission = P.VIEW_MODULES
    template_name = "training/module_detail.html"
    context_object_name = "module"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        module = self.object
        return super().get_context_data(
            title=module.label,
            group=ModuleGroup(module.group).label,
            versions=module.versions.annotate(held=Count("editions")).order_by("-number"),
            last=module.versions.order_by("valid_from").last(),
            parts=[row.part for row in module.parts.select_related("part")],
            wholes=[row.whole for row in module.wholes.select_related("whole")],
            may_manage=self.request.user.has_permission(P.MANAGE_MODULES),
            **kwargs,
        )


class AddModule(RecordCreate):
    required_permission = P.MANAGE_MODULES
    title = _("New module")
    intro = _("It is offered once it has a first version: its length, its aims, from which day.")
    form_class = forms.ModuleForm
    success_message = _("The module is in the catalogue. Add its first version.")

    def perform(self, form: Any) -> Module:
        return services.add_module(by=self.request.user, **form.values())

    def get_cancel_url(self) -> str:
        return reverse("training:module-list")

    def get_success_url(self, result: Any) -> str:
        return reverse("training:version-add", args=[result.code])


class AddVersion(RecordAction):
    model = Module
    slug_field = "code"
    required_permission = P.MANAGE_MODULES
    title = _("New version of the module")
    intro = _("The version before ends the day before. What was held under it stays as it was.")
    form_class = forms.VersionForm
    success_message = _("The new version is in the catalogue.")

    def get_initial(self) -> dict[str, Any]:
        last = self.object.versions.order_by("number").last()
        if last is None:
            return {}
        kept = ("days", "completion_percent", "aims_fr", "aims_en", "aims_ar")
        flags = ("is_preparatory", "is_vocational")
        initial = {name: getattr(last, name) for name in (*kept, *flags)}
        if rule := MODULE_DAYS.get(self.object.code):
            initial["days"] = rules.current(rule, on=today())
        return initial

    def perform(self, form: Any) -> ModuleVersion:
        return services.add_version(self.object, by=self.request.user, **form.values())

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()


class CorrectModule(RecordAction):
    model = Module
    slug_field = "code"
    required_permission = P.MANAGE_MODULES
    title = _("Correct the module")
    intro = _("Once a course was planned, it stays counted under the same subject.")
    form_class = forms.CorrectModuleForm
    success_message = _("The module is corrected.")

    def get_initial(self) -> dict[str, Any]:
        names = ("label_fr", "label_en", "label_ar", "group")
        return {name: getattr(self.object, name) for name in names}

    def perform(self, form: Any) -> Module:
        return services.correct_module(self.object, by=self.request.user, **form.values())


class SetEquivalences(RecordAction):
    model = Module
    slug_field = "code"
    required_permission = P.MANAGE_MODULES
    title = _("What the module is worth")
    intro = _("Whoever has all of these modules counts, and may go on, as with this one.")
    form_class = forms.EquivalencesForm
    success_message = _("The equivalences are saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"parts": list(self.object.parts.values_list("part", flat=True))}

    def perform(self, form: Any) -> Module:
        return services.set_equivalences(
            self.object,
            parts=form.cleaned_data["parts"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )


class VersionAction(RecordAction):
    """A verb on one version, found by module and number."""

    model = ModuleVersion
    required_permission = P.MANAGE_MODULES

    def find(self, request: Any) -> None:
        rows = ModuleVersion.objects.visible_to(request.user).select_related("module")
        try:
            self.object = rows.get(module=self.kwargs["code"], number=self.kwargs["number"])
        except ModuleVersion.DoesNotExist as error:
            raise Http404 from error

    def get_cancel_url(self) -> str:
        return self.object.module.get_absolute_url()

    def get_success_url(self, result: Any) -> str:
        return result.module.get_absolute_url()


class CorrectVersion(VersionAction):
    title = _("Correct this version")
    intro = _("Once a course was planned by it, only its aims: anything else is a new version.")
    form_class = forms.CorrectVersionForm
    success_message = _("The version is corrected.")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in forms.ContentForm.base_fields}

    def perform(self, form: Any) -> ModuleVersion:
        return services.correct_version(self.object, by=self.request.user, **form.values())


class TakeBackRetirement(VersionAction):
    title = _("Take the retirement back")
    intro = _("The version is offered again, without an end.")
    form_class = ReasonForm
    success_message = _("The version is in the catalogue again.")

    def perform(self, form: Any) -> ModuleVersion:
        return services.take_back_retirement(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class RetireVersion(VersionAction):
    title = _("Retire this version")
    intro = _("It is no longer offered from a day on. Earlier courses and figures do not change.")
    form_class = forms.RetireForm
    submit_label = _("Retire")
    success_message = _("The version is retired from that day on.")

    def perform(self, form: Any) -> ModuleVersion:
        return services.retire_version(
            self.object,
            from_on=form.cleaned_data["from_on"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )
