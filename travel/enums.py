"""Closed lists of the journey."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JourneyStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    CONFIRMED = "confirmed", _("Confirmed")
    DEPARTED = "departed", _("Departed")
    ARRIVED = "arrived", _("Arrived")
    CANCELLED = "cancelled", _("Cancelled")


class TicketSource(models.TextChoices):
    """Who pays the ticket (R106)."""

    MINISTRY = "ministry_of_interior", _("Contribution of the Ministry of Interior")
    PROGRAMME = "programme", _("Programme")


class EventKind(models.TextChoices):
    PLANNED = "planned", _("Journey planned")
    MOVED = "moved", _("Day of travel changed")
    CONFIRMED = "confirmed", _("Journey confirmed")
    PUT_BACK = "put_back", _("Confirmation taken back")
    OVERRIDDEN = "overridden", _("Day of travel changed by an approved exception")
    DEPARTED = "departed", _("Departed")
    DEPARTURE_CORRECTED = "departure_corrected", _("Day of departure corrected")
    DEPARTURE_UNDONE = "departure_undone", _("Departure taken back")
    ARRIVED = "arrived", _("Arrival confirmed")
    ARRIVAL_CORRECTED = "arrival_corrected", _("Day of arrival corrected")
    ARRIVAL_UNDONE = "arrival_undone", _("Arrival taken back")
    CANCELLED = "cancelled", _("Journey cancelled")


#: What is never done without saying why (R106).
REASONED_EVENTS = (
    EventKind.MOVED,
    EventKind.PUT_BACK,
    EventKind.OVERRIDDEN,
    EventKind.DEPARTURE_CORRECTED,
    EventKind.DEPARTURE_UNDONE,
    EventKind.ARRIVAL_CORRECTED,
    EventKind.ARRIVAL_UNDONE,
    EventKind.CANCELLED,
)


class StepKind(models.TextChoices):
    """Procedures of the authorities before a journey (R107)."""

    LAISSEZ_PASSER = "laissez_passer", _("Laissez-passer")
    EXIT_AUTHORISATION = "exit_authorisation", _("Exit authorisation")
    FITNESS = "fitness", _("Fitness to travel")
    TICKET = "ticket", _("Ticket")


class StepStatus(models.TextChoices):
    NOT_NEEDED = "not_needed", _("Not needed")
    REQUESTED = "requested", _("Requested")
    OBTAINED = "obtained", _("Obtained")
    REFUSED = "refused", _("Refused")


class NeedKind(models.TextChoices):
    SHELTER = "shelter", _("Shelter")
    MEDICAL = "medical", _("Medical care")
    CHILD_RECEPTION = "child_reception", _("Reception of a child")
    OTHER = "other", _("Other need")


class OverrideCause(models.TextChoices):
    """Why somebody must leave before the end of a started course (R109)."""

    MEDICAL = "medical", _("Medical urgency")
    ONLY_SEAT = "only_seat", _("Only seat available")
    FAMILY = "family", _("Urgent family matter")
    OTHER = "other", _("Other cause")


class Determination(models.TextChoices):
    """What was found to be best for a child."""

    RETURN = "return", _("Return is in the child's best interest")
    OTHER = "other", _("Another solution is in the child's best interest")
