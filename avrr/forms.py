"""Forms of the audit trail."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ActionForm


class RevealForm(ActionForm):
    """Why somebody looks at sealed values; the trail keeps it."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
