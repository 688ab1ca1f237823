"""Forms of assistance items, their approval, and uses a programme does not pay for."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from core.clock import today
from core.forms import ActionForm, DateField, reason_field
from programmes.models import Programme
from reintegration.forms.fields import columns_of
from reintegration.models import AssistanceItem, KindExclusion


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
        item = self.record if isinstance(self.record, AssistanceItem) else None
        case = item.plan.case if item else self.record.case
        paying = Programme.objects.running_on(today()).filter(
            Q(pk=case.programme_id) | Q(pk__in=Programme.objects.covering(case.country_id)),
            grant_ceilings__isnull=False,
        )
        offered = Q(pk__in=paying) | Q(pk=item.programme_id if item else None)
        self.fields["programme"].queryset = Programme.objects.visible_to(self.user).filter(offered)


class ChangeItemForm(ItemForm):
    """Changing an item that is not approved."""

    reason = reason_field(max_length=300, required=False)


class ApproveForm(ActionForm):
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


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
