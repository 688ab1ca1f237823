"""REST resources of reintegration; the rules are those of the services."""

from reintegration.api.contacts import FirstContactStepViewSet, FirstContactViewSet
from reintegration.api.items import AssistanceItemViewSet
from reintegration.api.payments import DeliveryViewSet, DisbursementViewSet
from reintegration.api.plans import PlanViewSet

ROUTES = [
    ("cases", FirstContactViewSet),
    ("cases", FirstContactStepViewSet),
    ("plans", PlanViewSet),
    ("assistance-items", AssistanceItemViewSet),
    ("disbursements", DisbursementViewSet),
    ("deliveries", DeliveryViewSet),
]
