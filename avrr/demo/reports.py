"""The released reports of the demonstration: one per language, from the same frozen figures."""

from avrr.demo import figures
from avrr.demo.setting import FORAS, Setting
from core import pdf
from reports import services
from reports.models import ReportRun

REASON = "Chiffres comparés à la fiche du programme de mai 2020 ; petits effectifs protégés."


def release_reports(setting: Setting) -> list[ReportRun]:
    """French, English and Arabic reports on FORAS as of 31 May 2020; none without PDF libraries."""
    if not pdf.is_available():
        return []
    runs = []
    for language in services.LANGUAGES:
        run = services.request_report(
            programme=setting.programmes[FORAS],
            as_of=figures.AS_OF,
            language=language,
            by=setting.person("suivi-evaluation"),
        )
        run = services.compile_run(run)
        if run.is_failed:
            raise RuntimeError(run.message)
        services.release(run, reason=REASON, by=setting.person("programme"))
        runs.append(run)
    return runs
