"""Planning and recording follow-up after the return (R154)."""

import calendar
import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import policies as case_policies
from cases.enums import CaseStatus
from cases.models import Case, CaseEvent
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from reference import rules
from surveys import policies
from surveys.enums import FollowUpKind, FollowUpObstacle, FollowUpStatus, QuestionnaireKind
from surveys.models import FollowUp, FollowUpEvent, Questionnaire, Response
from surveys.workflow import TRANSITIONS


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def reached_on(cases: Iterable[Case], status: str) -> dict[int, datetime.date]:
    """The day on which each case reached a status, corrected steps aside."""
    events = CaseEvent.objects.filter(
        case__in={case.pk for case in cases},
        to_status=status,
        corrects__isnull=True,
        correction__isnull=True,
    )
    return dict(events.order_by("on", "id").values_list("case", "on"))


@transaction.atomic
def plan_follow_ups(
    case: Case,
    *,
    arrived_on: datetime.date,
    by: Any,
    months: Sequence[int] | None = None,
    instead_of: datetime.date | None = None,
) -> list[FollowUp]:
    """Plan the follow-up of a person who arrived: months 1, 3, 6, 9, 12 by the rules (R154).

    Called again it adds what is missing. With a corrected arrival, ``instead_of`` the wrong day, it
    moves what is still planned for the days of that one; what is done, or was moved to another day
    since, stays. Children get visits without the survey for adults. Nothing is
    planned for somebody who does not wish calls and visits on that day (design §4.6).
    """
    return plan_follow_ups_many([(case, arrived_on)], by=by, months=months, instead_of=instead_of)


@transaction.atomic
def plan_follow_ups_many(
    arrivals: Iterable[tuple[Case, datetime.date]],
    *,
    by: Any,
    months: Sequence[int] | None = None,
    instead_of: datetime.date | None = None,
) -> list[FollowUp]:
    """``plan_follow_ups`` in bulk: (case, day of arrival) pairs, each case once."""
    rows = list(arrivals)
    cases = [case for case, _day in rows]
    prefetch_related_objects(cases, "person")
    existing = _planned_months(cases)
    refused = {pk for pk, _day in case_policies.refusals_of_follow_up(rows)}
    survey = _survey_for_adults()
    plans: dict[datetime.date, tuple[Sequence[int], int]] = {}
    new: list[FollowUp] = []
    for case, arrived_on in rows:
        if arrived_on not in plans:
            plans[arrived_on] = (
                months or rules.current(rules.FOLLOW_UP_MONTHS, on=arrived_on),
                rules.current(rules.SURVEY_WINDOW_DAYS, on=arrived_on),
            )
        chosen, window = plans[arrived_on]
        for month in chosen:
            due_on = months_after(arrived_on, month)
            kind = _kind(case, due_on, survey)
            row = existing.get((case.pk, month))
            if row is None and case.pk in refused:
                continue
            if row is None:
                new.append(
                    FollowUp(case=case, month=month, due_on=due_on, kind=kind, window_days=window)
                )
            elif instead_of and _is_planned_after(row, instead_of) and row.due_on != due_on:
                row.due_on, row.kind = due_on, kind
                records.save(row, by=by, reason=_("The day of arrival was corrected."))
    records.create_many(FollowUp, new, by=by)
    _log(new, "", FollowUpStatus.PLANNED, on=today(), by=by)
    return new


def _is_planned_after(row: FollowUp, arrived_on: datetime.date) -> bool:
    """Whether it is still to be done on the day that follows from an arrival."""
    return (
        row.status == FollowUpStatus.PLANNED
        and row.month is not None
        and row.due_on == months_after(arrived_on, row.month)
    )


def _planned_months(cases: Iterable[Case]) -> dict[tuple[int, int], FollowUp]:
    """The follow-ups of the plan, locked: one may be done at this moment."""
    rows = FollowUp.objects.filter(case__in=cases, month__isnull=False)
    rows = rows.exclude(status=FollowUpStatus.CANCELLED).select_related("case")
    rows = rows.select_for_update(of=("self",)).order_by("pk")
    return {(row.case_id, row.month): row for row in rows if row.month is not None}


def _survey_for_adults() -> Questionnaire | None:
    rows = Questionnaire.objects.filter(kind=QuestionnaireKind.REINTEGRATION)
    return rows.order_by("-valid_from").first()


def _kind(case: Case, due_on: datetime.date, survey: Questionnaire | None) -> str:
    """A visit only, where the survey may not be asked."""
    if survey is None or not policies.is_meant_for(survey, case, due_on):
        return FollowUpKind.VISIT
    return FollowUpKind.SURVEY


@transaction.atomic
def extend_follow_ups(case: Case, *, by: Any) -> list[FollowUp]:
    """Plan the optional months after the first year, 18 and 24 by the rules (R154)."""
    _require(by, case)
    _require_agreement(case)
    arrived_on = reached_on([case], CaseStatus.ARRIVED).get(case.pk)
    if arrived_on is None:
        raise ValidationError(_("Record the arrival first."), code="not_arrived")
    months = rules.current(rules.FOLLOW_UP_MONTHS_OPTIONAL, on=arrived_on)
    return plan_follow_ups(case, arrived_on=arrived_on, by=by, months=months)


@transaction.atomic
def add_follow_up(case: Case, *, due_on: datetime.date, by: Any, note: str = "") -> FollowUp:
    """Plan one more follow-up on a day, outside the plan."""
    _require(by, case)
    _require_agreement(case)
    _require_coming(due_on)
    row = FollowUp(
        case=case,
        due_on=due_on,
        kind=_kind(case, due_on, _survey_for_adults()),
        window_days=rules.current(rules.SURVEY_WINDOW_DAYS, on=today()),
    )
    records.save(row, by=by)
    _log([row], "", FollowUpStatus.PLANNED, on=today(), by=by, note=note)
    return row


@transaction.atomic
def move_follow_up(follow_up: FollowUp, *, due_on: datetime.date, reason: str, by: Any) -> FollowUp:
    """Make a planned follow-up due on another day."""
    row = records.lock(follow_up)
    _require(by, row.case)
    if row.status != FollowUpStatus.PLANNED:
        raise ValidationError(_("Only a planned follow-up can be moved."), code="not_planned")
    _require_agreement(row.case)
    _require_coming(due_on)
    row.due_on = due_on
    return records.save(row, by=by, reason=reason)


@transaction.atomic
def complete_follow_up(
    follow_up: FollowUp, *, done_on: datetime.date, by: Any, note: str = ""
) -> FollowUp:
    """Record that the visit took place, where no survey says so."""
    _require(by, follow_up.case)
    workflow.require_not_future(done_on, today=today(), field="done_on")
    _require_arrived(follow_up.case, done_on, field="done_on")
    return _move(
        follow_up, FollowUpStatus.DONE, on=done_on, by=by, note=note, values={"done_on": done_on}
    )


@transaction.atomic
def mark_not_possible(
    follow_up: FollowUp, *, obstacle: str, on: datetime.date, by: Any, note: str = ""
) -> FollowUp:
    """Record why a follow-up could not take place; it no longer counts as late."""
    _require(by, follow_up.case)
    workflow.require_not_future(on, today=today(), field="on")
    if obstacle not in FollowUpObstacle.values:
        raise ValidationError({"obstacle": _("Choose a reason.")})
    _require_arrived(follow_up.case, on, field="on")
    values = {"obstacle": obstacle}
    return _move(follow_up, FollowUpStatus.NOT_POSSIBLE, on=on, by=by, note=note, values=values)


@transaction.atomic
def cancel_follow_up(follow_up: FollowUp, *, reason: str, by: Any) -> FollowUp:
    """Take a follow-up out of the plan."""
    _require(by, follow_up.case)
    return _move(follow_up, FollowUpStatus.CANCELLED, on=today(), by=by, note=reason)


@transaction.atomic
def cancel_follow_ups(case: Case, *, reason: str, by: Any) -> list[FollowUp]:
    """Take every planned follow-up of a case out of the plan, when the arrival was a mistake."""
    rows = FollowUp.objects.filter(case=case, status=FollowUpStatus.PLANNED)
    return [_move(row, FollowUpStatus.CANCELLED, on=today(), by=by, note=reason) for row in rows]


@transaction.atomic
def reopen_follow_up(follow_up: FollowUp, *, reason: str, by: Any) -> FollowUp:
    """Plan a follow-up again that was recorded by mistake; both steps stay in its history.

    One that a survey completed is planned again by withdrawing the response.
    """
    _require(by, follow_up.case)
    if follow_up.response_id is not None:
        raise ValidationError(
            _("A survey completed this follow-up. Withdraw the response to plan it again."),
            code="has_response",
        )
    return _reopen(follow_up, reason=reason, by=by)


def _reopen(follow_up: FollowUp, *, reason: str, by: Any) -> FollowUp:
    values = {"done_on": None, "obstacle": "", "response": None}
    return _move(follow_up, FollowUpStatus.PLANNED, on=today(), by=by, note=reason, values=values)


def settle(responses: Sequence[Response], *, by: Any) -> None:
    """Complete for each response the planned follow-up in whose days it falls, the nearest first.

    Called by ``submit`` and ``submit_many``.
    """
    planned: dict[int, list[FollowUp]] = {}
    rows = FollowUp.objects.filter(
        case__in={r.case_id for r in responses},
        status=FollowUpStatus.PLANNED,
        kind=FollowUpKind.SURVEY,
    )
    locked = rows.select_for_update(of=("self",)).order_by("pk")
    for row in locked.select_related("case"):
        planned.setdefault(row.case_id, []).append(row)
    for response in sorted(responses, key=lambda r: (r.answered_on, r.pk)):
        waiting = planned.get(response.case_id or 0, [])
        fitting = [row for row in waiting if _in_window(row, response.answered_on)]
        if not fitting:
            continue
        nearest = min(fitting, key=lambda r: (abs(r.due_on - response.answered_on), r.due_on))
        waiting.remove(nearest)
        values = {"done_on": response.answered_on, "response": response}
        _move(nearest, FollowUpStatus.DONE, on=response.answered_on, by=by, values=values)


def hand_over(old: Response, new: Response | None, *, by: Any, reason: str) -> None:
    """The follow-up of a corrected response belongs to the new one; without one it waits again."""
    row = FollowUp.objects.filter(response=old).first()
    if row is None:
        return
    if new is None:
        _reopen(row, reason=reason, by=by)
        return
    row = records.lock(row)
    row.response, row.done_on = new, new.answered_on
    records.save(row, by=by, reason=reason)


def _in_window(row: FollowUp, day: datetime.date) -> bool:
    first, last = row.window
    return first <= day <= last


def _move(
    follow_up: FollowUp,
    to: str,
    *,
    on: datetime.date,
    by: Any,
    note: str = "",
    values: Mapping[str, Any] | None = None,
) -> FollowUp:
    current = records.lock(follow_up)
    before = current.status
    moved = workflow.move(current, to, transitions=TRANSITIONS, by=by, values=values, reason=note)
    _log([moved], before, to, on=on, by=by, note=note)
    return moved


def _log(
    rows: Sequence[FollowUp],
    before: str,
    after: str,
    *,
    on: datetime.date,
    by: Any,
    note: str = "",
) -> None:
    FollowUpEvent.objects.bulk_create(
        [
            FollowUpEvent(
                follow_up=row, from_status=before, to_status=after, on=on, by=by, note=note[:500]
            )
            for row in rows
        ],
        batch_size=2_000,
    )


def _require(by: Any, case: Case) -> None:
    if not policies.can_follow_up(by, case):
        raise Refused(_("You may not plan or record the follow-up of this case."), case)


def _require_arrived(case: Case, on: datetime.date, *, field: str) -> None:
    arrived_on = reached_on([case], CaseStatus.ARRIVED).get(case.pk)
    if arrived_on is None:
        raise ValidationError(_("Record the arrival first."), code="not_arrived")
    require_after_arrival(on, arrived_on, field=field)


def require_after_arrival(on: datetime.date, arrived_on: datetime.date, *, field: str) -> None:
    """Nobody is visited or asked before the arrival. Raises ValidationError at the field."""
    if on < arrived_on:
        raise ValidationError(
            {
                field: _("This day lies before the arrival on %(day)s.")
                % {"day": date_format(arrived_on)}
            }
        )


def _require_agreement(case: Case) -> None:
    """Nobody plans to call or visit somebody who said no, unless that person came to us today."""
    if not case_policies.may_follow_up(case, today()):
        raise ValidationError(no_follow_up(), code="no_follow_up")


def no_follow_up() -> str:
    return _(
        "The person does not wish calls and visits after the return. If the person contacted you "
        "on that day, log that contact first."
    )


def _require_coming(due_on: datetime.date) -> None:
    if due_on < today():
        raise ValidationError({"due_on": _("Choose a day from today on.")})
