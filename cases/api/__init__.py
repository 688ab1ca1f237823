"""REST resources of cases and referrals: the same scope, filters and services as the pages."""

from cases.api.cases import CaseViewSet
from cases.api.contacts import AttemptViewSet, ContactPointViewSet
from cases.api.papers import DocumentViewSet
from cases.api.referrals import ReferralViewSet

ROUTES = (
    ("cases", CaseViewSet),
    ("contact-attempts", AttemptViewSet),
    ("contact-points", ContactPointViewSet),
    ("documents", DocumentViewSet),
    ("referrals", ReferralViewSet),
)
