"""A process of its own that makes one report and says how much memory it had at most, in MiB."""

import sys
from pathlib import Path

import django


def main(kind: str, source: str) -> int:
    """``report DATABASE`` makes the product's report, ``plain FILE`` draws a page."""
    django.setup()
    if kind == "report":
        from scripts.benchmarks.databases import Database
        from scripts.benchmarks.report import compiled

        with Database(source).in_use():
            compiled()
    else:
        import weasyprint

        from core import pdf
        from scripts.benchmarks.report import VARIANT

        pdf.is_available()
        weasyprint.HTML(filename=source).write_pdf(pdf_variant=VARIANT)
    print(_most_memory())
    return 0


def _most_memory() -> float:
    """The high-water mark; what the parent had at its start is not in it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("This system does not say how much memory a process has had.")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
