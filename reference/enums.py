"""Closed lists of the reference data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlaceLevel(models.TextChoices):
    """Levels of the place tree, from the widest to the narrowest (R021)."""

    REGION = "region", _("Region")
    PREFECTURE = "prefecture", _("Prefecture or province")
    LOCALITY = "locality", _("Locality")


# Each level hangs below one of these; a region hangs below its country.
PARENT_LEVELS: dict[str, frozenset[str]] = {
    PlaceLevel.REGION: frozenset(),
    PlaceLevel.PREFECTURE: frozenset({PlaceLevel.REGION}),
    PlaceLevel.LOCALITY: frozenset({PlaceLevel.REGION, PlaceLevel.PREFECTURE}),
}

# What is usually added below a place of this level.
LEVEL_BELOW: dict[str, str] = {
    PlaceLevel.REGION: PlaceLevel.PREFECTURE,
    PlaceLevel.PREFECTURE: PlaceLevel.LOCALITY,
}


class Certainty(models.TextChoices):
    """How sure the date of a holiday is: feasts of the lunar calendar are announced days before."""

    FIXED = "fixed", _("Fixed by law")
    OBSERVED = "observed", _("Observed")
    EXPECTED = "expected", _("Expected")


class RuleKind(models.TextChoices):
    """What kind of value a rule takes."""

    INTEGER = "int", _("Whole number")
    DECIMAL = "decimal", _("Decimal number")
    BOOLEAN = "bool", _("Yes or no")
    LIST = "list", _("List of whole numbers")


class RuleArea(models.TextChoices):
    """Part of the work that a rule belongs to; sections of the rules page."""

    CASES = "cases", _("Registration and cases")
    ORIENTATION = "orientation", _("Orientation")
    TRAINING = "training", _("Training")
    TRAVEL = "travel", _("Return travel")
    REINTEGRATION = "reintegration", _("Reintegration")
    MONITORING = "monitoring", _("Monitoring")
    REPORTS = "reports", _("Reports")
