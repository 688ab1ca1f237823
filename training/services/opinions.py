"""What participants say themselves, without a name, on their phone or a tablet (R058, R083).

The address of the form is sealed with the key of the installation: whoever sits in the room gets it
as a picture or a link, and nobody can make one up. It takes as many answers as people took part.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import records
from core.clock import today
from programmes.models import Programme
from surveys import services as survey_services
from surveys.enums import Channel
from surveys.models import Response
from surveys.services import Entry
from training.enums import SessionStatus
from training.models import Edition, OrientationSession
from training.services.feedback import (
    Occasion,
    answers_to,
    context_of,
    day_of,
    participants_of,
    questionnaire_of,
)

#: After the session, or after the last day of the course.
OPEN_FOR = datetime.timedelta(days=14)
OCCASIONS: dict[str, type[Occasion]] = {"session": OrientationSession, "edition": Edition}


def seal(occasion: Occasion) -> str:
    """The part of the address that names this occasion."""
    return _signer().sign(context_of(occasion))


def occasion_of(sealed: str) -> Occasion | None:
    """The occasion of an address, or None for one that was made up."""
    try:
        kind, _colon, reference = _signer().unsign(sealed).partition(":")
    except signing.BadSignature:
        return None
    return OCCASIONS[kind]._default_manager.filter(reference=reference).first()


def why_closed(occasion: Occasion, on: datetime.date) -> str:
    """Why nobody answers on this day, in words for participants; empty while they can."""
    has_begun = on >= day_of(occasion)
    if isinstance(occasion, OrientationSession):
        has_begun = has_begun and occasion.status in {SessionStatus.HELD, SessionStatus.CLOSED}
    if not has_begun:
        return _("This form opens at the end, once the people present are noted.")
    if on > day_of(occasion) + OPEN_FOR:
        return _("This form is closed. Tell your caseworker what you think.")
    if answers_to(occasion).count() >= len(participants_of(occasion)):
        return _("Everybody who took part has answered. Thank you.")
    return ""


@transaction.atomic
def give_opinion(
    occasion: Occasion, *, answers: Mapping[str, Any], channel: str = Channel.OWN_PHONE
) -> Response:
    """Keep the answers of somebody who was there, without a name.

    They count for the programme of those who took part where it is the same for all. Raises
    ValidationError at the question, and when the form is closed.
    """
    occasion = records.lock(occasion)
    if reason := why_closed(occasion, today()):
        raise ValidationError(reason, code="closed")
    entry = Entry(
        answers=answers,
        answered_on=today(),
        context=context_of(occasion),
        channel=channel,
        office=occasion.office,
        programme=_only_programme(occasion),
    )
    by = User.objects.system()
    return survey_services.submit_many(questionnaire_of(occasion), [entry], by=by)[0]


def _only_programme(occasion: Occasion) -> Programme | None:
    found = list(Programme.objects.filter(cases__in=participants_of(occasion)).distinct()[:2])
    return found[0] if len(found) == 1 else None


def _signer() -> signing.Signer:
    return signing.Signer(salt="training.opinions", sep="~")
