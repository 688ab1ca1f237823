"""What a programme that was amended afterwards means for those already registered."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.permissions import Permission as P
from cases import services
from cases.models import Case
from cases.pages import RuledAction
from cases.services.eligibility import covered_without_programme
from programmes.models import Programme
from programmes.policies import can_manage


class AssignProgramme(RuledAction):
    """How many people registered without a programme are covered now, and taking them in (R019)."""

    model = Programme
    slug_field = "code"
    required_permission = P.MANAGE_PROGRAMMES
    rule = can_manage
    title = _("People registered without a programme")
    intro = _(
        "A country or a condition that was recorded after its day reaches those registered in "
        "between only here. Whoever has a programme keeps it."
    )
    submit_label = _("Take them into the programme")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        covered = covered_without_programme(self.object)
        facts = [
            (Programme._meta.verbose_name.capitalize(), self.object.name),
            (_("Registered without a programme and covered now"), len(covered)),
        ]
        return super().get_context_data(facts=facts, **kwargs)

    def perform(self, form: Any) -> list[Case]:
        return services.assign_programme_many(self.object, by=self.request.user)

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()

    def get_success_message(self, result: list[Case]) -> str:
        return ngettext(
            "%(number)s case now belongs to the programme.",
            "%(number)s cases now belong to the programme.",
            len(result),
        ) % {"number": len(result)}
