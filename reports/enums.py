"""Closed lists of reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import RunStatus
from reports.disclosure import Audience

RUN_TONES = {
    RunStatus.QUEUED: "neutral",
    RunStatus.RUNNING: "progress",
    RunStatus.DONE: "success",
    RunStatus.FAILED: "danger",
}


class Reader(models.TextChoices):
    """For whom a report is made; what it protects follows from it."""

    DONOR = Audience.DONOR.value, _("Donor")
