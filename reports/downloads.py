"""Files of reports on their way out, the same for pages and API."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404

from core.downloads import attachment
from reports import services
from reports.models import ReportRun


def pdf_response(run: ReportRun, user: Any) -> FileResponse:
    """The file as a download. Raises Http404 when there is none yet."""
    try:
        file = services.download(run, by=user)
    except ValidationError as error:
        raise Http404 from error
    return attachment(file)
