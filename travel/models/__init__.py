"""Models of the return travel, one file per aggregate."""

from travel.models.child import SAFEGUARDS, ChildGate, signed_gate
from travel.models.journey import Journey, JourneyEvent, JourneyQuerySet
from travel.models.override import TravelOverride
from travel.models.preparation import (
    CHECK_ITEMS,
    ArrivalNeed,
    DepartureCheck,
    TravelStep,
)

__all__ = [
    "CHECK_ITEMS",
    "SAFEGUARDS",
    "ArrivalNeed",
    "ChildGate",
    "DepartureCheck",
    "Journey",
    "JourneyEvent",
    "JourneyQuerySet",
    "TravelOverride",
    "TravelStep",
    "signed_gate",
]
