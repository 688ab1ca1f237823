"""Pages of the organisations we work with (R013, R087, R201, R203)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from core.clock import today
from core.views import RecordDetail, RecordList
from partners import filters, presenters
from partners.models import Organisation


class OrganisationList(RecordList):
    model = Organisation
    required_permission = P.VIEW_REFERENCE
    template_name = "partners/list.html"
    title = _("Partners")
    filterset_class = filters.OrganisationFilter
    ordering = ("name", "id")
    audited = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        day = today()
        context["organisations"] = [
            {"row": row, "agreements": [a for a in row.agreements.all() if a.runs_on(day)]}
            for row in context["rows"]
        ]
        return context


class OrganisationDetail(RecordDetail):
    model = Organisation
    required_permission = P.VIEW_REFERENCE
    slug_field = "code"
    context_object_name = "organisation"
    template_name = "partners/detail.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().with_duties()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=self.object.name,
            agreements=presenters.agreements_of(self.object, today()),
            **kwargs,
        )
