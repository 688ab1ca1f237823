"""Papers, notes and protection entries: filed by the side in charge, in an open case."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases import policies, services
from cases.enums import CaseStatus
from cases.models import Document, ProtectionEntry
from core import uploads
from core.clock import today
from core.exceptions import Refused
from core.models import AuditEntry
from reference.models import Vulnerability

D = datetime.date
pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HOST = {"clerk", "caseworker", "protection_officer"}
ORIGIN = {"focal_point", "reintegration_officer", "origin_protection_officer"}
WHO = {CaseStatus.ORIENTED: HOST, CaseStatus.ARRIVED: ORIGIN}


def upload():
    return SimpleUploadedFile("paper.pdf", PDF, content_type="application/pdf")


def paper(case, by, **values):
    return services.add_document(
        case, kind="other", file=uploads.describe(upload()), by=by, **values
    )


def entry(case, by, **values):
    given = {"kind": "medical", "text": "Insulin", "on": D(2019, 4, 1)} | values
    return services.add_protection_entry(case, by=by, **given)


def note(case, by):
    return services.add_note(case, text="Likes football", by=by)


@pytest.mark.parametrize("step", WHO)
@pytest.mark.parametrize(
    ("verb", "rule", "officers_only"),
    [
        (paper, policies.can_edit, False),
        (note, policies.can_record_contact, False),
        (entry, policies.can_record_protection, True),
    ],
)
def test_the_side_in_charge_files(world, at_step, step, verb, rule, officers_only):
    case = at_step(step)
    side = {n for n in WHO[step] if not officers_only or n.endswith("protection_officer")}

    assert {n for n in world.people if rule(world.fresh(n), case)} == side
    for name in sorted(HOST | ORIGIN | {"programme_manager", "caseworker_oujda"}):
        if name in side:
            row = verb(case, world.fresh(name))
            created = AuditEntry.objects.filter(model=row._meta.label_lower, action="create")
            assert created.latest("id").actor == world.people[name]
        else:
            with pytest.raises(Refused):
                verb(case, world.fresh(name))


@pytest.mark.parametrize("verb", [paper, note, entry])
def test_a_closed_case_takes_nothing_new(world, closed, verb):
    case = closed()

    with pytest.raises(Refused, match="is closed"):
        verb(case, world.fresh("protection_officer"))


def test_pages_offer_what_the_services_allow(world, at_step, sign_in, fill_in):
    case = at_step(CaseStatus.ORIENTED)
    officer, other_side = sign_in(world.protection_officer), sign_in(world.focal_point)
    services.send_handover(case, by=world.fresh("caseworker"))
    urls = {
        name: reverse(f"cases:{name}", args=[case.reference])
        for name in ("add-document", "note", "protection-entry")
    }
    own, theirs = (b.get(case.get_absolute_url()).content.decode() for b in (officer, other_side))
    for url in urls.values():
        assert officer.get(url).status_code == 200
        assert url in own
        assert other_side.get(url).status_code == 403
        assert url not in theirs

    paper_values = {"kind": "identity", "sensitivity": "identity", "title": "Passport"}
    assert fill_in(officer, urls["add-document"], **paper_values, file=upload()).status_code == 302
    assert fill_in(officer, urls["note"], text="Likes football").status_code == 302
    vulnerable = Vulnerability.objects.first()
    values = {"kind": "medical", "text": "Insulin", "on": "2019-04-01"}
    sent = fill_in(officer, urls["protection-entry"], **values, vulnerabilities=[vulnerable.pk])
    assert sent.status_code == 302

    document = Document.objects.get(case=case)
    assert (document.title, document.kind, document.added_by) == (
        "Passport",
        "identity",
        world.protection_officer,
    )
    assert case.notes.get().text == "Likes football"
    written = ProtectionEntry.objects.get(case=case)
    assert (written.text, written.by) == ("Insulin", world.protection_officer)
    assert list(written.vulnerabilities.all()) == [vulnerable]
    files = officer.get(f"/api/v1/cases/{case.reference}/documents/").json()["results"]
    assert [(f["title"], f["size"]) for f in files] == [("Passport", len(PDF))]


def test_a_protection_paper_is_seen_with_the_permission_only(world, at_step, sign_in):
    case = at_step(CaseStatus.ORIENTED)
    paper(case, world.fresh("protection_officer"), sensitivity="protection", title="Certificate")

    assert "Certificate" in (
        sign_in(world.protection_officer).get(case.get_absolute_url()).content.decode()
    )
    caseworker = sign_in(world.caseworker)
    assert "Certificate" not in caseworker.get(case.get_absolute_url()).content.decode()
    path = f"/api/v1/cases/{case.reference}/documents/"
    assert caseworker.get(path).json()["results"] == []


def test_an_entry_in_the_future_is_refused(world, register):
    with pytest.raises(ValidationError) as refused:
        entry(register(), world.fresh("protection_officer"), on=D(2090, 1, 1))

    assert list(refused.value.message_dict) == ["on"]


# --- hand-outs ------------------------------------------------------------------------------------
def brochures(world, by, **values):
    from reference.models import Language

    given = {
        "on": D(2019, 4, 1),
        "office": world.rabat,
        "programme": world.foras,
        "occasion": "registration",
        "material": "Brochure",
        "language": Language.objects.get(pk="fr"),
        "quantity": 30,
    }
    return services.hand_out(by=world.fresh(by), **(given | values))


def test_hand_outs_are_logged_and_corrected_at_the_own_office(world):
    row = brochures(world, "caseworker")

    services.correct_hand_out(row, quantity=3, reason="Typed a zero", by=world.fresh("caseworker"))

    row.refresh_from_db()
    assert row.quantity == 3
    change = AuditEntry.objects.get(model="cases.handout", action="change")
    assert (change.changes["quantity"], change.reason) == ([30, 3], "Typed a zero")
    for name in ("clerk", "caseworker_oujda", "origin_protection_officer", "programme_manager"):
        with pytest.raises(Refused):
            brochures(world, name)
        with pytest.raises(Refused):
            services.correct_hand_out(row, quantity=4, reason="x", by=world.fresh(name))


@pytest.mark.parametrize(
    ("values", "field"), [({"quantity": 0}, "quantity"), ({"on": D(2090, 1, 1)}, "on")]
)
def test_a_hand_out_that_cannot_be_is_refused_at_its_field(world, values, field):
    with pytest.raises(ValidationError) as refused:
        brochures(world, "caseworker", **values)

    assert field in refused.value.message_dict


# --- taking back ----------------------------------------------------------------------------------
@pytest.mark.parametrize("by", ["clerk", "caseworker", "protection_officer"])
def test_somebody_elses_paper_is_taken_back_and_its_row_is_kept(world, at_step, by):
    case = at_step(CaseStatus.ORIENTED)
    document = paper(case, world.fresh("caseworker"), title="Passport of a cousin")

    services.withdraw_document(document, reason="Of a cousin", by=world.fresh(by))

    assert not Document.objects.visible_to(world.fresh("caseworker")).exists()
    kept = Document.objects.get()
    assert (kept.withdrawn_on, kept.withdrawn_by) == (today(), world.people[by])
    assert kept.file.open().read() == PDF
    entry = AuditEntry.objects.get(model="cases.document", action="change")
    assert entry.reason == "Of a cousin"
    with pytest.raises(Refused):
        services.withdraw_document(kept, reason="Again", by=world.fresh(by))


def test_a_paper_of_a_closed_case_is_taken_back_too(world, at_step):
    case = at_step(CaseStatus.ORIENTED)
    document = paper(case, world.fresh("caseworker"))
    services.close(case, outcome="silent", on=D(2019, 9, 2), by=world.fresh("caseworker"))

    with pytest.raises(ValidationError, match="why this is taken back"):
        services.withdraw_document(document, reason=" ", by=world.fresh("caseworker"))
    for name in ("caseworker_oujda", "focal_point_mali", "programme_manager"):
        with pytest.raises(Refused):
            services.withdraw_document(document, reason="Wrong", by=world.fresh(name))

    assert services.withdraw_document(
        document, reason="Wrong", by=world.fresh("caseworker")
    ).withdrawn_on


def test_a_paper_taken_back_on_the_page_or_over_the_api_is_nowhere_any_more(
    world, at_step, sign_in, fill_in, api
):
    case, browser = at_step(CaseStatus.ORIENTED), sign_in(world.caseworker)
    first, second = (paper(case, world.fresh("caseworker"), title=t) for t in ("One", "Two"))
    address = f"/api/v1/cases/{case.reference}/documents/"
    url = reverse("cases:withdraw-document", args=[first.reference])
    assert url in browser.get(case.get_absolute_url()).content.decode()

    assert fill_in(browser, url, reason="Of a cousin").status_code == 302
    assert [row["title"] for row in browser.get(address).json()["results"]] == ["Two"]
    sent = api(browser, f"documents/{second.reference}/withdraw/", {"reason": "Of a cousin"})

    assert sent.status_code == 200
    assert browser.get(address).json()["results"] == []
    for document in (first, second):
        assert browser.get(document.get_absolute_url()).status_code == 404
        again = reverse("cases:withdraw-document", args=[document.reference])
        assert browser.get(again).status_code == 404
    assert "Nothing filed yet" in browser.get(case.get_absolute_url()).content.decode()


def test_a_paper_is_filed_over_the_api(world, at_step, sign_in):
    case, browser = at_step(CaseStatus.ORIENTED), sign_in(world.caseworker)
    address = f"/api/v1/cases/{case.reference}/documents/"

    sent = browser.post(address, {"kind": "identity", "title": "Passport", "file": upload()})
    wrong = browser.post(
        address, {"kind": "identity", "file": SimpleUploadedFile("x.txt", b"not a scan")}
    )

    assert (sent.status_code, sent.json()["title"]) == (201, "Passport")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["file"])
    assert Document.objects.get().added_by == world.caseworker
