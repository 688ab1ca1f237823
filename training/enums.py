"""Closed lists of orientation and courses."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SessionMode(models.TextChoices):
    GROUP = "group", _("Group session")
    INDIVIDUAL = "individual", _("Individual counselling")


class SessionStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class InvitationAnswer(models.TextChoices):
    OPEN = "open", _("No answer yet")
    ACCEPTED = "accepted", _("Will come")
    DECLINED = "declined", _("Will not come")


class AbsenceReason(models.TextChoices):
    """Why somebody declines an orientation session or stays away (R056)."""

    WORK = "work", _("At work")
    DISTANCE = "distance", _("Too far, or no transport")
    HEALTH = "health", _("Ill")
    CHILD_CARE = "child_care", _("Nobody to look after the children")
    DATE = "date", _("The date does not suit")
    TRAVEL = "travel", _("Travels before")
    NOT_INTERESTED = "not_interested", _("Does not wish to take part")
    CHANGED_MIND = "changed_mind", _("No longer wishes to return")
    UNREACHABLE = "unreachable", _("Could not be reached")
    OTHER = "other", _("Other reason")


class Attendance(models.TextChoices):
    UNKNOWN = "unknown", _("Not called yet")
    PRESENT = "present", _("Present")
    ABSENT = "absent", _("Absent")


class Outcome(models.TextChoices):
    """What a participant leaves an orientation session with (R059); services are reference data."""

    PERSONAL_DEVELOPMENT = "personal_development", _("Course: personal development")
    BUSINESS = "business", _("Course: business creation")
    HANDICRAFT = "handicraft", _("Course: handicraft")
    AGRICULTURE = "agriculture", _("Course: agricultural products")
    NONE = "none", _("Nothing recommended")


class ModuleGroup(models.TextChoices):
    """What modules are counted under, whichever scheme they belong to (R072, R082)."""

    PERSONAL_DEVELOPMENT = "personal_development", _("Personal development")
    BUSINESS = "business", _("Business creation")
    HANDICRAFT = "handicraft", _("Handicraft")
    AGRICULTURE = "agriculture", _("Agricultural products")


class EditionStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


class EnrolmentStatus(models.TextChoices):
    NOMINATED = "nominated", _("Nominated")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged by the partner")
    ENROLLED = "enrolled", _("Enrolled")
    STARTED = "started", _("Started")
    COMPLETED = "completed", _("Completed")
    NOT_COMPLETED = "not_completed", _("Not completed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class EnrolmentReason(models.TextChoices):
    """Why somebody does not start or not finish a course (R100)."""

    SUPPORT_MISSING = "support_missing", _("Support for attending is missing")
    TRAVEL_DATE = "travel_date", _("The travel date comes first")
    CHILD_CARE = "child_care", _("Nobody to look after the children")
    HEALTH = "health", _("Health")
    WORK = "work", _("Found work")
    CHANGED_MIND = "changed_mind", _("No longer wishes to attend")
    ABSENCES = "absences", _("Too many absences")
    NO_SHOW = "no_show", _("Never came")
    PARTNER = "partner", _("The training partner has no place")
    EDITION_CANCELLED = "edition_cancelled", _("The course was cancelled")
    PROGRAMME = "programme", _("Caused by the programme")
    MISTAKE = "mistake", _("Recorded by mistake")
    OTHER = "other", _("Other reason")


#: What somebody chooses as a reason; the others follow from what happens to the course.
CHOSEN_REASONS = frozenset(EnrolmentReason) - {
    EnrolmentReason.EDITION_CANCELLED,
    EnrolmentReason.PROGRAMME,
}
CHOSEN_REASON_CHOICES = [(why.value, why.label) for why in EnrolmentReason if why in CHOSEN_REASONS]


class ApplicationStatus(models.TextChoices):
    """How far an application for a vocational place is (R074)."""

    SUBMITTED = "submitted", _("Waiting for a decision")
    ACCEPTED = "accepted", _("Accepted")
    WAITING = "waiting", _("On the waiting list")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Fit(models.TextChoices):
    """How far somebody meets a criterion of selection (R074)."""

    MET = "met", _("Met")
    PARTLY = "partly", _("Partly met")
    NOT_MET = "not_met", _("Not met")


class Half(models.TextChoices):
    AM = "am", _("Morning")
    PM = "pm", _("Afternoon")


class Mark(models.TextChoices):
    PRESENT = "present", _("Present")
    LATE = "late", _("Late")
    ABSENT = "absent", _("Absent")
