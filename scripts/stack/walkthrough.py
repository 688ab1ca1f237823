"""scripts/walkthrough: the pictures of docs/walkthrough.md, taken in a real browser."""

from scripts.stack import chromium, packages
from scripts.stack.messages import StackError
from scripts.stack.processes import in_foreground


def run(arguments: list[str]) -> int:
    """Set the browser up, take the pictures, and return the exit code."""
    packages.install("test")
    if not chromium.provide():
        raise StackError("The pictures need a browser; set CHROMIUM_BIN to one.")
    return in_foreground([str(packages.PYTHON), "-m", "scripts.pictures", *arguments])
