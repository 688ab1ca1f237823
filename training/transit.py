"""Courses in places of transit: how full they were, and the warning that follows (R063, R090)."""

import datetime
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import Office
from core.rounding import percent
from training.enums import EditionStatus, EnrolmentStatus
from training.models import Edition, Enrolment


@dataclass(frozen=True, kw_only=True)
class FillRate:
    """How many of the places of a city's courses were taken in a year (R090)."""

    year: int
    taken: int
    places: int


def fill_rate(office: Office, year: int) -> FillRate:
    """Of the courses that began in a year and were not cancelled."""
    held = Edition.objects.filter(office=office, starts_on__year=year)
    held = held.exclude(status=EditionStatus.CANCELLED)
    places = held.aggregate(total=Sum("capacity"))["total"] or 0
    people = Enrolment.objects.filter(edition__in=held)
    taken = people.exclude(status=EnrolmentStatus.WITHDRAWN).count()
    return FillRate(year=year, taken=taken, places=places)


def transit_warning(office: Office, on: datetime.date) -> str:
    """Why a course in a place of transit is to be thought over; empty elsewhere (R063, R090)."""
    if not office.is_transit:
        return ""
    rate = fill_rate(office, on.year - 1)
    share = percent(rate.taken, rate.places)
    place = _("%(city)s is a place of transit: people rarely stay long enough for a course.")
    if share is not None:
        last = _("In %(year)s, %(taken)s of %(places)s places there were taken (%(percent)s %%).")
    else:
        last = _("In %(year)s, no course was held there.")
    return f"{place} {last}" % {
        "city": office.name,
        "year": rate.year,
        "taken": rate.taken,
        "places": rate.places,
        "percent": "" if share is None else number_format(share),
    }
