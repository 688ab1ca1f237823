"""Forms of the reintegration plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import ActionForm, DateField, reason_field
from programmes.models import GrantCeiling
from reference.models import Sector
from reintegration.enums import ProjectKind
from reintegration.forms.fields import columns_of
from reintegration.models import Goal, Plan
from reintegration.services.lifecycle import empty_sides
from reintegration.workflow import SIGNED


def grounds_field(**kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Grounds of the ceiling"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For any other than the standard ceiling. It stays in the history."),
        **kwargs,
    )


class OpenPlanForm(
    columns_of(Plan, "project_kind", "sector", "description", "grant_category", "opened_on")
):
    """The beginning of a plan."""

    grant_grounds = grounds_field(required=False)
    field_order = (
        "project_kind",
        "sector",
        "description",
        "grant_category",
        "grant_grounds",
        "opened_on",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].queryset = Sector.objects.active().by_label()


class EditPlanForm(columns_of(Plan, "sector", "description", "grant_category")):
    """The words of a plan; a signed plan asks why they change, and keeps its ceiling."""

    grant_grounds = grounds_field(required=False)
    reason = reason_field(max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = self.record
        self.fields["sector"].queryset = Sector.objects.offered(keeping=[plan.sector_id]).by_label()
        if plan.status in SIGNED:
            del self.fields["grant_category"], self.fields["grant_grounds"]
        ask_why(self, plan)


class CeilingForm(ActionForm):
    """Another ceiling for an agreed plan (R132)."""

    grant_category = forms.ChoiceField(
        label=_("Ceiling that applies"), choices=GrantCeiling.Category.choices
    )
    grant_grounds = grounds_field()


class GoalForm(columns_of(Goal, "side", "text", "steps", "support", "due_on")):
    """One goal of one side (R119)."""

    reason = reason_field(max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_why(self, getattr(self.record, "plan", self.record))


class LeavingSideForm(ActionForm):
    """Where a side of a signed plan would be left empty: why it is not needed (R119)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        goal, plan = self.record, self.record.plan
        others = plan.goals.filter(side=goal.side).exclude(pk=goal.pk)
        if plan.status in SIGNED and not others.exists():
            name = f"{goal.side}_not_needed"
            self.fields[name] = Plan._meta.get_field(name).formfield(
                required=False, help_text=_("This is the only goal on that side.")
            )

    def values(self) -> dict[str, Any]:
        values = super().values()
        not_needed = values.pop(f"{self.record.side}_not_needed", "")
        return values | {"not_needed": not_needed}


class ChangeGoalForm(LeavingSideForm, GoalForm):
    """The goal as it should be."""


class RemoveGoalForm(LeavingSideForm):
    """Taking a goal out; earlier versions of the plan keep it."""

    reason = reason_field(max_length=300)


def ask_why(form: ActionForm, plan: Plan) -> None:
    """A signed plan changes with a reason; a draft without."""
    if plan.status in SIGNED:
        form.fields["reason"].required = True
    else:
        del form.fields["reason"]


class SubmitPlanForm(ActionForm):
    """Asks “not needed because” for each side without a goal (R119)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for side in empty_sides(self.record):
            name = f"{side}_not_needed"
            column = Plan._meta.get_field(name)
            self.fields[name] = column.formfield(
                required=False,
                initial=getattr(self.record, name),
                help_text=_("This side has no goal yet."),
            )

    def values(self) -> dict[str, Any]:
        reasons = super().values()
        return {
            "not_needed": {name.removesuffix("_not_needed"): why for name, why in reasons.items()}
        }


class AgreePlanForm(ActionForm):
    """The signature of the returnee, and the ceiling where it is not the standard one (R132)."""

    signed_on = DateField(label=_("Signed by the person on"))
    note = forms.CharField(label=_("Note"), required=False, max_length=500)
    confirms_ceiling = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = self.record
        if plan.grant_category == GrantCeiling.Category.STANDARD:
            del self.fields["confirms_ceiling"]
        else:
            self.fields["confirms_ceiling"].label = gettext(
                "I have checked the grounds of the ceiling “%(ceiling)s”."
            ) % {"ceiling": plan.get_grant_category_display()}


class ProjectKindForm(ActionForm):
    """Another kind of project, from a day on (R120)."""

    kind = forms.ChoiceField(label=_("Kind of project"), choices=ProjectKind.choices)
    from_on = DateField(label=_("From"))
    reason = reason_field(max_length=300)
