"""REST resources of cases and referrals: the same scope, filters and services as the pages."""

from cases.api.cases import CaseViewSet
from cases.api.contacts import ContactPointViewSet
from cases.api.referrals import ReferralViewSet

ROUTES = (
    ("cases", CaseViewSet),
    ("contact-points", ContactPointViewSet),
    ("referrals", ReferralViewSet),
)
