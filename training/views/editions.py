"""Pages of editions: list, planning, roll call, end (R076–R079, R087, R108)."""

import datetime
from collections.abc import Callable
from typing import Any, ClassVar

from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from core import audit
from core.clock import today
from core.forms import ReasonForm
from core.views import RecordAction, RecordCreate, RecordDetail, RecordFile, RecordList
from reference import rules
from training import exports, filters, policies, services
from training.days import days_of
from training.enums import EnrolmentStatus, Mark
from training.forms import editions as forms
from training.models import (
    Application,
    AttendanceMark,
    Edition,
    EditionOverride,
    Enrolment,
    SignedSheet,
)
from training.presenters import (
    best_points,
    days_strip,
    edition_moves,
    journeys_of,
    name_people,
    overrides_of,
    timeline_of,
)
from training.services.attendance import verdict_of
from training.transit import transit_warning
from training.workflow import EDITION_TONES, LIVE


class EditionList(RecordList):
    model = Edition
    required_permission = P.VIEW_EDITIONS
    template_name = "training/edition_list.html"
    title = _("Courses")
    filterset_class = filters.EditionFilter
    ordering = ("-starts_on", "-id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            can_plan=user.has_permission(P.PLAN_EDITIONS),
            sees_overrides=user.has_permission(P.APPROVE_OVERRIDES),
            sees_applications=user.has_permission(P.VIEW_APPLICATIONS),
            **kwargs,
        )


class EditionObject:
    """What every page about one edition shares."""

    model = Edition
    context_object_name = "edition"
    object: Any
    request: Any

    def get_queryset(self) -> Any:
        return super().get_queryset().with_list_data()

    def roster(self) -> list[Enrolment]:
        """The people of the course whom this user may see, by name (R003)."""
        user = self.request.user
        rows = Enrolment.objects.visible_to(user).filter(edition=self.object)
        rows = rows.exclude(status=EnrolmentStatus.WITHDRAWN).with_list_data()
        return name_people(rows.prefetch_related("case__person__languages").by_name(), user)


class EditionDetail(EditionObject, RecordDetail):
    required_permission = P.VIEW_EDITIONS
    template_name = "training/edition_detail.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().with_totals()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edition, user = self.object, self.request.user
        roster = self.roster()
        audit.listed(user, roster)
        live = edition.enrolments.live().count()
        sheets = SignedSheet.objects.visible_to(user).filter(edition=edition)
        satisfied, answered = services.satisfaction_of(edition)
        applications = self.applications()
        audit.listed(user, applications)
        criteria = list(edition.criteria.all())
        overrides = overrides_of(edition, user)
        return super().get_context_data(
            criteria=criteria,
            best=best_points(len(criteria)),
            applications=applications,
            sees_applications=user.has_permission(P.VIEW_APPLICATIONS),
            hidden_applications=edition.applications.count() - len(applications),
            title=edition.module_version.module.label,
            roster=roster,
            roster_days=rules.current(rules.ROSTER_DAYS_AFTER_COURSE, on=today()),
            hidden=edition.people - len(roster),
            days=days_strip(edition, live if edition.is_open else edition.people, sheets),
            satisfied=satisfied,
            answered=answered,
            events=timeline_of(edition.steps.select_related("by"), EDITION_TONES),
            can_mark=policies.can_mark(user, edition),
            can_file=policies.can_file_sheet(user, edition),
            day_today=today(),
            can_change=policies.can_change_edition(user, edition),
            moves=edition_moves(user, edition),
            overrides=overrides,
            waits=any(override.is_waiting for override in overrides),
            can_ask=policies.can_ask(user, edition),
            sees_cases=user.has_permission(P.VIEW_CASES),
            **kwargs,
        )

    def applications(self) -> list[Application]:
        """Applicants whom this user may see: the best answers first (R074)."""
        if not self.object.module_version.is_vocational:
            return []
        rows = Application.objects.visible_to(self.request.user).filter(edition=self.object)
        return list(rows.with_list_data().by_points())


class RosterFile(EditionObject, RecordDetail):
    """The roster as a file for a spreadsheet; noted as taken away (R003)."""

    required_permission = P.VIEW_EDITIONS

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        roster = self.roster()
        references = [row.case.reference for row in roster]
        with transaction.atomic():
            audit.exported(request.user, Enrolment, references, self.object.reference)
        content = exports.roster_csv(roster, for_user=request.user)
        response = HttpResponse(content, content_type="text/csv; charset=utf-8")
        name = f'attachment; filename="roster-{self.object.reference}.csv"'
        response["Content-Disposition"] = name
        return response


class PlanEdition(RecordCreate):
    """Planning warns of places of transit before anything is typed (R090)."""

    required_permission = P.PLAN_EDITIONS
    template_name = "training/plan_edition.html"
    title = _("Plan a course")
    form_class = forms.EditionForm
    submit_label = _("Plan")
    success_message = _("The course is planned.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cities = kwargs["form"].fields["office"].queryset.filter(is_transit=True)
        warnings = [transit_warning(city, today()) for city in cities]
        return super().get_context_data(warnings=warnings, **kwargs)

    def perform(self, form: Any) -> Edition:
        criteria = form.cleaned_data["criteria"].splitlines()
        return services.plan_edition(by=self.request.user, **form.values() | {"criteria": criteria})


class EditionAction(EditionObject, RecordAction):
    """A verb on one edition."""

    required_permission = P.PLAN_EDITIONS

    def is_allowed(self) -> bool:
        """May this user do it to this edition, whatever its status?"""
        return policies.plans(self.request.user, self.object)

    def refusal(self) -> str:
        return "" if self.is_allowed() else str(_("You may not do this to this course."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edition = self.object
        facts = [
            (_("Course"), edition.module_version.module.label),
            (_("City"), edition.office.name),
            (_("First day"), date_format(edition.starts_on)),
            (_("Last day"), date_format(edition.ends_on)),
        ]
        return super().get_context_data(**{"facts": facts} | kwargs)


class ChangeEdition(EditionAction):
    title = _("Change the course")
    form_class = forms.ChangeEditionForm
    success_message = _("The course is changed.")

    def get_initial(self) -> dict[str, Any]:
        edition = self.object
        support = edition.support_organisation
        return {
            "trainer_organisation": edition.trainer_organisation.code,
            "trainer_name": edition.trainer_name,
            "support_organisation": support.code if support else "",
            "language": edition.language_id,
            "room": edition.room,
            "capacity": edition.capacity,
        }

    def perform(self, form: Any) -> Edition:
        return services.change_edition(self.object, by=self.request.user, **form.values())


class DaysAction(EditionAction):
    """A verb that moves days: whoever may see journeys reads first who travels when (R108)."""

    template_name = "training/move_edition.html"
    verb: ClassVar[Callable[..., Edition]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        sees = user.has_permission(P.VIEW_JOURNEYS)
        journeys = journeys_of(self.object, user) if sees else []
        audit.listed(user, [journey["enrolment"] for journey in journeys])
        return super().get_context_data(journeys=journeys, sees_journeys=sees, **kwargs)

    def perform(self, form: Any) -> Any:
        days, user = form.values(), self.request.user
        change_reason, exception = days.pop("change_reason"), days.pop("reason")
        if exception:
            return services.request_override(
                self.object, change_reason=change_reason, reason=exception, by=user, **days
            )
        return type(self).verb(self.object, reason=change_reason, by=user, **days)

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()

    def get_success_message(self, result: Any) -> str:
        if isinstance(result, EditionOverride):
            return _t("Asked for. Another person decides; until then the course keeps its days.")
        return super().get_success_message(result)


class MoveEdition(DaysAction):
    title = _("Move the course")
    intro = _("Everybody’s calendar moves with it. Whoever travels before the new end is listed.")
    form_class = forms.MoveForm
    verb = services.move_edition
    submit_label = _("Move")
    success_message = _("The course has moved, and everybody’s calendar with it.")


class SkipDay(DaysAction):
    title = _("The course is not held on a day")
    intro = _("The course ends later; everybody’s calendar moves with it.")
    form_class = forms.SkipDayForm
    verb = services.skip_day
    success_message = _("The day is left out; the course ends later.")


class HoldDay(EditionAction):
    title = _("Hold a day after all")
    intro = _("The course ends earlier. Whoever lost the course by it is put back one by one.")
    form_class = forms.HoldDayForm
    success_message = _("The day is held; the course ends earlier.")

    def refusal(self) -> str:
        if not self.object.skipped_days:
            return _t("No day of this course is left out.")
        return super().refusal()

    def perform(self, form: Any) -> Edition:
        return services.hold_day(self.object, by=self.request.user, **form.values())


class CancelEdition(EditionAction):
    title = _("Cancel the course")
    intro = _("Everybody enrolled is free again, with the cancellation as reason.")
    form_class = ReasonForm
    submit_label = _("Cancel the course")
    danger = True
    success_message = _("The course is cancelled.")

    def perform(self, form: Any) -> Edition:
        return services.cancel_edition(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class SettleEdition(EditionAction):
    """Whoever teaches or plans the course ends it."""

    required_permission = P.VIEW_EDITIONS

    def is_allowed(self) -> bool:
        return policies.can_settle(self.request.user, self.object)


class CompleteEdition(SettleEdition):
    """The end of a course: who completed it follows from the roll, who did not has a reason."""

    template_name = "training/complete.html"
    title = _("End the course")
    form_class = forms.CompleteForm
    submit_label = _("End the course")
    success_message = _("The course is over; completions are recorded.")

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = [row for row in self.roster() if row.status in LIVE]
        audit.listed(self.request.user, rows)
        verdicts = [(row, verdict_of(row)) for row in rows]
        self.completing = [row for row, verdict in verdicts if not verdict.reason]
        self.cut_short = [row for row, verdict in verdicts if verdict.is_programmes_cause]
        decided = {*self.completing, *self.cut_short}
        return super().get_form_kwargs() | {"short": [row for row in rows if row not in decided]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            completing=self.completing, cut_short=self.cut_short, **kwargs
        )

    def perform(self, form: Any) -> Edition:
        return services.complete_edition(self.object, reasons=form.reasons(), by=self.request.user)


class ReopenEdition(SettleEdition):
    title = _("Open the course again")
    intro = _("To correct its attendance; end it again afterwards. The history keeps both.")
    form_class = ReasonForm
    submit_label = _("Open again")
    success_message = _("The course is open again.")

    def perform(self, form: Any) -> Edition:
        return services.reopen_edition(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class DayAction(EditionAction):
    """A verb on one day of a course, by whoever calls its roll."""

    required_permission = P.WRITE_ATTENDANCE

    def is_allowed(self) -> bool:
        return policies.calls_roll_of(self.request.user, self.object)

    def find(self, request: Any) -> None:
        super().find(request)
        try:
            self.day = datetime.date.fromisoformat(self.kwargs["day"])
        except ValueError as error:
            raise Http404 from error
        if self.day not in days_of(self.object):
            raise Http404

    def get_success_url(self, result: Any) -> str:
        return f"{reverse('training:edition-detail', args=[self.object.reference])}#days"


class DayRoll(DayAction):
    """The roll of one day of a course: morning and afternoon for everybody (R077)."""

    template_name = "training/day_roll.html"
    title = _("Roll call of the course")
    form_class = forms.DayRollForm
    submit_label = _("Save the roll call")
    success_message = _("The roll call is saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = [row for row in self.roster() if row.status in LIVE]
        audit.listed(self.request.user, rows)
        marks = AttendanceMark.objects.filter(enrolment__in=rows, day=self.day)
        fill = self.request.GET.get("fill", "")
        return super().get_form_kwargs() | {
            "enrolments": rows,
            "marks": {(mark.enrolment_id, mark.half): mark for mark in marks},
            "default": Mark.PRESENT if fill == Mark.PRESENT else "",
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(day=self.day, facts=None, **kwargs)

    def perform(self, form: Any) -> Edition:
        return services.record_attendance(
            self.object, day=self.day, marks=form.marks(), by=self.request.user
        )


class FileSheet(DayAction):
    """A photograph of the list that was signed on that day (R077)."""

    title = _("Signed sheet")
    intro = _("A photograph of the list that participants signed on this day.")
    form_class = forms.SheetForm
    submit_label = _("File the sheet")
    success_message = _("The signed sheet is filed.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = [
            (_("Course"), str(self.object)),
            (_("Day"), date_format(self.day, "l j F Y")),
        ]
        return super().get_context_data(**{"facts": facts} | kwargs)

    def perform(self, form: Any) -> SignedSheet:
        return services.file_sheet(
            self.object, day=self.day, file=form.cleaned_data["sheet"], by=self.request.user
        )


class SheetFile(RecordFile):
    """The photograph itself, to whoever sees everybody on it."""

    model = SignedSheet
    required_permission = P.VIEW_EDITIONS

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("edition")


class WithdrawSheet(RecordAction):
    """A photograph filed under the wrong course or day."""

    model = SignedSheet
    required_permission = P.WRITE_ATTENDANCE
    title = _("Withdraw the signed sheet")
    intro = _("Nobody can open it any more; the audit keeps that it was filed.")
    form_class = ReasonForm
    submit_label = _("Withdraw")
    danger = True
    success_message = _("The signed sheet is withdrawn.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("edition")

    def refusal(self) -> str:
        allowed = policies.can_file_sheet(self.request.user, self.object.edition)
        return "" if allowed else str(_("You may not withdraw this sheet."))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheet = self.object
        facts = [
            (_("Course"), str(sheet.edition)),
            (_("Day"), date_format(sheet.day, "l j F Y")),
            (_("Signed sheet"), str(sheet)),
        ]
        return super().get_context_data(**{"facts": facts} | kwargs)

    def get_cancel_url(self) -> str:
        return self.object.edition.get_absolute_url()

    def get_success_url(self, result: Any) -> str:
        return f"{result.edition.get_absolute_url()}#days"

    def perform(self, form: Any) -> SignedSheet:
        return services.withdraw_sheet(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )
