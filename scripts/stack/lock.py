"""scripts/lock: compiles what the requirements files ask for into exact versions with hashes."""

from scripts.stack import packages
from scripts.stack.layout import ROOT
from scripts.stack.messages import say

OLDEST_PYTHON = "3.11"


def run(arguments: list[str]) -> int:
    """Compile each file under the constraints of the ones before, so that versions agree."""
    done: list[str] = []
    for target in (packages.INSTALLER, *packages.LEVELS.values(), packages.SERVERS):
        source = target.replace(".txt", ".in")
        constraints = [part for name in done for part in ("--constraints", name)]
        packages.run_uv(
            ["pip", "compile", source, "--output-file", target, "--quiet"]
            + ["--generate-hashes", "--universal", "--no-header"]
            + ["--python-version", OLDEST_PYTHON, *constraints, *arguments],
            failure=f"{source} could not be compiled",
        )
        done.append(target)
        pinned = (ROOT / target).read_text().count("==")
        say(f"{target}: {pinned} packages.")
    return 0
