"""Somebody registered twice, joining the two files, and undoing it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings

from cases import services
from cases.models import Case, Merge
from tests.cases.merging.files import BORN, REASON, TODAY, D


@pytest.fixture(autouse=True)
def _on_the_day() -> Any:
    with override_settings(TODAY=TODAY.isoformat()):
        yield


@pytest.fixture
def twice(register: Callable[..., Case]) -> Callable[..., tuple[Case, Case]]:
    """Somebody registered twice, under two spellings; at one office unless said otherwise."""

    def _twice(**second: Any) -> tuple[Case, Case]:
        first = register(family_name="Diallo", given_name="Mariama", sex="female", birth_on=BORN)
        values = {
            "family_name": "Jallow",
            "given_name": "Mariame",
            "sex": "female",
            "birth_on": BORN,
            "registered_on": D(2019, 3, 11),
        }
        return first, register(**(values | second))

    return _twice


@pytest.fixture
def join(world: Any) -> Callable[..., Merge]:
    def _join(kept: Case, other: Case, *, by: str = "caseworker", **values: Any) -> Merge:
        return services.merge(kept=kept, other=other, reason=REASON, by=world.fresh(by), **values)

    return _join


@pytest.fixture
def undo(world: Any) -> Callable[..., Merge]:
    def _undo(merge: Merge, *, by: str = "caseworker") -> Merge:
        return services.undo_merge(merge, reason="Two sisters", by=world.fresh(by))

    return _undo
