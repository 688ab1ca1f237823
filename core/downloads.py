"""Files on their way out, the same for pages and API."""

from django.http import FileResponse, Http404

from core.models import StoredFile


def attachment(stored: StoredFile) -> FileResponse:
    """The file as a download, never shown inside our pages. Raises Http404 when it is gone."""
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content,
        as_attachment=True,
        filename=stored.original_name,
        content_type=stored.content_type,
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
