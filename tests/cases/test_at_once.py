"""Two people doing the same to one case at the same moment."""

import datetime

import pytest

from cases import services
from cases.models import Case
from core.models import AuditEntry
from tests.races import at_once


def test_two_focal_points_open_a_handover_at_once(committed, world, ready):
    case = ready()
    services.send_handover(case, by=world.fresh("caseworker"))
    people = [world.fresh(name) for name in ("focal_point", "reintegration_officer")]
    seen = [Case.objects.select_related("handover").get(pk=case.pk) for _who in people]

    answers = at_once(
        *(
            lambda file=file, by=by: services.open_handover(file, by=by)
            for file, by in zip(seen, people, strict=True)
        )
    )

    assert [getattr(answer, "status", answer) for answer in answers] == ["opened", "opened"]
    opened = AuditEntry.objects.filter(model="cases.handover", action="change")
    assert [row.changes["status"] for row in opened.order_by("id")][-1] == ["sent", "opened"]
    assert opened.count() == 2


@pytest.mark.req("R037")
def test_one_person_is_not_registered_by_two_clerks_at_once(committed, world):
    person = {
        "family_name": "Diallo",
        "given_name": "Aminata",
        "birth_on": datetime.date(1990, 5, 1),
        "nationality": world.country("GN"),
    }
    case = {
        "office": world.rabat,
        "country": world.country("GN"),
        "registered_on": datetime.date(2019, 3, 4),
    }
    people = [world.fresh(name) for name in ("clerk", "caseworker", "protection_officer")]

    answers = at_once(
        *(
            lambda by=by: services.register(person=dict(person), case=dict(case), by=by)
            for by in people
        )
    )

    assert Case.objects.count() == 1
    refused = [answer for answer in answers if not isinstance(answer, Case)]
    assert [error.code for error in refused] == ["possible_duplicate"] * 2
