"""What every page about one case shares; the apps above build their tabs and verbs on it."""

from typing import Any

from accounts.permissions import Permission
from cases import references
from cases.models import Case
from cases.presenters import steps_of
from core.views import RecordAction, RecordDetail, ScopedObject


class CaseObject(ScopedObject):
    """What every page about one case shares."""

    model = Case
    context_object_name = "case"

    def get_queryset(self) -> Any:
        return super().get_queryset().with_list_data()  # type: ignore[attr-defined]

    def clean_slug(self, value: str) -> str:
        return references.read(value) or value

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(steps=steps_of(self.object), **kwargs)


class CasePage(CaseObject, RecordDetail):
    """A tab of the case page; tabs of other apps inherit from it."""

    required_permission = Permission.VIEW_CASES


class CaseAction(CaseObject, RecordAction):
    """A verb on one case."""

    required_permission = Permission.EDIT_CASES


class CaseSubAction(CaseAction):
    """A verb that adds a row to the case and returns to the case page."""

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()
