"""Lists of the REST API: written quickly, and like the serializer says."""

from collections.abc import Callable

from cases.api.registration import CaseOut
from cases.models import Case
from core.api import _writer
from tests.personas import World


def test_a_row_of_a_list_is_what_the_serializer_makes_of_the_record(
    register: Callable[..., Case], world: World
) -> None:
    cases = [register(), register(country=world.country("TD"), birth_on=None)]
    context = {"usual_window": 56}

    rows = [_writer(CaseOut(context=context))(case) for case in cases]

    assert rows == CaseOut(cases, many=True, context=context).data
    assert rows[1]["programme"] is None
    assert rows[1]["person"]["birth_on"] is None
    assert rows[0]["clock"]["window"] == 56
