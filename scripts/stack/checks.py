"""scripts/check: everything about the code that can be checked without running the tests."""

import argparse
import base64
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from scripts.stack import packages, pango, servers
from scripts.stack.layout import ROOT
from scripts.stack.messages import say
from scripts.stack.processes import Child, Processes, in_foreground

BUSY = "Another ./scripts/check of this checkout is running (process {pid}). Wait for it."
DJANGO = "5.2"
Command = list[str]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One check: what it is called, what it asks, and the commands that all have to succeed."""

    name: str
    question: str
    commands: Callable[[], list[Command]]
    slow: bool = False
    """Started first, and run beside the others."""
    informative: bool = False
    """Its output is of interest even when it succeeds."""


def run(arguments: list[str]) -> int:
    """Run every step, or the named ones; fail if one of them fails."""
    options = parse(arguments)
    with servers.claimed("check", busy=BUSY) as layout:
        packages.install("dev")
        pango.provide()
        os.environ["DJANGO_SETTINGS_MODULE"] = "avrr.settings.test"
        os.environ.pop("AWDA_DEMO", None)
        if options.fix:
            fix()
        chosen = [step for step in STEPS if not options.steps or step.name in options.steps]
        with servers.running(layout) as processes:
            servers.provide(processes)
            failed = run_steps(processes, chosen)
    if failed:
        say(f"Failed: {', '.join(failed)}.")
        return 1
    say(f"All {len(chosen)} checks passed.")
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options and the names of steps."""
    width = max(len(step.name) for step in STEPS)
    parser = argparse.ArgumentParser(
        prog="scripts/check",
        description="Checks the code. Every step runs, even when an earlier one has failed.",
        epilog="steps:\n" + "\n".join(f"  {s.name:{width}}  {s.question}" for s in STEPS),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--fix", action="store_true", help="format and mend what tools can mend")
    parser.add_argument("steps", nargs="*", metavar="step", help="only these steps")
    options = parser.parse_args(arguments)
    if unknown := set(options.steps) - {step.name for step in STEPS}:
        parser.error(f"there is no step {', '.join(sorted(unknown))}")
    return options


def fix() -> None:
    """Let the tools change the files."""
    for command in (
        tool("ruff", "check", "--fix", "--quiet", "--exit-zero"),
        tool("ruff", "format", "--quiet"),
        tool("djade", "--target-version", DJANGO, *templates()),
    ):
        in_foreground(command)


def run_steps(processes: Processes, steps: list[Step]) -> list[str]:
    """The names of the steps that failed; what those said is printed."""
    width = max(len(step.name) for step in steps)
    early = {step.name: begin(processes, step) for step in steps if step.slow}
    failed = []
    for step in sorted(steps, key=lambda step: step.slow):
        started, children = early.get(step.name) or begin(processes, step)
        outputs = [finish(processes, child) for child in children]
        seconds = time.monotonic() - started
        good = all(code == 0 for code, _ in outputs)
        say(f"{step.name:{width}}  {'ok' if good else 'FAILED'}  {seconds:.1f} s")
        if not good:
            failed.append(step.name)
        for code, output in outputs:
            if code or step.informative:
                say(output.rstrip())
    return failed


def begin(processes: Processes, step: Step) -> tuple[float, list[Child]]:
    """Start the commands of a step, which do not depend on each other."""
    return time.monotonic(), [
        processes.start(f"{step.name}-{number}" if number else step.name, command)
        for number, command in enumerate(step.commands())
    ]


def finish(processes: Processes, child: Child) -> tuple[int, str]:
    """Exit code and output of one command."""
    return processes.finish(child), child.output()


def tool(name: str, *arguments: object) -> Command:
    """A program of the virtual environment that is no Python script."""
    return [str(packages.VENV / "bin" / name), *map(str, arguments)]


def module(name: str, *arguments: object) -> Command:
    """A Python module that is a program."""
    return [str(packages.PYTHON), "-m", name, *map(str, arguments)]


def manage(*arguments: object) -> Command:
    """A management command."""
    return [str(packages.PYTHON), str(ROOT / "manage.py"), *map(str, arguments)]


def layers() -> list[Command]:
    call = "import sys; from importlinter.cli import lint_imports_command as main; sys.exit(main())"
    return [
        [str(packages.PYTHON), "-c", call, "--no-logo"],
        module("scripts.quality.faces"),
    ]


def deployment() -> list[Command]:
    """Production settings with throw-away secrets, which only this command sees."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "avrr.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": "check:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "ALLOWED_HOSTS": "awda.example.org",
        "SITE_URL": "https://awda.example.org",
        "EMAIL_URL": "smtp://mail.example.org:587",
        "TRUSTED_PROXIES": "1",
    }
    assignments = [f"{name}={value}" for name, value in settings.items()]
    return [["env", *assignments, *manage("check", "--deploy", "--fail-level", "WARNING")]]


def templates() -> list[str]:
    """The pages, mails and report templates."""
    found = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")]
    return [str(path.relative_to(ROOT)) for path in sorted(found)]


STEPS = (
    Step(
        name="format",
        question="is the Python formatted?",
        commands=lambda: [tool("ruff", "format", "--check", "--quiet", "--diff")],
    ),
    Step(
        name="lint",
        question="are there likely mistakes?",
        commands=lambda: [tool("ruff", "check", "--output-format", "concise")],
    ),
    Step(
        name="layers",
        question="do apps import only what is below them, and not each other's pages?",
        commands=layers,
    ),
    Step(
        name="types",
        question="do the types hold, strictly in core, services, policies and reports?",
        commands=lambda: [module("mypy", ".")],
        slow=True,
    ),
    Step(
        name="migrations",
        question="does every model change have its migration?",
        commands=lambda: [manage("makemigrations", "--check", "--dry-run")],
    ),
    Step(
        name="system",
        question="is Django content, the database included?",
        commands=lambda: [manage("check", "--database", "default", "--fail-level", "WARNING")],
    ),
    Step(
        name="deployment",
        question="are the production settings safe?",
        commands=deployment,
    ),
    Step(
        name="templates",
        question="are the templates formatted and sound?",
        commands=lambda: [
            tool("djade", "--check", "--target-version", DJANGO, *templates()),
            module("djlint", "--lint", "--quiet", *templates()),
        ],
    ),
    Step(
        name="translations",
        question="is every message translated and compiled?",
        commands=lambda: [module("scripts.quality.translations", "--check")],
    ),
    Step(
        name="dependencies",
        question="is every import required, and every requirement used?",
        commands=lambda: [module("deptry", ".")],
    ),
    Step(
        name="api",
        question="is the document of the REST API valid and without doubts?",
        commands=lambda: [
            manage("spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)
        ],
    ),
    Step(
        name="documents",
        question="are the generated documents fresh?",
        commands=lambda: [manage("generate_docs", "--check")],
    ),
    Step(
        name="vendored",
        question="are the vendored files those of the table with their licences?",
        commands=lambda: [[str(packages.PYTHON), str(ROOT / "scripts" / "vendor_check")]],
    ),
    Step(
        name="words",
        question="is nothing left that should not be in the product?",
        commands=lambda: [module("scripts.quality.words")],
    ),
    Step(
        name="requirements",
        question="do the tests name only rows that exist? How many are covered?",
        commands=lambda: [module("scripts.stack", "requirement_coverage")],
        informative=True,
    ),
)
