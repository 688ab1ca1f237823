"""Exceptions for the days of courses: the list, and the decision of a second person (R108)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import override_pages
from core import audit, records
from training import policies, services
from training.models import Edition, EditionOverride
from training.presenters import concerned_by, facts_of, people_left


class OverrideList(override_pages.OverrideList):
    model = EditionOverride
    template_name = "training/overrides.html"
    title = _("Exceptions for the days of courses")
    rule = policies.can_decide_override


class OverrideAction(override_pages.OverrideAction):
    """A verb on one exception: who loses the course stands above the form."""

    model = EditionOverride
    rule = policies.can_decide_override
    template_name = "training/decide_override.html"

    def why_refused(self) -> str:
        if self.object.waits_for(self.request.user):
            return _t("Somebody who approves exceptions for the programme of these people decides.")
        return super().why_refused()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.object, self.request.user
        people = concerned_by(row, user)
        audit.listed(user, people)
        return super().get_context_data(
            facts=facts_of(row),
            people=people,
            hidden=people_left(row) - len(people),
            sees_course=Edition.objects.visible_to(user).filter(pk=row.edition_id).exists(),
            edition=row.edition,
            **kwargs,
        )

    def get_cancel_url(self) -> str:
        return reverse("training:edition-overrides")

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()

    def write(self, form: Any) -> dict[str, Any]:
        records.lock(self.object.edition)  # before the request, as in every verb
        return super().write(form)


class ApproveOverride(OverrideAction, override_pages.Approve):
    intro = _(
        "The course gets these days. The people below lose their place; this is recorded as caused "
        "by the programme. The training partner reads your answer: no names, nothing about health."
    )
    verb = services.approve_override
    success_message = _("Approved: the course has its new days.")


class RefuseOverride(OverrideAction, override_pages.Refuse):
    intro = _(
        "The course keeps its days. The training partner reads your answer: no names, nothing "
        "about health."
    )
    verb = services.refuse_override
    success_message = _("Refused: the course keeps its days.")


class WithdrawOverride(OverrideAction, override_pages.Withdraw):
    required_permission = P.PLAN_EDITIONS
    rule = policies.can_withdraw_override
    verb = services.withdraw_override
    intro = _("The course keeps its days, and nobody has to decide any more.")

    def why_refused(self) -> str:
        if self.object.is_waiting:
            return _t("You may not change this course.")
        return super().why_refused()

    def get_cancel_url(self) -> str:
        return self.object.edition.get_absolute_url()
