"""Models of reintegration, one file per aggregate."""

from reintegration.models.contact import FirstContact
from reintegration.models.decision import Approval, ItemEvent, OfItemQuerySet
from reintegration.models.history import (
    CeilingChange,
    PlanEvent,
    PlanVersion,
    ProjectEvent,
    ProjectKindChange,
)
from reintegration.models.item import AssistanceItem, KindExclusion
from reintegration.models.payment import (
    Delivery,
    Disbursement,
    PayeeAccount,
    Receipt,
    Reversal,
)
from reintegration.models.plan import Goal, Plan

__all__ = [
    "Approval",
    "AssistanceItem",
    "CeilingChange",
    "Delivery",
    "Disbursement",
    "FirstContact",
    "Goal",
    "ItemEvent",
    "KindExclusion",
    "OfItemQuerySet",
    "PayeeAccount",
    "Plan",
    "PlanEvent",
    "PlanVersion",
    "ProjectEvent",
    "ProjectKindChange",
    "Receipt",
    "Reversal",
]
