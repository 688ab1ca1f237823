"""Correcting and withdrawing responses."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.exceptions import Refused
from core.models import AuditAction, AuditEntry
from surveys import services
from surveys.models import Response
from tests.surveys.conftest import ANSWERS, DAY, MIXED

pytestmark = pytest.mark.django_db


def test_a_correction_replaces_the_response_and_keeps_it(
    world: Any, returned: Any, submit: Any
) -> None:
    old = submit(returned())

    new = services.correct_response(
        old,
        answers=ANSWERS["all_best"],
        reason="Read from the wrong sheet",
        by=world.fresh("reintegration_officer"),
    )

    old.refresh_from_db()
    assert (old.is_current, old.set_aside_because) == (False, "Read from the wrong sheet")
    assert old.superseded_by == new
    assert old.score.composite == Decimal("0.5759")
    assert (new.score.composite, new.answered_on) == (Decimal(1), DAY)
    assert Response.objects.current().get() == new
    changed = AuditEntry.objects.get(model="surveys.response", action=AuditAction.CHANGE)
    assert changed.reason == "Read from the wrong sheet"


def test_a_corrected_response_is_not_corrected_again(
    world: Any, returned: Any, submit: Any
) -> None:
    old, by = submit(returned()), world.fresh("focal_point")
    services.correct_response(old, answers=MIXED, reason="Typo", by=by)

    with pytest.raises(Refused):
        services.correct_response(old, answers=MIXED, reason="Typo", by=by)


def test_a_wrong_correction_leaves_everything_as_it_was(
    world: Any, returned: Any, submit: Any
) -> None:
    old, by = submit(returned()), world.fresh("focal_point")

    with pytest.raises(ValidationError):
        services.correct_response(old, answers={"RSS-E01": "x"}, reason="Typo", by=by)
    with pytest.raises(ValidationError, match="Say why"):
        services.correct_response(old, answers=MIXED, reason=" ", by=by)

    old.refresh_from_db()
    assert old.is_current


def test_a_withdrawn_response_no_longer_counts_and_makes_room(
    world: Any, returned: Any, submit: Any
) -> None:
    case = returned()
    response = submit(case)

    services.withdraw_response(response, reason="Another person", by=world.fresh("focal_point"))

    assert not Response.objects.answered_by(DAY).exists()
    assert submit(case).is_current
