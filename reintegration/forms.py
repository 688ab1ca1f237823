"""Forms of reintegration: they check shape; the rules are in the services."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms.models import fields_for_model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from cases.enums import ContactResult
from cases.models import ContactAttempt, ContactPoint
from core.clock import today
from core.forms import ActionForm, DateField, StagedFileField
from programmes.models import GrantCeiling, Programme
from reference.models import Sector
from reintegration.enums import ProjectKind
from reintegration.models import (
    AssistanceItem,
    Delivery,
    Disbursement,
    FirstContact,
    Goal,
    KindExclusion,
    Plan,
)
from reintegration.services.lifecycle import empty_sides
from reintegration.workflow import SIGNED

SPACES = str.maketrans("", "", " \u00a0\u202f'’")


class MoneyField(forms.DecimalField):
    """An amount as people write it: spaces between thousands, comma or point before cents."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 10)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("min_value", Decimal("0.01"))
        kwargs.setdefault(
            "error_messages",
            {
                "invalid": _("Enter an amount in figures, for example 1250.50."),
                "min_value": _("Enter an amount above zero."),
                "max_decimal_places": _("Enter at most two digits after the decimal sign."),
            },
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = value.translate(SPACES)
            if "." not in value:
                value = value.replace(",", ".", 1)
        return super().to_python(value)


def form_field(model_field: Any, **kwargs: Any) -> Any:
    """A model's column as we ask for it: our dates and amounts, short text areas."""
    kind = model_field.get_internal_type()
    if kind == "DateField":
        return model_field.formfield(form_class=DateField, **kwargs)
    if kind == "DecimalField":
        return MoneyField(label=capfirst(model_field.verbose_name), help_text=model_field.help_text)
    if kind == "TextField":
        kwargs["widget"] = forms.Textarea(attrs={"rows": 3})
    return model_field.formfield(**kwargs)


def columns_of(model: Any, *names: str) -> type[ActionForm]:
    """A form of these columns of a model, to be refined by a subclass."""
    fields = fields_for_model(model, names, formfield_callback=form_field)
    return type(f"{model.__name__}Columns", (ActionForm,), fields)


def reason_field(**kwargs: Any) -> forms.CharField:
    kwargs.setdefault("label", _("Reason"))
    kwargs.setdefault("help_text", _("It stays in the history."))
    return forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)


class ReasonForm(ActionForm):
    """A step back, with its reason."""

    reason = reason_field()


# --- contact ------------------------------------------------------------------------------------
class FirstContactForm(columns_of(FirstContact, "on", "initiated_by", "channel", "note")):
    """Who made the first contact, when and how (R118)."""

    contact_point = forms.ModelChoiceField(
        ContactPoint.objects.none(),
        required=False,
        label=_("Through"),
        help_text=_("The number or address that worked."),
    )
    field_order = ("on", "initiated_by", "channel", "contact_point", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_point"].queryset = usable_contacts(self.record)


class CorrectFirstContactForm(columns_of(FirstContact, "on", "initiated_by", "channel", "note")):
    """The first contact as it really was."""

    reason = reason_field()


class CallForm(columns_of(ContactAttempt, "on", "channel", "contact_point", "result", "note")):
    """One attempt to reach the person (R155)."""

    initiated_by_person = forms.BooleanField(label=_("The person contacted us"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_point"].queryset = usable_contacts(self.record)
        self.fields["result"].initial = ContactResult.NO_ANSWER


def usable_contacts(case: Any) -> Any:
    return ContactPoint.objects.filter(case=case, is_active=True)


# --- plan ---------------------------------------------------------------------------------------
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
    reason = reason_field(required=False)

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

    reason = reason_field(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_why(self, getattr(self.record, "plan", self.record))


class ChangeGoalForm(GoalForm):
    """The goal as it should be; the last one of its side asks why the side may be left."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_about_side(self, self.record)


class RemoveGoalForm(ReasonForm):
    """Taking a goal out; the last one of its side asks why the side is not needed (R119)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_about_side(self, self.record)


def ask_about_side(form: ActionForm, goal: Goal) -> None:
    """Where a side of a signed plan would be left empty: why it is not needed."""
    plan = goal.plan
    if plan.status in SIGNED and not plan.goals.filter(side=goal.side).exclude(pk=goal.pk).exists():
        name = f"{goal.side}_not_needed"
        form.fields[name] = Plan._meta.get_field(name).formfield(
            required=False, help_text=_("This is the only goal on that side.")
        )


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

    def not_needed(self) -> dict[str, str]:
        ending = "_not_needed"
        return {
            name.removesuffix(ending): value
            for name, value in self.cleaned_data.items()
            if name.endswith(ending)
        }


class AgreePlanForm(ActionForm):
    """The signature of the returnee."""

    signed_on = DateField(label=_("Signed by the person on"))
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class DayForm(ActionForm):
    """A step with its day."""

    on = DateField(label=_("Day"))
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class DayReasonForm(ActionForm):
    """A step with its day and reason."""

    on = DateField(label=_("Day"))
    reason = reason_field()


class ProjectKindForm(ActionForm):
    """Another kind of project, from a day on (R120)."""

    kind = forms.ChoiceField(label=_("Kind of project"), choices=ProjectKind.choices)
    from_on = DateField(label=_("From"))
    reason = reason_field()


# --- items --------------------------------------------------------------------------------------
class ItemForm(
    columns_of(
        AssistanceItem,
        "programme",
        "kind",
        "form",
        "description",
        "amount",
        "local_amount",
        "due_on",
        "payee_name",
        "payment_method",
    )
):
    """One thing a programme gives (R121)."""

    account_number = forms.CharField(
        label=_("Account or wallet number"),
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        help_text=_("Read by you and the finance officers of the programme only."),
    )
    fieldsets = (
        (
            _("What"),
            ("programme", "kind", "form", "description", "amount", "local_amount", "due_on"),
        ),
        (_("Payment"), ("payee_name", "payment_method", "account_number")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = (
            Programme.objects.visible_to(self.user).filter(grant_ceilings__isnull=False).distinct()
        )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        names = [name for name in self.fields if name in self.columns()]
        return {name: self.cleaned_data[name] for name in names}

    @classmethod
    def columns(cls) -> set[str]:
        return {name for _legend, names in cls.fieldsets for name in names}


class ChangeItemForm(ItemForm):
    """Changing an item that is not approved."""

    reason = reason_field(required=False)


class ApproveForm(ActionForm):
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class PayForm(columns_of(Disbursement, "paid_on", "amount", "method", "payee_name")):
    """The payment of an approved item, to the payee that was approved (R138)."""

    account_number = forms.CharField(
        label=_("Account or wallet number"),
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        help_text=_("The approved one; needed for bank transfers and mobile money."),
    )
    receipt = StagedFileField(
        label=_("Receipt"), required=False, help_text=_("PDF, JPEG or PNG; it can follow later.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class ReceiptForm(ActionForm):
    receipt = StagedFileField(label=_("Receipt"), help_text=_("PDF, JPEG or PNG."))


class DeliverForm(columns_of(Delivery, "delivered_on", "note")):
    """A thing given in kind has arrived."""


class ExclusionForm(columns_of(KindExclusion, "programme", "kind", "rule", "from_on")):
    """A use a programme does not pay for (R122)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = Programme.objects.filter(
            pk__in=self.user.programmes_for(Role.PROGRAMME_MANAGER)
        )
        self.fields["from_on"].initial = today


class EndExclusionForm(ActionForm):
    until_on = DateField(label=_("Last day"))
