"""REST resources of orientation and courses: the same scope, filters and services as the pages."""

from training.api.applications import ApplicationViewSet
from training.api.courses import EditionViewSet, EnrolmentViewSet, ModuleViewSet
from training.api.orientation import SessionViewSet

ROUTES = (
    ("orientation-sessions", SessionViewSet),
    ("modules", ModuleViewSet),
    ("editions", EditionViewSet),
    ("enrolments", EnrolmentViewSet),
    ("applications", ApplicationViewSet),
)
