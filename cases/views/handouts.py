"""Information material handed out."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies, services
from cases.forms import handouts as forms
from cases.models import HandOut
from cases.pages import RuledAction
from core.clock import today
from core.views import RecordCreate, RecordList


class HandOutList(RecordList):
    model = HandOut
    required_permission = P.RUN_SESSIONS
    template_name = "cases/handout_list.html"
    title = _("Hand-outs")
    ordering = ("-on", "-id")
    audited = False

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("office", "programme", "language")


class LogHandOut(RecordCreate):
    required_permission = P.RUN_SESSIONS
    title = _("Log a hand-out")
    form_class = forms.HandOutForm
    success_message = _("The hand-out is logged.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def perform(self, form: Any) -> HandOut:
        return services.hand_out(by=self.request.user, **form.values())

    def get_success_url(self, result: Any) -> str:
        return reverse("cases:handout-list")

    def get_cancel_url(self) -> str:
        return reverse("cases:handout-list")


class CorrectHandOut(RuledAction):
    model = HandOut
    slug_field = "pk"
    required_permission = P.RUN_SESSIONS
    rule = policies.can_correct_hand_out
    title = _("Correct a hand-out")
    form_class = forms.HandOutCorrectionForm
    success_message = _("Corrected. The earlier value stays in the history.")

    def get_initial(self) -> dict[str, Any]:
        return {"quantity": self.object.quantity}

    def perform(self, form: Any) -> HandOut:
        return services.correct_hand_out(
            self.object,
            quantity=form.cleaned_data["quantity"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("cases:handout-list")

    def get_cancel_url(self) -> str:
        return reverse("cases:handout-list")
