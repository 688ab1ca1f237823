"""What the suite adds to pytest and its plugins."""

import pytest

PLUGINS = ("requirement_rows", "journeys", "longest_first", "system_browser", "migrated_database")


def pytest_configure(config: pytest.Config) -> None:
    """Loaded this late, our fixtures take precedence over those of the plugins they refine."""
    for name in PLUGINS:
        config.pluginmanager.import_plugin(f"tests.plugins.{name}")
