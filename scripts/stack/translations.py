"""scripts/translations: in the virtual environment, which has Django and Babel."""

from scripts.stack import packages
from scripts.stack.processes import in_foreground


def run(arguments: list[str]) -> int:
    packages.install("run")
    return in_foreground([str(packages.PYTHON), "-m", "scripts.quality.translations", *arguments])
