"""The files of the access matrix: who they are, what they hold, which of them are joined."""

import datetime
from typing import Any

from cases import services as case_services
from cases.models import Case, HandOut, ProtectionEntry
from core.models import AuditEntry
from reference.models import Language
from tests.access_world.world import TODAY, AccessWorld, D, on, pdf
from travel import services as travel_services

CONSENTS = dict.fromkeys(
    ("processing", "share_with_origin", "training_partner", "follow_up"), "given"
)
SAFEGUARDS = {
    "determination": "return",
    "determined_on": D(2019, 5, 2),
    "determined_by": "Best-interest panel",
    "guardian_name": "M. Camara",
    "guardian_consented_on": D(2019, 5, 6),
    "child_assented_on": D(2019, 5, 6),
    "family_assessed_on": D(2019, 5, 13),
    "escort_name": "S. Bah",
    "receiver_name": "F. Camara",
}


def _register(access: AccessWorld, name: str, *, by: str, **values: Any) -> Case:
    person = {
        "family_name": f"Zq{name}",
        "given_name": "Sentinel",
        "sex": "male",
        "birth_on": D(1990, 1, 1) + datetime.timedelta(days=40 * len(access.rows)),
        "nationality": values["country"],
    } | values.pop("person", {})
    case = {
        "office": access.world.rabat,
        "registered_on": D(2019, 3, 4),
    } | values
    with on(D(2019, 3, 4)):
        row = case_services.register(
            by=access.person(by),
            person=person,
            case=case,
            duplicates_checked=True,
            consents=CONSENTS,
            given_by="guardian" if case.get("is_unaccompanied_child") else "self",
            declaration={"on": D(2019, 3, 4)},
        )
    return access.add(name, row)


def add_cases(access: AccessWorld) -> None:
    guinea, mali = access.world.country("GN"), access.world.country("ML")
    _register(access, "case", by="caseworker", country=guinea)
    _register(access, "waiting", by="caseworker", country=guinea)
    item = case_services.add_handover_item(
        access.rows["waiting"], kind="wish", text="A shop", by=access.person("caseworker")
    )
    access.add("handover_item", item, pk=item.pk)
    for name in ("applicant", "leaving", "away"):
        _register(access, name, by="caseworker", country=guinea)
    _register(access, "oujda", by="caseworker_oujda", country=mali, office=access.world.oujda)
    child = _register(
        access,
        "child",
        by="protection_officer",
        country=guinea,
        is_unaccompanied_child=True,
        person={"birth_on": D(2004, 2, 1), "sex": "female"},
    )
    officer = access.person("protection_officer")
    case_services.send_handover(child, by=officer)
    travel_services.record_gate(child, values=SAFEGUARDS, by=officer)


def add_papers(access: AccessWorld) -> None:
    """Each written by the side in charge: of ``case``, the country of origin."""
    host, origin = access.person("protection_officer"), access.person("origin_protection_officer")
    for name, case, sensitivity, by in (
        ("document", "case", "ordinary", origin),
        ("document_protection", "case", "protection", origin),
        ("document_waiting", "waiting", "identity", host),
        ("document_child", "child", "ordinary", host),
    ):
        document = case_services.add_document(
            Case.objects.get(pk=access.rows[case].pk),
            kind="other",
            title=name,
            sensitivity=sensitivity,
            file=pdf(),
            by=by,
        )
        access.add(name, document)
    returned = Case.objects.get(pk=access.rows["case"].pk)
    case_services.add_note(returned, text="Likes football", by=origin)
    point = case_services.add_contact_point(
        returned, kind="phone", value="+212 661 00 00 00", by=origin
    )
    access.add("contact_point", point, pk=point.pk)
    attempt = case_services.log_attempt(
        returned, on=TODAY, channel="call", result="no_answer", by=origin
    )
    access.add("attempt", attempt, pk=attempt.pk)
    entry = AuditEntry.objects.filter(model="cases.contactpoint").latest("id")
    access.add("audit_entry", entry, pk=entry.pk)
    case_services.add_protection_entry(
        returned,
        kind=ProtectionEntry.Kind.MEDICAL,
        text="Diabetes",
        on=TODAY,
        by=origin,
    )
    hand_out = case_services.hand_out(
        on=TODAY,
        by=access.person("caseworker"),
        office=access.world.rabat,
        programme=access.world.foras,
        occasion=HandOut.Occasion.REGISTRATION,
        material="Brochure",
        language=Language.objects.get(pk="fr"),
        quantity=3,
    )
    access.add("hand_out", hand_out, pk=hand_out.pk)


def add_referrals(access: AccessWorld) -> None:
    for name, office in (("referral", "rabat"), ("referral_oujda", "oujda")):
        referral = case_services.refer(
            by=access.person("referrer"),
            referred_on=D(2019, 9, 10),
            family_name=f"Zq{name}",
            nationality=access.world.country("GN"),
            office=access.world.offices[office],
        )
        access.add(name, referral)


def add_merges(access: AccessWorld) -> None:
    """Two files of Rabat joined; one of Rabat and one of Oujda that wait for a second person."""
    guinea = access.world.country("GN")
    files = [
        _register(access, name, by="caseworker", country=guinea) for name in ("twin", "other_twin")
    ]
    done = case_services.merge(
        kept=files[0], other=files[1], reason="Same photo", by=access.person("caseworker")
    )
    access.add("merge", done)
    proposed = case_services.merge(
        kept=Case.objects.get(pk=access.rows["waiting"].pk),
        other=Case.objects.get(pk=access.rows["oujda"].pk),
        reason="Same photo",
        by=access.person("protection_officer"),
    )
    access.add("merge_proposed", proposed)
