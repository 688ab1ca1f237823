"""REST resources of reintegration; the rules are those of the services."""

from reintegration.api.contacts import FirstContactStepViewSet, FirstContactViewSet
from reintegration.api.items import AssistanceItemViewSet
from reintegration.api.payments import DeliveryViewSet, DisbursementViewSet
from reintegration.api.plans import GoalViewSet, PlanViewSet

ROUTES = [
    ("cases", FirstContactViewSet),
    ("cases", FirstContactStepViewSet),
    ("plans", PlanViewSet),
    ("plans/(?P<reference>[^/]+)/goals", GoalViewSet),
    ("assistance-items", AssistanceItemViewSet),
    ("disbursements", DisbursementViewSet),
    ("deliveries", DeliveryViewSet),
]
