"""Closed lists of the case and the person."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class ReportingGroup(models.TextChoices):
    """The four exclusive groups of the reports, and who is in none (R018)."""

    MEN = "men", _("Men")
    WOMEN = "women", _("Women")
    BOYS = "boys", _("Boys")
    GIRLS = "girls", _("Girls")
    NOT_STATED = "not_stated", _("Not stated")


class BirthPrecision(models.TextChoices):
    DAY = "day", _("Exact day")
    YEAR = "year", _("Year only")


class CaseStatus(models.TextChoices):
    REGISTERED = "registered", _("Registered")
    ORIENTED = "oriented", _("Oriented")
    IN_TRAINING = "in_training", _("In training")
    READY_TO_TRAVEL = "ready_to_travel", _("Ready to travel")
    DEPARTED = "departed", _("Departed")
    ARRIVED = "arrived", _("Arrived")
    CONTACTED = "contacted", _("First contact made")
    PLAN_AGREED = "plan_agreed", _("Plan agreed")
    PROJECT_RUNNING = "project_running", _("Project running")
    MONITORED = "monitored", _("Monitored")
    CLOSED = "closed", _("Closed")


class CaseOutcome(models.TextChoices):
    COMPLETED = "completed", _("Reintegration followed to its end")
    RETURNED = "returned", _("Returned, follow-up ended")
    WITHDRAWN = "withdrawn", _("Withdrew")
    SILENT = "silent", _("No news")
    NOT_RETURNED = "not_returned", _("Did not return before the end of the programme")
    INELIGIBLE = "ineligible", _("Not eligible")
    DUPLICATE = "duplicate", _("Registered twice")
    DECEASED = "deceased", _("Deceased")


#: What a case may be closed with; “registered twice” comes from joining two files (R037).
CLOSING_OUTCOMES = [
    (outcome.value, outcome.label) for outcome in CaseOutcome if outcome != CaseOutcome.DUPLICATE
]


class EducationLevel(models.TextChoices):
    NONE = "none", _("No schooling")
    PRIMARY_PARTIAL = "primary_partial", _("Primary school, not completed")
    PRIMARY = "primary", _("Primary school")
    SECONDARY_PARTIAL = "secondary_partial", _("Secondary school, not completed")
    SECONDARY = "secondary", _("Secondary school")
    VOCATIONAL = "vocational", _("Vocational training")
    HIGHER = "higher", _("Higher education")


class FamilySituation(models.TextChoices):
    SINGLE = "single", _("Single")
    COUPLE = "couple", _("Married or in a couple")
    SEPARATED = "separated", _("Separated or divorced")
    WIDOWED = "widowed", _("Widowed")


class TimeAbroad(models.TextChoices):
    UNDER_1 = "under_1", _("Less than 1 year")
    FROM_1_TO_3 = "from_1_to_3", _("1 to 3 years")
    FROM_3_TO_5 = "from_3_to_5", _("3 to 5 years")
    OVER_5 = "over_5", _("More than 5 years")


class LifePlan(models.TextChoices):
    """What a person mainly wants to do after the return (R022)."""

    BUSINESS = "business", _("Business or trade of one's own")
    EMPLOYMENT = "employment", _("Paid work")
    TRAINING = "training", _("Vocational training")
    STUDIES = "studies", _("School or studies")
    FAMILY = "family", _("Life with the family")
    COLLECTIVE = "collective", _("Project with others")
    UNDECIDED = "undecided", _("Not decided yet")
    OTHER = "other", _("Something else")


class ConsentPurpose(models.TextChoices):
    """What a person may agree to, one by one (security.md §4.2)."""

    PROCESSING = "processing", _("Handling of the return and reintegration request")
    SHARE_WITH_ORIGIN = (
        "share_with_origin",
        _("Sharing with the office of the country of origin"),
    )
    TRAINING_PARTNER = "training_partner", _("Sharing with the training organisation")
    SERVICE_PARTNER = "service_partner", _("Sharing with a service organisation")
    HEALTH_REFERRAL = "health_referral", _("Referral to health or protection services")
    FOLLOW_UP = "follow_up", _("Calls and visits after the return")
    STORY = "story", _("Publication of a story or photo")
    RESEARCH = "research", _("Research")


class ConsentAnswer(models.TextChoices):
    GIVEN = "given", _("Given")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ConsentGiver(models.TextChoices):
    SELF = "self", _("The person")
    GUARDIAN = "guardian", _("Guardian, with proof")
    BEST_INTEREST = "best_interest", _("Best-interest decision")


class ContactKind(models.TextChoices):
    PHONE = "phone", _("Phone")
    MESSAGING = "messaging", _("Messaging")
    EMAIL = "email", _("E-mail")
    ADDRESS = "address", _("Address")
    SOCIAL = "social", _("Social network")


class ContactOwner(models.TextChoices):
    SELF = "self", _("The person")
    RELATIVE = "relative", _("Relative")
    FRIEND = "friend", _("Friend")
    COMMUNITY = "community", _("Community contact")


class ContactChannel(models.TextChoices):
    CALL = "call", _("Call")
    MESSAGE = "message", _("Message")
    VISIT = "visit", _("Visit")
    OFFICE = "office", _("Came to the office")
    EMAIL = "email", _("E-mail")


class ContactResult(models.TextChoices):
    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    REFUSED = "refused", _("Does not wish to be contacted")


class CommitmentKind(models.TextChoices):
    ORIENTATION = "orientation", _("Orientation session")
    COURSE = "course", _("Course")
    TRAVEL = "travel", _("Journey")


class HandoverStatus(models.TextChoices):
    DRAFT = "draft", _("In preparation")
    SENT = "sent", _("Sent")
    OPENED = "opened", _("Opened")
    ACCEPTED = "accepted", _("Accepted")
    QUESTIONED = "questioned", _("Returned with a question")


class HandoverItemKind(models.TextChoices):
    LEARNED = "learned", _("What was learned")
    TOLD = "told", _("What was told")
    NEED = "need", _("Needs on arrival")
    WISH = "wish", _("Wishes")


#: What people write down for the office of origin; what was learned follows from the courses.
WRITTEN_BY_HAND = (HandoverItemKind.TOLD, HandoverItemKind.NEED, HandoverItemKind.WISH)


class MergeStatus(models.TextChoices):
    """Of the joining of two files of one person (R037)."""

    PROPOSED = "proposed", _("Waiting for a second person")
    DONE = "done", _("Joined")
    DECLINED = "declined", _("Not joined")
    UNDONE = "undone", _("Undone")


class ReferralStatus(models.TextChoices):
    RECEIVED = "received", _("Received")
    REGISTERED = "registered", _("Registered")
    NOT_REGISTERED = "not_registered", _("Not registered")


class DocumentKind(models.TextChoices):
    DECLARATION = "declaration", _("Signed declaration")
    CONSENT = "consent", _("Signed consent")
    IDENTITY = "identity", _("Identity document")
    PHOTO = "photo", _("Photo")
    OTHER = "other", _("Other document")
