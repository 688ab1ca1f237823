"""REST resources of orientation and courses: the same scope, filters and services as the pages."""

from training.api.applications import ApplicationViewSet
from training.api.editions import EditionViewSet, SheetViewSet
from training.api.enrolments import EnrolmentViewSet
from training.api.modules import ModuleViewSet
from training.api.orientation import SessionViewSet
from training.api.overrides import EditionExceptionViewSet

ROUTES = (
    ("orientation-sessions", SessionViewSet),
    ("modules", ModuleViewSet),
    ("editions", EditionViewSet),
    ("attendance-sheets", SheetViewSet),
    ("edition-exceptions", EditionExceptionViewSet),
    ("enrolments", EnrolmentViewSet),
    ("applications", ApplicationViewSet),
)
