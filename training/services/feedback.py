"""Asking participants what they think, one by one or as counts of paper forms (R058, R083)."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.models import Case
from core import records
from core.exceptions import Refused
from programmes.models import Programme
from surveys import services as survey_services
from surveys.enums import Channel, QuestionKind, QuestionnaireKind
from surveys.models import Questionnaire, Response
from surveys.models.response import SATISFACTION
from surveys.services import Entry
from training import policies
from training.enums import SessionStatus
from training.models import Edition, OrientationSession

Occasion = OrientationSession | Edition


def context_of(occasion: Occasion) -> str:
    """Under which occasion the answers are kept."""
    kind = "session" if isinstance(occasion, OrientationSession) else "edition"
    return f"{kind}:{occasion.reference}"


def day_of(occasion: Occasion) -> datetime.date:
    """The day from which participants can be asked."""
    return occasion.day if isinstance(occasion, OrientationSession) else occasion.ends_on


def questionnaire_of(occasion: Occasion) -> Questionnaire:
    """The questionnaire in force for this occasion. Raises ValidationError when there is none."""
    kind = (
        QuestionnaireKind.ORIENTATION_FEEDBACK
        if isinstance(occasion, OrientationSession)
        else QuestionnaireKind.MODULE_FEEDBACK
    )
    rows = Questionnaire.objects.in_force(day_of(occasion)).filter(kind=kind)
    row = rows.with_questions().order_by("-version").first()
    if row is None:
        raise ValidationError(_("No questionnaire is in force for that day."))
    return row


def participants_of(occasion: Occasion) -> set[int]:
    """Cases that took part and may therefore answer."""
    if isinstance(occasion, OrientationSession):
        return set(occasion.invitations.present().values_list("case", flat=True))
    trained = occasion.enrolments.all().trained_by(datetime.date.max)
    return set(trained.values_list("case", flat=True))


def programmes_of(occasion: Occasion) -> QuerySet[Programme]:
    """Programmes of those who took part, under which anonymous forms may be counted."""
    rows: QuerySet[Programme] = Programme.objects.filter(cases__in=participants_of(occasion))
    return rows.distinct()


def answers_to(occasion: Occasion) -> Any:
    """The responses that count for this occasion."""
    return Response.objects.current().of_context(context_of(occasion))


def satisfaction_of(occasion: Occasion) -> tuple[int, int]:
    """How many were satisfied, of how many who answered (R058, R083)."""
    rows = answers_to(occasion)
    return rows.satisfied().count(), rows.count()


def satisfaction_options(questionnaire: Questionnaire) -> list[Any]:
    """The answers to the question on satisfaction."""
    question = questionnaire.questions.get(code=SATISFACTION, kind=QuestionKind.SINGLE)
    return list(question.options.all())


def require_asking_rights(user: Any, occasion: Occasion) -> None:
    """Refuse whoever runs neither this session nor this course."""
    if not policies.can_ask(user, occasion):
        raise Refused(_("You may not record answers here."), occasion)
    if isinstance(occasion, OrientationSession) and occasion.status not in {
        SessionStatus.HELD,
        SessionStatus.CLOSED,
    }:
        raise ValidationError(_("Call the roll before recording what participants think."))


@transaction.atomic
def record_answers(
    occasion: Occasion,
    *,
    case: Case,
    answers: Mapping[str, Any],
    answered_on: datetime.date,
    by: Any,
    channel: str = Channel.PAPER,
) -> Response:
    """Keep one participant's answers. Raises ValidationError for somebody who was not there, and
    once there are as many answers as people.
    """
    occasion = records.lock(occasion)
    require_asking_rights(by, occasion)
    if case.pk not in participants_of(occasion):
        raise ValidationError({"case": _("This person did not take part.")})
    _check_day(occasion, answered_on)
    response = survey_services.submit(
        questionnaire_of(occasion),
        answers=answers,
        answered_on=answered_on,
        case=case,
        context=context_of(occasion),
        channel=channel,
        by=by,
    )
    _require_people_enough(occasion)
    return response


@transaction.atomic
def count_answers(
    occasion: Occasion,
    *,
    counts: Mapping[str, int],
    answered_on: datetime.date,
    by: Any,
    programme: Any = None,
    channel: str = Channel.PAPER,
) -> list[Response]:
    """Keep anonymous forms as counts per answer on satisfaction.

    Raises ValidationError for more answers than people who took part, and for a programme of which
    nobody did.
    """
    occasion = records.lock(occasion)
    require_asking_rights(by, occasion)
    _check_day(occasion, answered_on)
    total = sum(counts.values())
    if not total:
        raise ValidationError(_("Enter how many forms there are of at least one answer."))
    if programme is not None and programme not in programmes_of(occasion):
        raise ValidationError({"programme": _("Nobody of this programme took part.")})
    entries = [
        Entry(
            answers={SATISFACTION: option},
            answered_on=answered_on,
            context=context_of(occasion),
            channel=channel,
            office=occasion.office,
            programme=programme,
        )
        for option, count in counts.items()
        for _form in range(count)
    ]
    responses = survey_services.submit_many(questionnaire_of(occasion), entries, by=by)
    _require_people_enough(occasion)
    return responses


def _require_people_enough(occasion: Occasion) -> None:
    """No more answers than people who took part."""
    there = len(participants_of(occasion))
    known = answers_to(occasion).count()
    if known > there:
        raise ValidationError(
            _(
                "More answers than people who took part (%(known)s of %(there)s). "
                "Check the numbers."
            ),
            code="too_many_answers",
            params={"there": there, "known": known},
        )


def _check_day(occasion: Occasion, on: datetime.date) -> None:
    begins = occasion.day if isinstance(occasion, OrientationSession) else occasion.starts_on
    if on < begins:
        raise ValidationError({"answered_on": _("This day lies before the beginning.")})
