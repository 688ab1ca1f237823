"""Models of a case, one file per aggregate."""

from cases.models.calendar import Commitment
from cases.models.case import (
    Case,
    CaseEvent,
    CaseQuerySet,
    OfCaseQuerySet,
)
from cases.models.consent import Consent, Declaration
from cases.models.contact import ContactAttempt, ContactPoint
from cases.models.files import Document, Note, ProtectionEntry
from cases.models.handout import HandOut
from cases.models.handover import Handover, HandoverItem
from cases.models.mark import MarkRemoval
from cases.models.merge import Merge, MergedCase
from cases.models.person import Person, age_on, reporting_group
from cases.models.referral import Referral

__all__ = [
    "Case",
    "CaseEvent",
    "CaseQuerySet",
    "Commitment",
    "Consent",
    "ContactAttempt",
    "ContactPoint",
    "Declaration",
    "Document",
    "HandOut",
    "Handover",
    "HandoverItem",
    "MarkRemoval",
    "Merge",
    "MergedCase",
    "Note",
    "OfCaseQuerySet",
    "Person",
    "ProtectionEntry",
    "Referral",
    "age_on",
    "reporting_group",
]
