"""The safeguards of a child travelling alone; protection officers only."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases.pages import CaseAction, CasePage
from core import audit
from core.forms import ReasonForm
from travel import forms, policies, services
from travel.models import SAFEGUARDS, ChildGate
from travel.views.base import VersionOfRow


class ChildCases:
    """Files of children travelling alone, of those one may open."""

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().filter(is_restricted=True)  # type: ignore[misc]


class ChildGatePage(ChildCases, CasePage):
    """The six safeguards, who recorded them and who signed."""

    required_permission = P.VIEW_PROTECTION
    template_name = "travel/child_gate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, user = self.object, self.request.user
        gate = (
            ChildGate.objects.visible_to(user)
            .filter(case=case)
            .select_related("recorded_by", "decided_by")
            .first()
        )
        if gate is not None:
            gate.case = case
            audit.read(user, gate)
        return super().get_context_data(
            gate=gate,
            points=gate.points if gate else [(label, False) for label, _names in SAFEGUARDS],
            can_record=policies.can_record_gate(user, case),
            can_sign=gate is not None and policies.can_sign_gate(user, gate),
            **kwargs,
        )


class GateAction(ChildCases, VersionOfRow, CaseAction):
    """A verb on the safeguards of one child."""

    required_permission = P.VIEW_PROTECTION
    template_name = "travel/action.html"

    def row(self) -> ChildGate | None:
        return ChildGate.objects.filter(case=self.object).first()

    def get_cancel_url(self) -> str:
        return reverse("travel:child-gate", args=[self.object.reference])


class RecordGate(GateAction):
    rule = policies.can_record_gate
    form_class = forms.GateForm
    title = _("Safeguards of a child travelling alone")
    intro = _(
        "No child travels alone without all six, signed by a second person. There is no exception. "
        "Every change takes the signature back."
    )
    success_message = _("The safeguards are saved; another protection officer signs them.")

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form shows the names of guardian, escort and receiver: a read of the safeguards."""
        if gate := self.row():
            audit.read(request.user, gate)
        return super().get(request, *args, **kwargs)

    def perform(self, form: Any) -> Any:
        return services.record_gate(self.object, values=form.values(), by=self.request.user)


class SignedGate(GateAction):
    """A verb on safeguards that exist."""

    gate: ChildGate

    def find(self, request: Any) -> None:
        super().find(request)
        gate = self.row()
        if gate is None:
            raise Http404
        gate.case = self.object
        self.gate = gate


class SignGate(SignedGate):
    required_permission = P.DECIDE_CHILD_RETURN

    def is_allowed(self) -> bool:
        return policies.can_sign_gate(self.request.user, self.gate)

    title = _("Sign the safeguards")
    intro = _("You answer for it that all six safeguards are there and right.")
    submit_label = _("Sign")
    success_message = _("Signed: the child may travel once the journey is ready.")

    def perform(self, form: Any) -> Any:
        return services.sign_gate(self.gate, by=self.request.user)


class RevokeGate(SignedGate):
    rule = policies.can_record_gate
    form_class = ReasonForm
    title = _("Take the signature back")
    danger = True
    success_message = _("The signature is taken back: the child may not travel.")

    def perform(self, form: Any) -> Any:
        return services.revoke_gate(
            self.gate, reason=form.cleaned_data["reason"], by=self.request.user
        )
