"""Closed lists of questionnaires, answers, scores and follow-up."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionnaireKind(models.TextChoices):
    REINTEGRATION = "reintegration", _("Reintegration survey")
    ORIENTATION_FEEDBACK = "orientation_feedback", _("Feedback on an orientation session")
    MODULE_FEEDBACK = "module_feedback", _("Survey at the end of a course")
    USEFULNESS = "usefulness", _("Usefulness of skills after return")
    PREFERENCES = "preferences", _("Training preferences")


#: Asked in the country of origin, after the arrival.
AFTER_RETURN = frozenset({QuestionnaireKind.REINTEGRATION, QuestionnaireKind.USEFULNESS})
#: Asked at the orientation point, before the departure.
BEFORE_DEPARTURE = frozenset({QuestionnaireKind.PREFERENCES})
#: Answered on the page of a case; the others belong to a session or a course.
OF_A_CASE = AFTER_RETURN | BEFORE_DEPARTURE


class ScoringStatus(models.TextChoices):
    """Whether questions, scores and weights are those of the official instrument."""

    PROVISIONAL = "provisional", _("Provisional")
    OFFICIAL = "official", _("Official")


class Dimension(models.TextChoices):
    ECONOMIC = "economic", _("Economic")
    SOCIAL = "social", _("Social")
    PSYCHOSOCIAL = "psychosocial", _("Psychosocial")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("One answer")
    MULTIPLE = "multiple", _("Several answers")
    RANK = "rank", _("Several answers in order of preference")
    NUMBER = "number", _("Number")
    TEXT = "text", _("Text")


#: Answered with options, and hence counted.
WITH_OPTIONS = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.RANK})


class CountsAs(models.TextChoices):
    """What an option means for the score (domain rule on missing answers)."""

    SCORED = "scored", _("Answer")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    MISSING = "missing", _("No answer")


class Channel(models.TextChoices):
    PAPER = "paper", _("Paper form")
    OWN_PHONE = "own_phone", _("Own phone")
    KIOSK = "kiosk", _("Shared tablet or computer")
    INTERVIEW = "interview", _("Interview")


class Respondent(models.TextChoices):
    SELF = "self", _("The person")
    RELATIVE = "relative", _("A relative")
    GUARDIAN = "guardian", _("The guardian")


class ScoreBand(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class FollowUpKind(models.TextChoices):
    SURVEY = "survey", _("Visit with the reintegration survey")
    VISIT = "visit", _("Visit")


class FollowUpStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    NOT_POSSIBLE = "not_possible", _("Not possible")
    CANCELLED = "cancelled", _("Cancelled")


class FollowUpObstacle(models.TextChoices):
    """Why a follow-up could not take place."""

    UNREACHABLE = "unreachable", _("Could not be reached")
    REFUSED = "refused", _("Does not wish to take part")
    MOVED = "moved", _("Moved away")
    DECEASED = "deceased", _("Deceased")
