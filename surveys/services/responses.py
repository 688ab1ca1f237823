"""Storing responses: checked, scored, frozen; corrected by another response (R152)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import policies as case_policies
from cases import services as case_services
from cases.enums import CaseStatus
from cases.models import Case
from cases.workflow import TRANSITIONS
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from reference import rules
from surveys import policies, scoring
from surveys.enums import (
    AFTER_RETURN,
    BEFORE_DEPARTURE,
    OF_A_CASE,
    Channel,
    QuestionnaireKind,
    Respondent,
)
from surveys.models import Answer, Questionnaire, Response, Score
from surveys.services import follow_ups
from surveys.services.reading import Given, answers_of, items_of, read

BATCH = 2_000
RELATIONS = (
    "questionnaire",
    "case",
    "programme",
    "office",
    "entered_by",
    "corrects",
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One filled-in questionnaire on its way in."""

    answers: Mapping[str, Any]
    answered_on: datetime.date
    case: Case | None = None
    context: str = ""
    channel: str = Channel.PAPER
    respondent: str = Respondent.SELF
    programme: Any = None
    office: Any = None


@transaction.atomic
def submit(
    questionnaire: Questionnaire,
    *,
    answers: Mapping[str, Any],
    answered_on: datetime.date,
    by: Any,
    case: Case | None = None,
    context: str = "",
    channel: str = Channel.PAPER,
    respondent: str = Respondent.SELF,
    programme: Any = None,
    office: Any = None,
) -> Response:
    """Store the answers to a questionnaire, with their score, once and for all (R025, R058, R152).

    ``answers`` are option codes, lists of them, numbers or texts by question code. Without a
    ``case`` the response is anonymous and needs a ``programme`` or a ``context``. A reintegration
    survey completes the follow-up in whose days it falls, and takes a running project to
    monitored. The case is locked, so that what is asked once is stored once. Raises
    ValidationError at the question or field, and Refused; so after the return for somebody who
    does not wish to be asked.
    """
    if case is not None:
        case = records.lock(case)
    _require(by, questionnaire, case)
    entry = Entry(
        answers=answers,
        answered_on=answered_on,
        case=case,
        context=context,
        channel=channel,
        respondent=respondent,
        programme=programme,
        office=office,
    )
    _check_entries(questionnaire, [entry])
    given = read(questionnaire, answers)
    response = records.save(_response(questionnaire, entry, by), by=by)
    _store([(response, given)])
    _follow(questionnaire, [response], by)
    return response


@transaction.atomic
def submit_many(
    questionnaire: Questionnaire, entries: Iterable[Entry], *, by: Any
) -> list[Response]:
    """``submit`` in bulk for imports and demonstration data; one wrong entry refuses all.

    The same rules on answers, days, ages and repetitions, checked in sets. Raises Refused where
    ``by`` may not record the questionnaire of a case; who may record the others is for the app of
    their session or course to say.
    """
    rows = _locked(entries)
    if questionnaire.kind in OF_A_CASE:
        for row in rows:
            _require(by, questionnaire, row.case)
    _check_entries(questionnaire, rows)
    responses = [_response(questionnaire, row, by) for row in rows]
    givens = [read(questionnaire, row.answers) for row in rows]
    for response in responses:
        response.clean_fields(exclude=RELATIONS)
    records.create_many(Response, responses, by=by)
    _store(list(zip(responses, givens, strict=True)))
    _follow(questionnaire, responses, by)
    return responses


@transaction.atomic
def correct_response(
    response: Response,
    *,
    answers: Mapping[str, Any],
    reason: str,
    by: Any,
    answered_on: datetime.date | None = None,
    channel: str | None = None,
    respondent: str | None = None,
) -> Response:
    """Replace a response by a corrected one to the same version; the old one is kept (R152).

    Returns the new response. Raises ValidationError, and Refused when it no longer counts.
    """
    if response.case is not None:
        records.lock(response.case)
    old = records.lock(response)
    if not policies.can_correct(by, old):
        raise Refused(_("You may not correct this response."), old)
    _set_aside(old, reason, by)
    entry = Entry(
        answers=answers,
        answered_on=answered_on or old.answered_on,
        case=old.case,
        context=old.context,
        channel=channel or old.channel,
        respondent=respondent or old.respondent,
        programme=old.programme,
        office=old.office,
    )
    _check_entries(old.questionnaire, [entry])
    given = read(old.questionnaire, answers)
    new = _response(old.questionnaire, entry, by)
    new.corrects = old
    records.save(new, by=by, reason=reason)
    _store([(new, given)])
    follow_ups.hand_over(old, new, by=by, reason=reason)
    return new


@transaction.atomic
def withdraw_response(response: Response, *, reason: str, by: Any) -> Response:
    """Take a response out of every count, e.g. one recorded for somebody else; it is kept."""
    if response.case is not None:
        records.lock(response.case)
    old = records.lock(response)
    if not policies.can_correct(by, old):
        raise Refused(_("You may not withdraw this response."), old)
    _set_aside(old, reason, by)
    follow_ups.hand_over(old, None, by=by, reason=reason)
    return old


def _require(by: Any, questionnaire: Questionnaire, case: Case | None) -> None:
    if not policies.can_submit(by, questionnaire, case):
        raise Refused(_("You may not record this questionnaire."), case or questionnaire)


def _locked(entries: Iterable[Entry]) -> list[Entry]:
    """The entries with their cases freshly read, locked in the order of their numbers."""
    rows = list(entries)
    wanted = {row.case.pk for row in rows if row.case is not None}
    cases = Case.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    locked = {case.pk: case for case in cases.select_related("person")}
    return [replace(row, case=locked[row.case.pk]) if row.case else row for row in rows]


def _set_aside(response: Response, reason: str, by: Any) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    response.is_current = False
    response.set_aside_because = reason.strip()[:500]
    records.save(response, by=by, reason=reason)


def _response(questionnaire: Questionnaire, entry: Entry, by: Any) -> Response:
    return Response(
        questionnaire=questionnaire,
        case=entry.case,
        context=entry.context,
        answered_on=entry.answered_on,
        channel=entry.channel,
        respondent=entry.respondent,
        programme=entry.programme,
        office=entry.office,
        entered_by=by,
    )


# --- rules on moments ---------------------------------------------------------------------------
def _check_entries(questionnaire: Questionnaire, entries: Sequence[Entry]) -> None:
    cases = [entry.case for entry in entries if entry.case is not None]
    steps: Mapping[int, datetime.date] = {}
    if questionnaire.kind in AFTER_RETURN:
        steps = follow_ups.reached_on(cases, CaseStatus.ARRIVED)
        _check_agreement(entries)
    elif questionnaire.kind in BEFORE_DEPARTURE:
        steps = follow_ups.reached_on(cases, CaseStatus.DEPARTED)
    day = today()
    for entry in entries:
        workflow.require_not_future(entry.answered_on, today=day, field="answered_on")
        if not questionnaire.is_in_force(entry.answered_on):
            raise ValidationError(
                {"answered_on": _("This version of the questionnaire was not in use on that day.")},
                code="not_in_force",
            )
        if entry.case is not None:
            _check_person(questionnaire, entry.case, entry.answered_on, steps.get(entry.case.pk))
    _check_repetition(questionnaire, entries)


def _check_agreement(entries: Sequence[Entry]) -> None:
    """After the return nobody is asked who does not wish it, unless they came to us (R154)."""
    asked = [(entry.case, entry.answered_on) for entry in entries if entry.case is not None]
    if case_policies.refusals_of_follow_up(asked):
        raise ValidationError(follow_ups.no_follow_up(), code="no_follow_up")


def _check_person(
    questionnaire: Questionnaire,
    case: Case,
    on: datetime.date,
    step_on: datetime.date | None,
) -> None:
    """``step_on`` is the day of the arrival that it is asked after, or of the departure that it is
    asked before.
    """
    if not policies.is_meant_for(questionnaire, case, on):
        raise ValidationError(
            _("This questionnaire is for adults. Record a visit instead."), code="for_adults"
        )
    if on < case.registered_on:
        raise ValidationError({"answered_on": _("This day lies before the registration.")})
    if questionnaire.kind in AFTER_RETURN:
        _check_arrived(on, step_on)
    elif step_on is not None and on > step_on:
        raise ValidationError(
            {
                "answered_on": _("This is asked before the departure, which was on %(day)s.")
                % {"day": date_format(step_on)}
            },
            code="departed",
        )


def _check_arrived(on: datetime.date, arrived_on: datetime.date | None) -> None:
    if arrived_on is None:
        raise ValidationError(
            _("This questionnaire is asked after the return. Record the arrival first."),
            code="not_arrived",
        )
    follow_ups.require_after_arrival(on, arrived_on, field="answered_on")


def _check_repetition(questionnaire: Questionnaire, entries: Sequence[Entry]) -> None:
    """Nobody answers twice on one day; nor twice at all where once is enough."""
    named = [(entry, entry.case) for entry in entries if entry.case is not None]
    rows = Response.objects.current().filter(
        questionnaire__code=questionnaire.code, case__in={case.pk for _entry, case in named}
    )
    seen = {
        (case, context, day if questionnaire.is_repeatable else None)
        for case, context, day in rows.values_list("case", "context", "answered_on")
    }
    for entry, case in named:
        key = (case.pk, entry.context, entry.answered_on if questionnaire.is_repeatable else None)
        if key in seen:
            raise ValidationError(
                _("These answers are recorded already. Open the earlier response to correct it."),
                code="answered_already",
            )
        seen.add(key)


# --- storing ------------------------------------------------------------------------------------
def _store(rows: Sequence[tuple[Response, Sequence[Given]]]) -> None:
    answers = [answer for response, given in rows for answer in answers_of(response, given)]
    Answer.objects.bulk_create(answers, batch_size=BATCH)
    methods: dict[datetime.date, scoring.Method] = {}
    scores = []
    for response, given in rows:
        questionnaire, day = response.questionnaire, response.answered_on
        if not questionnaire.is_scored:
            continue
        if day not in methods:
            methods[day] = method_of(questionnaire, on=day)
        scores.append(_score(response, given, methods[day]))
    Score.objects.bulk_create(scores, batch_size=BATCH)


def method_of(questionnaire: Questionnaire, *, on: datetime.date) -> scoring.Method:
    """How the version is scored on a day: its own configuration, else the dated rules (R270)."""
    return scoring.Method.read(
        questionnaire.scoring,
        threshold=rules.current(rules.SCORE_THRESHOLD, on=on),
        minimum_coverage=rules.current(rules.SCORE_MIN_COVERAGE, on=on),
    )


def _score(response: Response, given: Sequence[Given], method: scoring.Method) -> Score:
    result = scoring.score(items_of(given), method)
    return Score(
        response=response,
        composite=result.composite,
        is_sustainable=result.is_sustainable,
        band=result.band,
        threshold=method.threshold,
        minimum_coverage=method.minimum_coverage,
        scoring_status=response.questionnaire.status,
        coverage={
            name: {
                "answered": part.answered,
                "applicable": part.applicable,
                "coverage": None if part.coverage is None else str(part.coverage),
            }
            for name, part in result.parts.items()
        },
        **{name: part.score for name, part in result.parts.items()},
    )


# --- what follows -------------------------------------------------------------------------------
def _follow(questionnaire: Questionnaire, responses: Sequence[Response], by: Any) -> None:
    """A reintegration survey completes its follow-up and shows that a project is monitored."""
    if questionnaire.kind != QuestionnaireKind.REINTEGRATION:
        return
    named = [response for response in responses if response.case is not None]
    follow_ups.settle(named, by=by)
    running = [
        response
        for response in named
        if response.case and CaseStatus.MONITORED in TRANSITIONS[response.case.status]
    ]
    since = follow_ups.reached_on([r.case for r in running if r.case], CaseStatus.PROJECT_RUNNING)
    steps: dict[int, tuple[Case, str, datetime.date]] = {}
    for response in sorted(running, key=lambda r: r.answered_on):
        person_case = response.case
        if person_case is None or person_case.pk not in since:
            continue
        if response.answered_on >= since[person_case.pk]:
            step = (person_case, CaseStatus.MONITORED, response.answered_on)
            steps.setdefault(person_case.pk, step)
    if len(steps) == 1:
        ((case, status, on),) = steps.values()
        case_services.advance(case, status, on=on, by=by)
    elif steps:
        case_services.advance_many(steps.values(), by=by)
