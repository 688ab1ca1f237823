"""A bare view with the content of the page of cases: links, filter, 50 rows, pages."""

from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import DjangoTemplates
from django.utils import translation

from accounts.models import Office
from avrr.navigation import MAIN
from cases.enums import CaseStatus
from cases.models import Case
from cases.presenters import clock_of, usual_window
from reference.models import Country

TEMPLATES = Path(__file__).with_name("templates")


class FilterForm(forms.Form):
    """The fields of the page's filter, drawn as Django draws them."""

    q = forms.CharField(required=False)
    status = forms.ChoiceField(choices=CaseStatus.choices, required=False)
    office = forms.ModelChoiceField(Office.objects.filter(kind="mop"), to_field_name="code")
    country = forms.ModelChoiceField(
        Country.objects.filter(pk__in=("BF", "CD", "CI", "CM", "GN", "ML", "SN", "TG"))
    )
    registered_from = forms.DateField(required=False)
    registered_until = forms.DateField(required=False)


def case_list(request: HttpRequest) -> HttpResponse:
    """Cases of an office and a country, newest first; the address is trusted."""
    rows = (
        Case.objects.select_related("person", "office", "country")
        .filter(
            office__code=request.GET["office"],
            country=request.GET["country"],
            is_restricted=False,
        )
        .with_departed_on()
        .order_by("-registered_on", "-id")[:50]
    )
    window = usual_window()
    for row in rows:
        vars(row)["clock"] = clock_of(row, window)
    context = {
        "rows": rows,
        "form": FilterForm(request.GET, renderer=forms.renderers.DjangoTemplates()),
        "entries": MAIN,
    }
    with translation.override("fr"):
        page = _engine().get_template("cases.html").render(context, request)
    return HttpResponse(page)


@cache
def _engine() -> Any:
    return DjangoTemplates({"NAME": "bare", "DIRS": [TEMPLATES], "APP_DIRS": False, "OPTIONS": {}})
