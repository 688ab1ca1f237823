"""The donor report: its figures beside hand-written statements, its file beside a plain page."""

import contextlib
import datetime
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import weasyprint
from django.template.loader import render_to_string
from django.utils import translation

from avrr.demo.setting import FORAS
from core import context, pdf
from programmes.models import Programme
from reports import services
from reports.indicators import Scope
from reports.indicators.evaluation import evaluate
from reports.models import ReportRun
from scripts.benchmarks import caseload
from scripts.benchmarks.databases import Database
from scripts.benchmarks.measuring import Compared, Row, Target, exact, in_turn, timed
from scripts.benchmarks.yardsticks import report_sql
from scripts.stack.layout import ROOT

AS_OF = datetime.date(2020, 5, 31)
LANGUAGE = "fr"
OFFICER = "suivi-evaluation"
VARIANT = "pdf/ua-1"
"""Both are tagged for screen readers: that is asked of the file, not of our template."""

PLAIN_STYLE = """<style>
  @page { size: A4; margin: 20mm }
  body { font: 9pt sans-serif }
  table { border-collapse: collapse; width: 100%; margin: 5mm 0 }
  th, td { border-bottom: 0.2mm solid #999; padding: 1mm; text-align: start }
  svg { width: 100% }
</style>"""


def figures(rounds: int) -> Iterator[Row]:
    """Every figure of the catalogue, exact, beside five statements that give the same."""
    scope = scope_of_report()
    content = evaluate(scope)
    check_equal(content, report_sql.run(scope.programme.pk, AS_OF))
    wall, _cpu = in_turn(
        lambda: evaluate(scope),
        lambda: report_sql.run(scope.programme.pk, AS_OF),
        rounds=rounds,
        calls=1,
    )
    yield wall.row(
        benchmark="report",
        what="Figures of the donor report, all splits",
        unit="ms",
        yardstick_name="five hand-written statements",
        target=Target(number="1", limit=2.0),
    )


def scope_of_report() -> Scope:
    officer = caseload.worker(OFFICER)
    return Scope(user=officer, programme=Programme.objects.get(code=FORAS), as_of=AS_OF)


def check_equal(content: Any, found: list[report_sql.Rows]) -> None:
    """Both ways have to give the same figures, or the comparison means nothing."""
    ours, theirs = report_sql.splits_of_product(content), report_sql.splits_of(found)
    for slug, splits in theirs.items():
        for name, parts in splits.items():
            if parts != ours[slug][name]:
                raise RuntimeError(
                    f"{slug} by {name}: the product counts {ours[slug][name]}, "
                    f"the statements count {parts}."
                )


def file(rounds: int, database: Database) -> Iterator[Row]:
    """Drawing the report, and the same words, tables and charts with a plain style sheet."""
    call, seconds = _captured()
    template, context_of_report, options = call
    with translation.override(LANGUAGE):
        html = render_to_string(
            template, {**context_of_report, "language": LANGUAGE, "is_rtl": False}
        )
    plain = _plain(html)
    _wall, cpu = in_turn(
        lambda: pdf.render(template, context_of_report, **options),
        lambda: weasyprint.HTML(string=plain).write_pdf(pdf_variant=VARIANT),
        rounds=rounds,
        calls=1,
    )
    pages = _pages(pdf.render(template, context_of_report, **options))
    table_rows = html.count("</tr>")
    yield cpu.row(
        benchmark="pdf",
        what=f"Report of {pages} pages as PDF, {table_rows} rows of tables, processor time",
        unit="ms",
        yardstick_name="WeasyPrint, same words, tables and charts, plain style",
        target=Target(number="8", limit=1.3),
    )
    with TemporaryDirectory() as folder:
        page = Path(folder, "plain.html")
        page.write_text(plain)
        memory = Compared(
            product=[_peak_memory("report", database.name)],
            yardstick=[_peak_memory("plain", str(page))],
        )
    yield memory.row(
        benchmark="pdf",
        what="Report from the request to the file, peak memory of the process",
        unit="MiB",
        yardstick_name="plain style, figures given",
        target=Target(number="8", limit=160, of_ratio=False),
    )
    yield Row(
        benchmark="pdf",
        what="Report from the request to the file, figures and protection included",
        unit="s",
        product=exact(seconds),
    )


def compiled() -> ReportRun:
    """Ask for the report and make it at once, as a worker does."""
    scope = scope_of_report()
    with context.origin(channel="command"):
        run = services.request_report(
            programme=scope.programme, as_of=AS_OF, language=LANGUAGE, by=scope.user
        )
        run = services.compile_run(run)
    if run.is_failed:
        raise RuntimeError(run.message)
    return run


def _captured() -> tuple[tuple[str, dict[str, Any], dict[str, Any]], float]:
    """What the product draws its report from; and how long it took from the request to the file."""
    calls: list[Any] = []
    render = pdf.render

    def remember(template: str, context_of_report: Any, **options: Any) -> bytes:
        calls.append((template, dict(context_of_report), options))
        return render(template, context_of_report, **options)

    with mock.patch.object(pdf, "render", remember):
        clock = timed(compiled)
    return calls[0], clock.wall


def _pages(content: bytes) -> int:
    """The pages of a file, read from its packed objects."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    unpacked = [content]
    for stream in packed:
        with contextlib.suppress(zlib.error):
            unpacked.append(zlib.decompress(stream))
    return sum(len(re.findall(rb"/Type /Page\b", part)) for part in unpacked)


def _plain(html: str) -> str:
    """The words, tables and charts of a report, with the plain style sheet and no running heads."""
    html = re.sub(r'<link rel="stylesheet"[^>]*>', PLAIN_STYLE, html)
    return re.sub(r'<div class="running-.*?</div>|<img [^>]*>', "", html, flags=re.DOTALL)


def _peak_memory(kind: str, source: str) -> float:
    """MiB that a fresh process needs at most."""
    command = [sys.executable, "-m", "scripts.benchmarks.memory", kind, source]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    return float(done.stdout.splitlines()[-1])
