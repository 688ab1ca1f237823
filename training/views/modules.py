"""Pages of the catalogue (R071, R092)."""

import datetime
from typing import Any

from django.db.models import Count
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from core.clock import today
from core.views import Page, RecordAction, RecordDetail
from training import services
from training.enums import ModuleGroup
from training.forms import courses as forms
from training.models import Module, ModuleVersion


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
            form=form, day=day, versions=list(versions.in_force(day).in_reading_order()), **kwargs
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
            parts=[row.part for row in module.parts.select_related("part")],
            wholes=[row.whole for row in module.wholes.select_related("whole")],
            may_manage=self.request.user.has_permission(P.MANAGE_MODULES),
            **kwargs,
        )


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
        return {name: getattr(last, name) for name in (*kept, *flags)}

    def perform(self, form: Any) -> ModuleVersion:
        data = form.cleaned_data
        return services.add_version(
            self.object,
            valid_from=data["valid_from"],
            days=data["days"],
            completion_percent=data["completion_percent"],
            aims_fr=data["aims_fr"],
            aims_en=data["aims_en"],
            aims_ar=data["aims_ar"],
            is_preparatory=data["is_preparatory"],
            is_vocational=data["is_vocational"],
            reason=data["reason"],
            by=self.request.user,
        )

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()


class RetireVersion(RecordAction):
    model = ModuleVersion
    required_permission = P.MANAGE_MODULES
    title = _("Retire this version")
    intro = _("It is no longer offered from a day on. Earlier courses and figures do not change.")
    form_class = forms.RetireForm
    submit_label = _("Retire")
    success_message = _("The version is retired from that day on.")

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

    def perform(self, form: Any) -> ModuleVersion:
        return services.retire_version(
            self.object,
            from_on=form.cleaned_data["from_on"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )
