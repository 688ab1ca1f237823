"""Words that have no place in the product: unfinished business, and one machine's paths."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.stack.layout import ROOT

UNWANTED = {
    "unfinished": r"\b(TO[D]O|FI[X]ME|XX[X]|HAC[K])\b|\bNotImplemented[E]rror\b",
    "a test that tests nothing": r"\bassert [T]rue\b"
    r"|mark\.(skip|xfai[l])\b|pytest\.(skip|xfai[l])\(",
    "a path of one machine": r"/(wor[k]|hom[e]/\w+|User[s]/\w+|tmp/la[b])/|\bC:\\User[s]",
    "how the work was organised": r"\b(A[I]|LL[M]s?|GP[T])\b(?!,AIA)"  # a country has that code
    r"|(?i:\b(Claud[e]|Copilo[t]|ChatGP[T]|OpenA[I]|Anthropi[c]|chatbo[t]s?"
    r"|artificial intelligenc[e]|language mode[l]s?)\b)"
    r"|\bissue #?\d|\bfarm-benc[h]\b",
}
PATTERNS = {reason: re.compile(pattern) for reason, pattern in UNWANTED.items()}
SUFFIXES = {
    *{".py", ".html", ".txt", ".md", ".css", ".js", ".toml", ".ini", ".yml", ".yaml", ".sh"},
    *{".csv", ".json", ".po", ".svg", ".in", ""},
}
NOT_OURS = {"vendor", "var", "node_modules", "__pycache__"}
MODULES_WITHOUT_A_SUBJECT = {"utils.py", "helpers.py", "signals.py"}


def main() -> int:
    """Name every place."""
    found = [problem for path in files() for problem in problems(path)]
    for problem in found:
        print(problem)
    return 1 if found else 0


def files() -> Iterator[Path]:
    """The text files of the project that we write ourselves."""
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = sorted(
            name
            for name in subfolders
            if name not in NOT_OURS and (name[0] != "." or name == ".ci")
        )
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix in SUFFIXES and not name.startswith("requirements"):
                yield path


def problems(path: Path) -> Iterator[str]:
    """What is wrong in one file."""
    name = path.relative_to(ROOT)
    if path.name in MODULES_WITHOUT_A_SUBJECT:
        yield f"{name}: a module is named after its subject"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return
    for number, line in enumerate(lines, 1):
        for reason, pattern in PATTERNS.items():
            if match := pattern.search(line):
                yield f"{name}:{number}: {reason}: {match[0]}"


if __name__ == "__main__":
    sys.exit(main())
