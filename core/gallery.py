"""Samples for the component gallery at /ui/, a page for developers only."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest


class SampleForm(forms.Form):
    """One field of each kind."""

    fieldsets = (
        ("Identity", ("family_name", "born_on", "country")),
        ("Contact", ("phone", "languages", "reachable", "notes", "proof")),
    )

    family_name = forms.CharField(label="Family name", help_text="As written in the passport.")
    born_on = forms.DateField(
        label="Date of birth",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    country = forms.ChoiceField(
        label="Country",
        choices=[("", "Choose a country"), ("GN", "Guinea"), ("ML", "Mali")],
    )
    phone = forms.CharField(
        label="Phone", required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    languages = forms.MultipleChoiceField(
        label="Languages",
        choices=[("fr", "French"), ("ar", "Arabic"), ("ff", "Pular")],
        widget=forms.CheckboxSelectMultiple,
    )
    reachable = forms.ChoiceField(
        label="May we call?",
        choices=[("yes", "Yes"), ("no", "No"), ("mornings", "Only in the morning")],
        widget=forms.RadioSelect,
    )
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea)
    proof = forms.FileField(label="Proof", required=False, help_text="PDF, JPEG or PNG.")
    agreed = forms.BooleanField(label="The person has agreed to this.")


class SampleFilter(forms.Form):
    """A filter of a list."""

    name = forms.CharField(label="Name or reference", required=False)
    country = forms.ChoiceField(
        label="Country", required=False, choices=[("", "All"), ("GN", "Guinea")]
    )
    since = forms.DateField(
        label="Since", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


def icon_names() -> list[str]:
    """Every icon of the sprite."""
    sprite = settings.BASE_DIR / "static" / "img" / "icons.svg"
    return re.findall(r'<symbol id="([^"]+)"', sprite.read_text("utf-8"))


def samples(request: HttpRequest) -> dict[str, Any]:
    """The context of ``core/gallery.html``."""
    states = ["done"] * 4 + ["current"] + ["upcoming"] * 6
    names = [
        "Registered",
        "Oriented",
        "In training",
        "Ready to travel",
        "Departed",
        "Arrived",
    ]
    names += ["Contacted", "Plan agreed", "Project running", "Monitored", "Closed"]
    return {
        "title": "Components",
        "tones": ["neutral", "info", "progress", "success", "warning", "danger"],
        "form": SampleForm(),
        "wrong_form": SampleForm(
            {"family_name": "Diallo", "born_on": "2019-02-31"}, auto_id="wrong_%s"
        ),
        "filter_form": SampleFilter(request.GET or None, auto_id="filter_%s"),
        "facts": [
            ("Reference", "7KQM2-XWRTC"),
            ("Country", "Guinea"),
            ("Date of birth", None),
            ("Note", "Speaks Pular and French.\nPrefers to be called in the morning."),
        ],
        "steps": [
            {
                "label": name,
                "state": state,
                "on": "12/03/2019" if state == "done" else "",
            }
            for name, state in zip(names, states, strict=True)
        ],
        "events": [
            {
                "title": "Departed",
                "on": "2 May 2019",
                "by": "A. Benali",
                "tone": "success",
            },
            {
                "title": "Travel day moved",
                "on": "20 April 2019",
                "by": "A. Benali",
                "text": "The course ends on 30 April.",
                "tone": "warning",
            },
            {
                "title": "Registered",
                "on": "12 March 2019",
                "by": "S. Idrissi",
                "tone": "neutral",
            },
        ],
        "tabs": [
            {"label": "Overview", "url": "#overview", "active": True},
            {"label": "Training", "url": "#training", "active": False, "count": 2},
            {"label": "Journey", "url": "#journey", "active": False},
            {"label": "Reintegration", "url": "#reintegration", "active": False},
        ],
        "items": [
            {
                "label": "Mamadou D.",
                "url": "#",
                "detail": "No contact since arrival",
                "due": "3 May",
                "badge": "Late by 4 days",
                "tone": "danger",
            },
            {"label": "Aïssatou B.", "url": "#", "detail": "Plan waits for approval"},
        ],
        "columns": [
            {"label": "Module"},
            {"label": "Men", "number": True},
            {
                "label": "Women",
                "number": True,
                "sort_url": "?sort=women",
                "sorted": "descending",
            },
        ],
        "rows": [["Personal development", 667, 157], ["Business", 448, 110]],
        "foot": ["Total", "1,115", 267],
        "compared": [
            {
                "label": "Phone",
                "theirs": "+224 620 00 00 01",
                "yours": "",
                "differs": True,
            },
            {
                "label": "Country",
                "theirs": "Guinea",
                "yours": "Guinea",
                "differs": False,
            },
        ],
        "icons": icon_names(),
    }
