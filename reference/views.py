"""Pages of the reference data: rules with their dates, holidays, places and lists."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from core import records
from core.clock import today
from core.views import FormPage, Page, RecordAction, RecordCreate, RecordDetail, RecordList
from reference import rules, services
from reference.enums import LEVEL_BELOW
from reference.filters import HolidayFilter, PlaceBrowseFilter
from reference.forms import DayForm, HolidayForm, PlaceChangeForm, PlaceForm, RuleForm, row_form
from reference.models import (
    CodedRow,
    Country,
    Holiday,
    Language,
    Place,
    ReferralSource,
    Sector,
    Service,
    Vulnerability,
)


@dataclass(frozen=True)
class CodedList:
    """A list kept by administrators."""

    model: type[CodedRow]
    title: Any


LISTS: Mapping[str, CodedList] = {
    "countries": CodedList(Country, _("Countries")),
    "languages": CodedList(Language, _("Languages")),
    "sectors": CodedList(Sector, _("Sectors")),
    "vulnerabilities": CodedList(Vulnerability, _("Vulnerabilities")),
    "referral-sources": CodedList(ReferralSource, _("Referral sources")),
    "services": CodedList(Service, _("Services")),
}


class Readable(Page):
    """Everybody on the staff reads reference data; the context says who may change it."""

    required_permission = Permission.VIEW_REFERENCE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        may_change = user.has_permission(Permission.MANAGE_REFERENCE)
        return super().get_context_data(may_change=may_change, **kwargs)


class Changeable(FormPage):
    """What administrators change: one row, saved with its audit."""

    required_permission = Permission.MANAGE_REFERENCE

    def perform(self, form: Any) -> Any:
        return records.save(form.instance, by=self.request.user)


class ReferenceIndex(Readable):
    template_name = "reference/index.html"
    title = _("Reference data")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lists = [
            {"label": entry.title, "url": reverse("reference:list", args=[name])}
            for name, entry in LISTS.items()
        ]
        return super().get_context_data(lists=lists, **kwargs)


# --- rules --------------------------------------------------------------------------------------
class RuleList(Readable):
    template_name = "reference/rules.html"
    title = _("Rules and their dates")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = DayForm(self.request.GET or None)
        on = (form.cleaned_data["on"] if form.is_valid() else None) or today()
        areas = [
            (area.label, list(states))
            for area, states in groupby(rules.states_on(on), key=lambda state: state.rule.area)
        ]
        return super().get_context_data(form=form, on=on, areas=areas, **kwargs)


class RulePage(Page):
    """A page about one declared rule."""

    rule: rules.Rule[Any]

    def find(self, request: Any) -> None:
        try:
            self.rule = rules.declared(self.kwargs["code"])
        except rules.UnknownRule as error:
            raise Http404 from error

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rule=self.rule, **kwargs)


class RuleDetail(Readable, RulePage):
    template_name = "reference/rule.html"
    title = _("Rule")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [
            {"row": row, "value": self.rule.display(self.rule.parse(row.value))}
            for row in rules.history(self.rule)
        ]
        return super().get_context_data(
            rows=rows,
            current=self.rule.display(rules.current(self.rule, on=today())),
            default=self.rule.display(self.rule.default),
            **kwargs,
        )


class RuleChange(RulePage, FormPage):
    required_permission = Permission.MANAGE_REFERENCE
    template_name = "reference/rule_change.html"
    form_class = RuleForm
    title = _("Change a rule")
    submit_label = _("Set this value")
    success_message = _("The new value is set.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"rule": self.rule}

    def get_cancel_url(self) -> str:
        return reverse("reference:rule_detail", args=[self.rule.code])

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        current = self.rule.display(rules.current(self.rule, on=today()))
        return super().get_context_data(current=current, **kwargs)

    def perform(self, form: Any) -> Any:
        return services.set_rule(
            self.rule,
            value=form.cleaned_data["value"],
            from_on=form.cleaned_data["from_on"],
            note=form.cleaned_data["note"],
            by=self.request.user,
        )


# --- holidays -----------------------------------------------------------------------------------
class HolidayList(Readable, RecordList):
    model = Holiday
    filterset_class = HolidayFilter
    template_name = "reference/holidays.html"
    title = _("Holidays")
    ordering = ("day", "id")
    audited = False

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("country")


class HolidayPage(Changeable):
    form_class: ClassVar[Any] = HolidayForm

    def get_cancel_url(self) -> str:
        return reverse("reference:holidays")

    def get_success_url(self, result: Holiday) -> str:
        day: datetime.date = result.day
        return f"{reverse('reference:holidays')}?country={result.country_id}&year={day.year}"


class HolidayCreate(HolidayPage, RecordCreate):
    title = _("Add a holiday")
    success_message = _("The holiday is added.")


class HolidayChange(HolidayPage, RecordAction):
    model = Holiday
    slug_field = "pk"
    title = _("Change a holiday")
    success_message = _("The holiday is changed.")


# --- places -------------------------------------------------------------------------------------
class PlaceList(Readable, RecordList):
    model = Place
    filterset_class = PlaceBrowseFilter
    template_name = "reference/places.html"
    title = _("Places")
    ordering = ("name", "id")
    audited = False


class PlaceDetail(Readable, RecordDetail):
    model = Place
    slug_field = "pk"
    template_name = "reference/place.html"
    context_object_name = "place"

    def get_queryset(self) -> Any:
        places: Any = super().get_queryset()
        return places.with_path()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place = self.object
        return super().get_context_data(
            title=place.label,
            children=place.children.with_path(),
            level_below=LEVEL_BELOW.get(place.level, ""),
            **kwargs,
        )


class PlaceCreate(Changeable, RecordCreate):
    form_class: ClassVar[Any] = PlaceForm
    title = _("Add a place")
    success_message = _("The place is added.")

    def get_initial(self) -> dict[str, Any]:
        return {name: self.request.GET.get(name, "") for name in ("country", "parent", "level")}

    def get_cancel_url(self) -> str:
        return reverse("reference:places")


class PlaceChange(Changeable, RecordAction):
    model = Place
    slug_field = "pk"
    form_class: ClassVar[Any] = PlaceChangeForm
    title = _("Change a place")
    success_message = _("The place is changed.")


# --- lists --------------------------------------------------------------------------------------
class ListPage(Page):
    """A page about one of the coded lists."""

    entry: CodedList
    model: ClassVar[Any]

    def find(self, request: Any) -> None:
        if self.kwargs["name"] not in LISTS:
            raise Http404
        self.entry = LISTS[self.kwargs["name"]]
        self.model = self.entry.model  # type: ignore[misc]
        super().find(request)

    def get_cancel_url(self) -> str:
        return reverse("reference:list", args=[self.kwargs["name"]])

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()


class CodedRowList(Readable, ListPage):
    template_name = "reference/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.model.objects.visible_to(self.request.user).by_label()
        return super().get_context_data(
            **{"title": self.entry.title, "name": self.kwargs["name"], "rows": rows} | kwargs
        )


class CodedRowCreate(Changeable, ListPage, RecordCreate):
    title = _("Add to the list")
    success_message = _("The entry is added.")

    @property
    def form_class(self) -> Any:  # type: ignore[override]
        return row_form(self.model, adding=True)


class CodedRowChange(Changeable, ListPage, RecordAction):
    slug_field = "code"
    title = _("Change an entry of the list")
    success_message = _("The entry is changed.")

    @property
    def form_class(self) -> Any:  # type: ignore[override]
        return row_form(self.model, adding=False)
