"""The programme of today: papers of the cases, journeys being prepared, and cases that ended."""

import datetime
import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from avrr.demo.foras import FOCAL_POINTS
from avrr.demo.todays_caseload import Caseload
from avrr.demo.todays_people import Day, Someone
from cases import services as case_services
from cases.enums import (
    CaseOutcome,
    ContactChannel,
    ContactResult,
    DocumentKind,
    HandoverItemKind,
)
from cases.models import ProtectionEntry
from core import uploads
from core.models import Sensitivity
from reference.models import Vulnerability
from training import services as training_services
from training.models import Enrolment
from travel import services
from travel.enums import (
    Determination,
    NeedKind,
    OverrideCause,
    StepKind,
    StepStatus,
    TicketSource,
)
from travel.models import Journey

CONSULATE_WAIT = 33
#: Somebody's protection entry: who (by tag), kind, vulnerability, text, days ago.
ENTRIES = (
    ("need", "medical", "health_needs", "Diabète, traitement à ne pas interrompre.", 20),
    ("override", "medical", "pregnant", "Grossesse de sept mois ; vol à avancer.", 4),
    ("late", "psychosocial", "mental_health_needs", "Anxiété ; demande à être accompagné.", 25),
    ("twice_rabat", "vulnerability", "single_parent", "Seule avec deux enfants.", 3),
    ("child_ready", "legal", "unaccompanied_child", "Tutelle provisoire prononcée.", 30),
    ("child_waiting", "vulnerability", "unaccompanied_child", "Hébergé par une association.", 12),
)
NOTES = (
    ("undeclared", "Souhaite parler à sa famille avant de signer la déclaration."),
    ("consulate", "Le consulat demande deux photos de plus ; déposées la semaine dernière."),
    ("override", "Le médecin déconseille l’avion après la fin du mois."),
    ("twice_casablanca", "Dit ne s’être inscrite nulle part ailleurs ; à comparer avec Rabat."),
)
#: How cases that ended before a journey ended: outcome, days after orientation, note.
ENDINGS = {
    "withdrawn": (CaseOutcome.WITHDRAWN, 18, "A trouvé un travail à Rabat"),
    "silent": (CaseOutcome.SILENT, 60, "Aucune nouvelle après quatre appels"),
    "ineligible": (CaseOutcome.INELIGIBLE, 9, "A déjà été aidé par un autre programme"),
}


# --- papers ---------------------------------------------------------------------------------------
def pdf(text: str) -> SimpleUploadedFile:
    """A small valid PDF of one page with one line of text."""
    stream = f"BT /F1 14 Tf 40 780 Td ({text}) Tj ET".encode("latin-1")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        body.index(b"xref\n"),
    )
    return SimpleUploadedFile("declaration.pdf", body, content_type="application/pdf")


def png(grey: int) -> SimpleUploadedFile:
    """A small grey square, in place of a photo."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + checksum

    header = struct.pack(">IIBBBBB", 32, 32, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + bytes([grey]) * 32) * 32)
    body = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels)
    return SimpleUploadedFile("photo.png", body + chunk(b"IEND", b""), content_type="image/png")


def file_papers(load: Caseload) -> None:
    """Scanned papers, notes, protection entries and calls of the orientation points."""
    for person in list(load.on_way("confirmed"))[:3]:
        case, by = load.case(person), load.worker(person)
        paper = uploads.describe(pdf("Declaration de retour volontaire (exemple)"))
        case_services.add_document(
            case, kind=DocumentKind.DECLARATION, file=paper, title="Déclaration signée", by=by
        )
        photo = uploads.describe(png(90 + 40 * (person.number % 3)))
        case_services.add_document(case, kind=DocumentKind.PHOTO, file=photo, by=by)
    (child,) = load.tagged("child_ready")
    case_services.add_document(
        load.case(child),
        kind=DocumentKind.OTHER,
        file=uploads.describe(pdf("Ordonnance de tutelle (exemple)")),
        title="Ordonnance de tutelle",
        sensitivity=Sensitivity.PROTECTION,
        by=load.setting.person("protection"),
    )
    for tag, text in NOTES:
        person = load.tagged(tag)[0]
        case_services.add_note(load.case(person), text=text, by=load.worker(person))
    for tag, kind, vulnerability, text, days_ago in ENTRIES:
        person = next(p for p in load.people if p.tag == tag)
        case_services.add_protection_entry(
            load.case(person),
            kind=ProtectionEntry.Kind(kind),
            text=text,
            on=max(load.day(days_ago), person.registered_on),
            by=load.setting.person("protection"),
            vulnerabilities=Vulnerability.objects.filter(code=vulnerability),
        )
    for person in load.tagged("consulate"):
        case_services.log_attempt(
            load.case(person),
            on=load.day(6),
            channel=ContactChannel.CALL,
            result=load.dice.choice((ContactResult.REACHED, ContactResult.NO_ANSWER)),
            note="Où en est le laissez-passer",
            by=load.worker(person),
        )


# --- journeys -------------------------------------------------------------------------------------
def prepare(load: Caseload) -> None:
    """Journeys planned and confirmed, with what still waits for somebody."""
    for person in load.tagged("child_"):
        _protect(load, person)
    for person in load.on_way("planned"):
        _plan(load, person)
    for person in load.on_way("confirmed"):
        _confirm(load, person, _plan(load, person))
    for person in load.tagged("ticketed"):
        _withdraw_late(load, person)
    for person in load.tagged("override"):
        _ask_for_exception(load, person)
    for person in load.tagged("enrolled"):
        _ask_for_other_days(load, person)


def _plan(load: Caseload, person: Someone, day: Day | None = None) -> Journey:
    country = load.setting.countries[person.country]
    journey = services.plan(
        load.case(person),
        planned_on=day or load.day(-person.days),
        by=load.worker(person),
        route=f"Casablanca – {country.label_fr}",
        ticket_source=load.dice.choice((TicketSource.MINISTRY, TicketSource.PROGRAMME)),
    )
    asked_on = max(load.day(CONSULATE_WAIT), person.registered_on)
    is_waiting = person.way == "planned" and (person.has("consulate") or person.days > 8)
    if is_waiting:
        if not person.has("consulate"):
            asked_on = max(load.day(12), person.registered_on)
        values = {"status": StepStatus.REQUESTED, "requested_on": asked_on}
    else:
        values = _obtained(asked_on, load.day(9))
    services.add_step(
        journey,
        kind=StepKind.LAISSEZ_PASSER,
        authority=f"Consulat · {country.label_fr}",
        by=load.worker(person),
        **values,
    )
    return journey


def _obtained(asked_on: Day, answered_on: Day) -> dict[str, object]:
    """A step that was asked for and obtained, good for three months."""
    return {
        "status": StepStatus.OBTAINED,
        "requested_on": min(asked_on, answered_on),
        "answered_on": answered_on,
        "expires_on": answered_on + datetime.timedelta(days=90),
    }


def _confirm(load: Caseload, person: Someone, journey: Journey) -> None:
    by = load.worker(person)
    for kind, asked, answered in (
        (StepKind.EXIT_AUTHORISATION, 15, 6),
        (StepKind.TICKET, 5, 4),
    ):
        asked_on = max(load.day(asked), person.registered_on)
        services.add_step(journey, kind=kind, by=by, **_obtained(asked_on, load.day(answered)))
    flight = f"AT {500 + person.number}, 23 h 10"
    escorts = "un accompagnateur" if person.is_child else ""
    on = load.day(0 if person.is_child else 3)  # the safeguards are signed today
    journey = services.confirm(journey, on=on, by=by, flight=flight, escorts=escorts)
    if person.has("unsure") or person.has("ticketed"):
        case_services.withdraw_declaration(
            load.case(person), on=load.day(1), by=by, reason="Hésite depuis hier"
        )
        return
    _announce(load, person, journey, by)
    _hand_over(load, person, by)
    if person.days <= 1:
        services.save_check(
            journey, items={"handouts_given": True, "contact_plan_agreed": True}, by=by
        )


def _announce(load: Caseload, person: Someone, journey: Journey, by: User) -> None:
    if person.tag == "need":
        services.announce_need(
            journey,
            kind=NeedKind.MEDICAL,
            text="Traitement du diabète à poursuivre dès l’arrivée",
            by=by,
        )
    if person.is_child:
        services.announce_need(
            journey,
            kind=NeedKind.CHILD_RECEPTION,
            text="Accueil à l’aéroport par l’oncle et le bureau",
            by=by,
        )


def _hand_over(load: Caseload, person: Someone, by: User) -> None:
    """Sent, opened, accepted or returned with a question."""
    case = load.case(person)
    case_services.deposit(
        case,
        kind=HandoverItemKind.WISH,
        text="Souhaite ouvrir un petit commerce avec sa sœur",
        on=load.day(3),
        by=by,
    )
    case_services.send_handover(case, by=by, message="Dossier complet, vol confirmé.")
    case = load.case(person)
    focal_point = load.setting.person(FOCAL_POINTS[person.country])
    if person.tag == "questioned":
        case_services.question_handover(
            case, question="Quel est le numéro de la famille à Mamou ?", by=focal_point
        )
    elif person.tag == "opened":
        case_services.open_handover(case, by=focal_point)
    elif person.days == 2:
        case_services.accept_handover(case, by=focal_point)
        journey = case.journeys.get()
        need = services.announce_need(
            journey, kind=NeedKind.SHELTER, text="Hébergement pour trois nuits", by=by
        )
        services.acknowledge_need(need, answer="Chambre réservée", by=focal_point)


def _ask_for_exception(load: Caseload, person: Someone) -> None:
    """A flight inside a started course: asked for, and waiting for a second person."""
    course = Enrolment.objects.get(case=load.ids[person.number]).edition
    journey = _plan(load, person, course.ends_on + datetime.timedelta(days=8))
    services.request_override(
        journey,
        day=min(load.day(-2), course.ends_on),
        cause=OverrideCause.MEDICAL,
        reason="Grossesse avancée : la compagnie n’accepte plus le vol dans dix jours",
        by=load.worker(person),
    )


def _ask_for_other_days(load: Caseload, person: Someone) -> None:
    """A course that its coordinator wants a week later, over a flight; it waits for a manager."""
    course = Enrolment.objects.get(case=load.ids[person.number]).edition
    _plan(load, person, course.ends_on + datetime.timedelta(days=3))
    training_services.request_override(
        course,
        starts_on=course.starts_on + datetime.timedelta(days=7),
        change_reason="Le formateur est retenu à Rabat toute la semaine",
        reason="Aucun autre formateur avant deux mois ; six personnes attendent",
        by=load.setting.person("chef-de-file"),
    )


def _withdraw_late(load: Caseload, person: Someone) -> None:
    """Changed their mind with the ticket bought."""
    _confirm(load, person, _plan(load, person))
    journey = load.case(person).journeys.get()
    services.cancel(journey, reason="Ne souhaite plus partir", by=load.worker(person))
    case_services.close(
        load.case(person),
        outcome=CaseOutcome.WITHDRAWN,
        on=load.day(1),
        by=load.worker(person),
        note="Reste au Maroc auprès de son frère",
    )


# --- children travelling alone --------------------------------------------------------------------
def _protect(load: Caseload, person: Someone) -> None:
    """One child has all six safeguards, signed by a second person; the other no determination."""
    officer = load.setting.person("protection")
    values: dict[str, object] = {
        "guardian_name": "Oncle maternel, tuteur provisoire",
        "guardian_consented_on": load.day(18),
        "child_assented_on": load.day(18),
    }
    if person.tag == "child_waiting":
        services.record_gate(load.case(person), values=values, by=officer)
        return
    values |= {
        "determination": Determination.RETURN,
        "determined_on": load.day(14),
        "determined_by": "Comité de l’intérêt supérieur",
        "family_assessed_on": load.day(16),
        "escort_name": "Fatima Zahra Idrissi",
        "receiver_name": "Oncle maternel à Kindia",
    }
    gate = services.record_gate(load.case(person), values=values, by=officer)
    services.sign_gate(gate, by=load.setting.person("protection.guinee"))


# --- cases that ended -----------------------------------------------------------------------------
def close(load: Caseload) -> None:
    """Withdrew, was never heard of again, is not eligible; followed to the end, or not."""
    manager = load.setting.person("programme")
    for person in load.on_way(*ENDINGS):
        case = load.case(person)
        if person.has("ticketed") or person.oriented_on is None:
            continue
        outcome, after, note = ENDINGS[person.way]
        on = person.oriented_on + datetime.timedelta(days=after)
        case_services.close(
            case, outcome=outcome, on=min(on, load.day(2)), by=load.worker(person), note=note
        )
    for person in load.on_way("returned", "completed"):
        is_done = person.way == "completed"
        case_services.close(
            load.case(person),
            outcome=CaseOutcome.COMPLETED if is_done else CaseOutcome.RETURNED,
            on=load.day(10),
            by=manager,
            note="Projet mené à son terme" if is_done else "Ne souhaite pas d’autre suivi",
        )
