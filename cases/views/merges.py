"""Two files of the same person: comparing, joining, confirming, undoing (R037)."""

from typing import Any

from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies, references, services
from cases.forms import merges as forms
from cases.models import Case, Merge, MergedCase
from cases.pages import CaseAction, RuledAction
from cases.presenters import compared, same_document
from core import audit
from core.clock import today
from core.forms import VERSION_FIELD
from core.views import RecordDetail


class MergeCases(CaseAction):
    """The other file is chosen first (``?other=``), then both are compared and joined."""

    required_permission = P.MERGE_CASES
    rule = policies.can_compare
    template_name = "cases/merge.html"
    form_class = forms.MergeForm
    title = _("Same person as…")
    submit_label = _("Join the files")

    other: Case | None = None

    def find(self, request: Any) -> None:
        super().find(request)
        reference = references.read(self.words) or self.words
        if reference and reference != self.object.reference:
            self.other = self.get_queryset().filter(reference=reference).first()

    @property
    def words(self) -> str:
        return self.request.GET.get("other", "")[:20].strip()

    def get_template_names(self) -> list[str]:
        return ["cases/merge.html" if self.other else "cases/merge_choose.html"]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"other": self.other}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        if self.other is None:
            likely = services.likely_the_same(self.object, by=user)
            audit.listed(user, [case for case, _reasons in likely])
            return super().get_context_data(choose=self.choose(), likely=likely, **kwargs)
        audit.read(user, self.other)
        files = (self.object, self.other)
        people = (self.object.person, self.other.person)
        return super().get_context_data(
            other=self.other,
            fields=compared(zip(people, files, strict=True)),
            has_same_document=same_document(*people),
            clashes=services.clashes_in_words(*people),
            is_same=people[0] == people[1],
            becomes_restricted=len({case.is_restricted for case in files}) > 1,
            **kwargs,
        )

    def choose(self) -> forms.OtherFileForm:
        """The question for the other file; an unknown one and one out of scope look the same."""
        if not self.words and self.request.method != "POST":
            return forms.OtherFileForm()
        form = forms.OtherFileForm(self.request.GET)
        if form.is_valid():
            form.add_error("other", _t("No other file with this reference is open to you."))
        return form

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.other is None:
            return self.again(self.get_form())
        return super().post(request, *args, **kwargs)

    def write(self, form: Any) -> dict[str, Any]:
        """The service locks both files in one order, so that this page locks none before."""
        merge = self.perform(form)
        return {
            "url": self.get_success_url(merge),
            "message": self.get_success_message(merge),
        }

    def perform(self, form: Any) -> Merge:
        return services.merge(by=self.request.user, **form.joining())

    def stale(self, form: Any, current: Any) -> HttpResponse:
        """Either file changed: both are shown as they stand now, and the form carries that."""
        self.find(self.request)
        form.data = form.data.copy()
        form.data[VERSION_FIELD] = self.object.version
        form.data["other_version"] = self.other.version if self.other else ""
        message = _t("One of the files changed while you were comparing. Compare them again.")
        form.add_error(None, message)
        return self.shown_again(409, form=form)

    def get_success_message(self, result: Merge) -> str:
        if result.is_two_person:
            return _t("Noted. Somebody else who may see both files has to confirm.")
        until = policies.merge_undo_until(result)
        return _t("Joined. This may be undone until %(day)s.") % {"day": date_format(until)}


class MergePage:
    """What the pages about one merge share."""

    model = Merge
    context_object_name = "merge"
    request: Any
    object: Any

    def get_queryset(self) -> Any:
        return super().get_queryset().with_list_data()  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        merge: Merge = self.object
        audit.read(self.request.user, merge.kept_case, merge.other_case)
        pairs = ((merge.kept, merge.kept_case), (merge.absorbed, merge.other_case))
        return super().get_context_data(  # type: ignore[misc]
            fields=compared(pairs),
            has_same_document=same_document(merge.kept, merge.absorbed),
            **kwargs,
        )


class MergeDetail(MergePage, RecordDetail):
    required_permission = P.VIEW_CASES
    template_name = "cases/merge_detail.html"
    title = _("Two files of the same person")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        merge, user = self.object, self.request.user
        until = policies.merge_undo_until(merge)
        return super().get_context_data(
            touched=MergedCase.objects.visible_to(user)
            .filter(merge=merge)
            .select_related("case")
            .order_by("case"),
            coming=merge.commitments.live().filter(days__endswith__gt=today()).order_by("days"),
            undo_until=until,
            can_confirm=policies.can_confirm_merge(user, merge),
            can_decline=policies.can_decline_merge(user, merge),
            can_undo=bool(until and today() <= until) and policies.can_undo_merge(user, merge),
            **kwargs,
        )


class MergeAction(MergePage, RuledAction):
    required_permission = P.MERGE_CASES
    template_name = "cases/merge_action.html"


class ConfirmMerge(MergeAction):
    rule = policies.can_confirm_merge
    title = _("Confirm that it is the same person")
    intro = _("Compare both files. The values of the leading file are kept, the others are shown.")
    submit_label = _("Same person: join the files")
    success_message = _("The files are joined.")

    def perform(self, form: Any) -> Merge:
        return services.confirm_merge(self.object, by=self.request.user)


class DeclineMerge(MergeAction):
    rule = policies.can_decline_merge
    title = _("Not the same person")
    form_class = forms.DeclineMergeForm
    submit_label = _("Do not join")
    success_message = _("Noted. Both files stay as they are.")

    def perform(self, form: Any) -> Merge:
        return services.decline_merge(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class UndoMerge(MergeAction):
    rule = policies.can_undo_merge
    title = _("Undo the joining")
    intro = _(
        "The file that was joined goes back to its own person with its days, and is open again if "
        "the joining had closed it. What was done stays in the history."
    )
    form_class = forms.UndoMergeForm
    submit_label = _("Undo the joining")
    danger = True
    success_message = _("The joining is undone.")

    def perform(self, form: Any) -> Merge:
        return services.undo_merge(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )
