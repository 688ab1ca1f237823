"""Files: recognised by content, kept while a form has errors, swept after a day."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core import uploads
from core.models import StagedUpload

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def upload(name="paper.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def test_a_pdf_is_recognised_by_its_content():
    assert uploads.recognise(upload()) == "application/pdf"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("paper.pdf", b"<html><script>alert(1)</script></html>"),
        ("paper.exe", PDF),
        ("photo.png", PDF),
        ("empty.pdf", b""),
        ("paper\u202efdp.pdf", PDF),
    ],
)
def test_other_files_are_refused(name, content):
    with pytest.raises(ValidationError):
        uploads.recognise(upload(name, content))


@pytest.mark.django_db
def test_a_staged_file_belongs_to_whoever_sent_it(world):
    row = uploads.stage(upload(), user=world.clerk)

    assert uploads.staged(str(row.token), user=world.clerk) == row
    assert uploads.staged(str(row.token), user=world.caseworker) is None
    assert uploads.staged("nonsense", user=world.clerk) is None


@pytest.mark.django_db
def test_staged_files_are_swept_after_a_day(world):
    old = uploads.stage(upload(), user=world.clerk)
    fresh = uploads.stage(upload(), user=world.clerk)
    a_day_ago = timezone.now() - datetime.timedelta(days=1, minutes=1)
    StagedUpload.objects.filter(pk=old.pk).update(staged_at=a_day_ago)

    assert uploads.sweep(before=timezone.now() - datetime.timedelta(days=1)) == 1
    assert list(StagedUpload.objects.all()) == [fresh]
