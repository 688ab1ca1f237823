"""The commands behind the files in scripts/."""

import importlib
import os
import sys

from scripts.stack.messages import StackError
from scripts.stack.processes import Stopped, stop_on_signals

COMMANDS = {
    "bench": "scripts.stack.bench",
    "check": "scripts.stack.checks",
    "demo": "scripts.stack.demo",
    "lock": "scripts.stack.lock",
    "requirement_coverage": "scripts.quality.requirement_rows",
    "test": "scripts.stack.tests",
    "translations": "scripts.stack.translations",
    "walkthrough": "scripts.stack.walkthrough",
}
"""The files in scripts/, and the module that does the work of each."""


def main(arguments: list[str]) -> int:
    """Run one command; every failure that a person can mend is one message and exit code 1."""
    os.umask(0o022)
    stop_on_signals()
    command, rest = arguments[0], arguments[1:]
    try:
        return run(command, rest)
    except StackError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    except Stopped:
        return 130


def run(command: str, arguments: list[str]) -> int:
    """Each command imports only what it needs."""
    module = importlib.import_module(COMMANDS[command])
    return int(module.run(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
