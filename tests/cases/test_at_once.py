"""Two people doing the same to one case at the same moment."""

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
