"""Leaves the browser journeys out where scripts/test has found no browser."""

import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """scripts/test has said so."""
    if os.environ.get("AWDA_JOURNEYS") != "off":
        return
    journeys = [item for item in items if item.get_closest_marker("journey")]
    items[:] = [item for item in items if item not in journeys]
    config.hook.pytest_deselected(items=journeys)
