"""What the page of an organisation shows of its agreements."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from partners.models import Agreement, Organisation


def agreements_of(organisation: Organisation, on: datetime.date) -> list[dict[str, Any]]:
    """Agreements, latest first, with where each stands on a day and its duties by city."""
    return [
        {"row": agreement, "state": _state(agreement, on), "cities": _cities(agreement, on)}
        for agreement in organisation.agreements.all()
    ]


def _state(agreement: Agreement, on: datetime.date) -> tuple[Any, str]:
    if agreement.runs_on(on):
        return _("In force"), "success"
    return (_("Later"), "info") if on < agreement.starts_on else (_("Over"), "neutral")


def _cities(agreement: Agreement, on: datetime.date) -> list[tuple[str, list[dict[str, Any]]]]:
    """Each city with the duties there; those whose last day is past can no longer be ended."""
    cities: dict[str, list[dict[str, Any]]] = {}
    for duty in agreement.city_duties.all():
        entry = {"row": duty, "is_over": duty.ends_on is not None and duty.ends_on < on}
        cities.setdefault(duty.office.name, []).append(entry)
    return list(cities.items())
