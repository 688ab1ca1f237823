"""Models of orientation and courses, one file per subject."""

from training.models.applications import (
    Application,
    ApplicationStep,
    CriterionAnswer,
    SelectionCriterion,
)
from training.models.checklist import ChecklistItem, ChecklistTick
from training.models.editions import PARTNER_ROLES, Edition, EditionStep
from training.models.enrolments import AttendanceMark, Enrolment, EnrolmentStep
from training.models.modules import Equivalence, Module, ModuleVersion
from training.models.orientation import (
    Invitation,
    OrientationSession,
    SessionStep,
)
from training.models.overrides import EditionOverride
from training.models.sheets import SignedSheet

__all__ = [
    "PARTNER_ROLES",
    "Application",
    "ApplicationStep",
    "AttendanceMark",
    "ChecklistItem",
    "ChecklistTick",
    "CriterionAnswer",
    "Edition",
    "EditionOverride",
    "EditionStep",
    "Enrolment",
    "EnrolmentStep",
    "Equivalence",
    "Invitation",
    "Module",
    "ModuleVersion",
    "OrientationSession",
    "SelectionCriterion",
    "SessionStep",
    "SignedSheet",
]
