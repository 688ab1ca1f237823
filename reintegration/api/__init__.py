"""REST resources of reintegration; the rules are those of the services."""

from reintegration.api.contacts import FirstContactViewSet
from reintegration.api.items import AssistanceItemViewSet
from reintegration.api.payments import DeliveryViewSet, DisbursementViewSet
from reintegration.api.plans import PlanViewSet

ROUTES = [
    ("cases", FirstContactViewSet),
    ("plans", PlanViewSet),
    ("assistance-items", AssistanceItemViewSet),
    ("disbursements", DisbursementViewSet),
    ("deliveries", DeliveryViewSet),
]
