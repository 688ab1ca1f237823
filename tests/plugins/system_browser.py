"""The browser of the system in place of the one that the browser plugin would download."""

import os
from typing import Any

import pytest


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    """Containers have little shared memory, and root has no sandbox."""
    switches = ["--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        switches.append("--no-sandbox")
    return browser_type_launch_args | {
        "executable_path": os.environ.get("CHROMIUM_BIN"),
        "args": switches,
    }
