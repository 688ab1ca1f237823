"""Closed lists of first contact, plan, assistance and payment."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Initiator(models.TextChoices):
    PERSON = "person", _("The person")
    OFFICE = "office", _("The office")


class Reachability(models.TextChoices):
    """Whether somebody answers (R155)."""

    REACHABLE = "reachable", _("Reachable")
    HARD = "hard", _("Hard to reach")
    LOST = "lost", _("No news")


class PlanStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    AGREED = "agreed", _("Agreed")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETED = "completed", _("Completed")
    SUSPENDED = "suspended", _("Suspended")
    CLOSED_INCOMPLETE = "closed_incomplete", _("Closed before its end")


class ProjectKind(models.TextChoices):
    INDIVIDUAL = "individual", _("Individual")
    COLLECTIVE = "collective", _("Collective")
    COMMUNITY = "community", _("Community-based")


class Side(models.TextChoices):
    """The three sides every plan looks at (R119)."""

    ECONOMIC = "economic", _("Economic")
    SOCIAL = "social", _("Social")
    PSYCHOSOCIAL = "psychosocial", _("Psychosocial")


class ProjectStep(models.TextChoices):
    BEGUN = "begun", _("Project begun")
    DONE = "done", _("Project done")


class ItemKind(models.TextChoices):
    """What assistance may be used for (R122, R123)."""

    VOCATIONAL_TRAINING = "vocational_training", _("Vocational training")
    BASIC_EDUCATION = "basic_education", _("Basic education")
    MEDICAL = "medical", _("Medical help")
    HOUSING = "housing", _("Building a home")
    BUSINESS = "business", _("Business")
    JOB_PLACEMENT = "job_placement", _("Job placement")
    SHELTER = "shelter", _("Shelter")
    FOOD = "food", _("Food")
    PSYCHOSOCIAL = "psychosocial", _("Psychosocial help")
    OTHER = "other", _("Other")


#: Help for the most vulnerable; it does not wait for a signed plan.
SOCIAL_ASSISTANCE = frozenset(
    {ItemKind.SHELTER, ItemKind.FOOD, ItemKind.MEDICAL, ItemKind.PSYCHOSOCIAL}
)


class SupportForm(models.TextChoices):
    IN_KIND = "in_kind", _("In kind")
    CASH = "cash", _("In cash")


class ItemStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    PAID = "paid", _("Paid")
    DELIVERED = "delivered", _("Delivered")
    CANCELLED = "cancelled", _("Cancelled")


class Decision(models.TextChoices):
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class PaymentMethod(models.TextChoices):
    CASH = "cash", _("Cash")
    MOBILE_MONEY = "mobile_money", _("Mobile money")
    BANK = "bank", _("Bank transfer")
    SUPPLIER = "supplier", _("To the supplier")


#: Ways of paying that need a number to pay to.
NEEDS_ACCOUNT = frozenset({PaymentMethod.MOBILE_MONEY, PaymentMethod.BANK})
