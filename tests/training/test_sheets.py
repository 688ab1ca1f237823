"""Signed sheets of courses, and what the attendance of a whole course adds up to (R077)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from core import uploads
from core.exceptions import Refused
from core.models import AuditEntry
from tests.training.test_session_pages import page, post
from training import services
from training.models import SignedSheet

D = datetime.date
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
pytestmark = pytest.mark.django_db


def photo(name="sheet.png"):
    return SimpleUploadedFile(name, PNG, content_type="image/png")


def file_sheet(edition, by, day=None):
    day = day or edition.starts_on
    return services.file_sheet(edition, day=day, file=uploads.describe(photo()), by=by)


@pytest.mark.req("R077")
def test_the_trainer_files_the_photograph_of_a_signed_sheet_from_the_course(
    sign_in, world, edition, enrolled, attend
):
    enrolment = enrolled(edition())
    row = attend(enrolment, days=1)
    trainer = sign_in(world.trainer)
    url = page("edition-sheet", row.reference, "2019-06-17")
    assert url in trainer.get(row.get_absolute_url()).content.decode()

    response = post(trainer, url, sheet=photo())

    assert response.url == f"{row.get_absolute_url()}#days"
    sheet = SignedSheet.objects.get()
    assert (sheet.edition, sheet.day, sheet.added_by) == (row, D(2019, 6, 17), world.trainer)
    assert sheet.get_absolute_url() in trainer.get(row.get_absolute_url()).content.decode()
    answer = trainer.get(sheet.get_absolute_url())
    assert b"".join(answer.streaming_content) == PNG
    assert "attachment" in answer["Content-Disposition"]
    read = AuditEntry.objects.filter(model="training.signedsheet", action="read").latest("id")
    assert (read.actor, read.references) == (world.trainer, [row.reference])


def test_a_file_of_another_kind_is_refused_at_its_field(sign_in, world, edition):
    url = page("edition-sheet", edition().reference, "2019-06-17")
    text = SimpleUploadedFile("sheet.png", b"names", content_type="image/png")

    response = post(sign_in(world.trainer), url, sheet=text)

    assert response.status_code == 422
    assert "not accepted" in response.context["form"].errors["sheet"][0]


def test_sheets_are_filed_for_days_of_the_course_by_whoever_calls_its_roll(world, edition, today):
    row = edition()

    with pytest.raises(Refused):
        file_sheet(row, world.fresh("caseworker"))
    with pytest.raises(ValidationError, match="not held on"):
        file_sheet(row, world.fresh("trainer"), day=D(2019, 6, 22))
    later = edition(starts_on=D(2030, 6, 3))
    with pytest.raises(ValidationError, match="future"):
        file_sheet(later, world.fresh("trainer"), day=D(2030, 6, 3))
    assert file_sheet(row, world.fresh("trainer")).sensitivity == "ordinary"


@pytest.mark.req("R003")
def test_a_sheet_is_seen_by_whoever_sees_everybody_on_it(world, edition, enrolled):
    row = edition()
    enrolled(row)
    sheet = file_sheet(row, world.fresh("trainer"))
    seen = SignedSheet.objects.visible_to
    for name in ("trainer", "caseworker", "protection_officer"):
        assert seen(world.fresh(name)).get() == sheet
    for name in ("other_trainer", "caseworker_oujda", "donor", "focal_point", "nobody"):
        assert not seen(world.fresh(name)).exists()

    enrolled(row, is_unaccompanied_child=True, birth_on=D(2005, 1, 1))

    assert not seen(world.fresh("caseworker")).exists()
    assert seen(world.fresh("protection_officer")).get() == sheet


@pytest.mark.req("R077")
def test_page_and_api_add_up_the_half_days_of_the_whole_course(
    sign_in, call, world, edition, enrolled, attend
):
    row = edition("business", starts_on=D(2019, 7, 1))
    child = enrolled(row, is_unaccompanied_child=True, birth_on=D(2005, 1, 1))
    attend(enrolled(row), days=8)
    attend(child, days=4)

    text = sign_in(world.caseworker).get(row.get_absolute_url()).content.decode()
    assert "24 of 36 half-days attended, 67 %" in text
    found = call("caseworker", "get", f"editions/{row.reference}/").json()
    assert (found["half_days_attended"], found["half_days"]) == (24, 36)
    assert (found["people"], found["attendance_percent"]) == (2, 67)


def test_a_course_without_people_has_no_percentage(sign_in, call, world, edition):
    row = edition()

    assert sign_in(world.trainer).get(row.get_absolute_url()).status_code == 200
    assert call("trainer", "get", f"editions/{row.reference}/").json()["attendance_percent"] is None


@pytest.mark.req("R077")
def test_the_marks_of_a_course_are_read_by_day_and_person(call, world, edition, enrolled, attend):
    row = edition()
    enrolment = enrolled(row)
    child = enrolled(row, is_unaccompanied_child=True, birth_on=D(2005, 1, 1))
    attend(enrolment, days=1)
    attend(child, days=1, mark="late")
    path = f"editions/{row.reference}/attendance/"

    marks = call("trainer", "get", path).json()["results"]

    assert marks[0] == {
        "day": "2019-06-17",
        "half": "am",
        "enrolment": enrolment.reference,
        "mark": "present",
    }
    assert [mark["mark"] for mark in marks] == ["present", "present", "late", "late"]
    own = call("caseworker", "get", path).json()["results"]
    assert {mark["enrolment"] for mark in own} == {enrolment.reference}
    assert call("other_trainer", "get", path).status_code == 404
    assert call("donor", "get", path).status_code in {403, 404}
    listed = AuditEntry.objects.filter(model="training.enrolment", action="list")
    assert child.case.reference in listed.filter(actor=world.people["trainer"]).last().references


@pytest.mark.req("R077")
def test_a_sheet_filed_under_the_wrong_course_is_withdrawn_and_seen_by_nobody(
    sign_in, world, edition, enrolled, attend
):
    row = attend(enrolled(edition()), days=1)
    sheet = file_sheet(row, world.fresh("trainer"))
    url = page("sheet-withdraw", sheet.reference)
    assert sign_in(world.caseworker).get(url).status_code == 403
    trainer = sign_in(world.trainer)
    assert url in trainer.get(row.get_absolute_url()).content.decode()
    assert post(trainer, url, reason=" ").status_code == 422

    assert post(trainer, url, reason="Of another course").status_code == 302

    assert trainer.get(sheet.get_absolute_url()).status_code == 404
    assert trainer.get(url).status_code == 404
    assert sheet.get_absolute_url() not in trainer.get(row.get_absolute_url()).content.decode()
    kept = AuditEntry.objects.filter(model="training.signedsheet", action="change").get()
    assert (kept.reason, kept.actor) == ("Of another course", world.trainer)
    with pytest.raises(Refused):
        services.withdraw_sheet(sheet, reason="Again", by=world.fresh("trainer"))


@pytest.mark.req("R077")
def test_sheets_are_filed_listed_and_withdrawn_over_the_api(
    sign_in, call, world, edition, enrolled, attend
):
    row = attend(enrolled(edition()), days=1)
    client, url = sign_in(world.trainer), f"/api/v1/editions/{row.reference}/sheets/"

    wrong = client.post(url, {"day": "2019-06-17", "file": SimpleUploadedFile("a.exe", b"MZ")})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["file"])
    other = client.post(url, {"day": "2019-06-16", "file": photo()})
    assert (other.status_code, list(other.json()["errors"])) == (400, ["day"])
    assert client.post(url, {"day": "2019-06-17", "file": photo()}).status_code == 201
    supervisor = sign_in(world.caseworker)
    assert supervisor.post(url, {"day": "2019-06-17", "file": photo()}).status_code == 403

    (sheet,) = call("trainer", "get", f"editions/{row.reference}/sheets/").json()["results"]
    assert (sheet["day"], sheet["content_type"]) == ("2019-06-17", "image/png")
    withdraw = f"attendance-sheets/{sheet['reference']}/withdraw/"
    assert call("trainer", "post", withdraw, {}).status_code == 400
    assert call("trainer", "post", withdraw, {"reason": "Another course"}).status_code == 200
    assert call("trainer", "get", f"editions/{row.reference}/sheets/").json()["results"] == []
    assert call("trainer", "post", withdraw, {"reason": "Again"}).status_code == 404
