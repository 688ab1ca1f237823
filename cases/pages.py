"""What every page about one case shares; the apps above build their tabs and verbs on it."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from accounts.permissions import Permission
from cases import policies, references
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


class RuledAction(RecordAction):
    """A verb that is closed to whom the rule of its service refuses now, whatever their role."""

    #: A rule of ``policies``, asked with the user and the object; none: the permission is enough.
    rule: ClassVar[Callable[[Any, Any], bool] | None] = None

    def is_allowed(self) -> bool:
        rule = type(self).rule
        return rule is None or rule(self.request.user, self.object)

    def why_refused(self) -> str:
        """In words, from the case at hand where there is one."""
        case = self.object if isinstance(self.object, Case) else getattr(self.object, "case", None)
        if case is None:
            return _("You may not do this now.")
        return policies.why_refused(self.request.user, case)

    def refusal(self) -> str:
        return "" if self.is_allowed() else self.why_refused()


class CaseAction(CaseObject, RuledAction):
    """A verb on one case."""

    required_permission = Permission.EDIT_CASES


class CaseSubAction(CaseAction):
    """A verb that adds a row to the case and returns to the case page."""

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()
