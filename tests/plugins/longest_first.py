"""Puts the longest tests first, so that no process is left alone with one of them at the end."""

import pytest

LONGEST = ("journey", "long")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the random order, which stays as it is within the long ones and within the others."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, LONGEST)))
