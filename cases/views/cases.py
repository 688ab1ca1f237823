"""The list of cases, the search and the page of one case."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import filters, policies, references, services
from cases.forms import cases as forms
from cases.models import Case, Document, HandoverItem, Merge, ProtectionEntry
from cases.pages import CaseAction, CasePage
from cases.presenters import (
    born,
    clock_of,
    latest_consents,
    papers_to_get,
    profile_of,
    timeline_of,
    why_uncovered,
    window_of,
)
from cases.services.registration import candidate
from core.clock import today
from core.views import RecordList
from programmes import eligibility


class WithClock:
    """A list of cases that shows each one's day of the usual window (R036)."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        for case in context["rows"]:
            case.clock = clock_of(case, window_of(case))
        return context


class CaseList(WithClock, RecordList):
    model = Case
    required_permission = P.VIEW_CASES
    template_name = "cases/list.html"
    title = _("Cases")
    filterset_class = filters.CaseFilter
    ordering = ("-registered_on", "-id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can_register = self.request.user.has_permission(P.REGISTER_CASES)
        return super().get_context_data(can_register=can_register, **kwargs)


class Search(WithClock, RecordList):
    """Finding a person from anywhere, by name or reference (R037)."""

    model = Case
    required_permission = P.VIEW_CASES
    template_name = "cases/search.html"
    title = _("Search")
    ordering = ("-registered_on", "-id")

    def get_queryset(self) -> Any:
        return super().get_queryset().search(self.words)

    @property
    def words(self) -> str:
        return self.request.GET.get("q", "")[:200].strip()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reference = references.read(self.words)
        too_short = bool(self.words) and reference is None and len(self.words) < 3
        return super().get_context_data(words=self.words, too_short=too_short, **kwargs)


class CaseDetail(CasePage):
    template_name = "cases/detail.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().with_page_data()

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        services.open_handover(self.object, by=request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, user = self.object, self.request.user
        handover = getattr(case, "handover", None)
        merges = Merge.objects.visible_to(user).of_case(case).with_list_data()
        return super().get_context_data(
            verdicts=(verdicts := eligibility.explain(candidate(case, case.person))),
            uncovered=why_uncovered(case, verdicts),
            events=timeline_of(case, merges),
            joined=[(merge, merge.counterpart(case)) for merge in merges if merge.is_standing],
            consents=latest_consents(case),
            declaration=getattr(case, "declaration", None),
            missing=papers_to_get(case),
            born=born(case.person),
            profile=profile_of(case),
            contact_points=case.contact_points.select_related("language"),
            attempts=case.contact_attempts.select_related("by")[:10],
            documents=self.documents(),
            notes=case.notes.select_related("by"),
            protection_entries=ProtectionEntry.objects.visible_to(user)
            .filter(case=case)
            .select_related("by"),
            sees_protection=user.has_permission(P.VIEW_PROTECTION),
            handover=handover,
            handover_items=HandoverItem.objects.filter(case=case),
            clock=clock_of(case, window_of(case)),
            may={verb: rule(user, case) for verb, rule in VERBS.items()},
            **kwargs,
        )

    def documents(self) -> list[Document]:
        """Each with whether the reader may take it back."""
        found = list(Document.objects.visible_to(self.request.user).filter(case=self.object))
        for document in found:
            document.case = self.object
            document.can_withdraw = policies.can_withdraw_document(self.request.user, document)
        return found


#: What the page offers, and the rule that its service asks.
VERBS = {
    "edit": policies.can_edit,
    "close": policies.can_close,
    "take_back": policies.can_take_back,
    "record_contact": policies.can_record_contact,
    "record_protection": policies.can_record_protection,
    "record_consent": policies.can_record_consent,
    "withdraw_consent": policies.can_withdraw_consent,
    "declare": policies.can_declare,
    "propose_mark_removal": policies.can_propose_mark_removal,
    "confirm_mark_removal": policies.can_confirm_mark_removal,
    "decline_mark_removal": policies.can_decline_mark_removal,
    "send_handover": policies.can_send_handover,
    "add_handover_item": policies.hands_over,
    "answer_handover": policies.can_answer_handover,
    "merge": policies.can_compare,
}


class CloseCase(CaseAction):
    required_permission = P.CLOSE_CASES
    rule = policies.can_close
    template_name = "cases/close.html"
    title = _("Close the case")
    form_class = forms.CloseForm
    submit_label = _("Close the case")
    danger = True
    success_message = _("The case is closed.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = policies.engagements_after([self.object], today())
        return super().get_context_data(engagements=held, **kwargs)

    def perform(self, form: Any) -> Case:
        return services.close(
            self.object,
            outcome=form.cleaned_data["outcome"],
            on=form.cleaned_data["on"],
            note=form.cleaned_data["note"],
            by=self.request.user,
        )


class TakeBackStep(CaseAction):
    required_permission = P.CLOSE_CASES
    rule = policies.can_take_back
    title = _("Take back the last step")
    intro = _("For a step recorded by mistake. Both entries stay in the history.")
    form_class = forms.TakeBackForm
    success_message = _("The last step was taken back.")

    def perform(self, form: Any) -> Case:
        return services.take_back_step(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )
