"""The audit trail: values before and after, append-only, chained."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from cases.models import Case
from cases.services import add_contact_point
from core import audit, records
from core.models import AuditAction, AuditEntry


@pytest.mark.django_db
@pytest.mark.req("R011")
def test_changing_the_phone_number_keeps_both_values_and_cannot_be_edited(world, register):
    import json

    from core.fields import decrypt

    case = register()
    by = world.fresh("caseworker")
    point = add_contact_point(case, kind="phone", value="+212612345678", by=by)
    point = records.lock(point)
    point.value = "+212 6 98 76 54 32"
    records.save(point, by=by, reason="new number")

    entry = AuditEntry.objects.filter(model="cases.contactpoint").latest("id")
    sealed = json.loads(decrypt(entry.sealed_changes, context=audit.SEALED_CONTEXT))
    assert sealed["value"] == ["+212 6 12 34 56 78", "+212 6 98 76 54 32"]
    assert entry.actor == by
    assert entry.reason == "new number"
    assert case.reference in entry.references
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(reason="other")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()


@pytest.mark.django_db
def test_a_sound_trail_verifies(world, register):
    register()
    audit.read(world.clerk, register())

    count, broken = audit.verify()

    assert count == AuditEntry.objects.count() > 2
    assert broken == []


@pytest.mark.django_db
def test_a_changed_entry_breaks_its_chain(world, register):
    register()
    victim = AuditEntry.objects.filter(action=AuditAction.CREATE).first()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE core_auditentry SET reason = 'x' WHERE id = %s", [victim.pk])

        assert audit.verify()[1] == [victim.pk]


@pytest.mark.django_db
def test_a_removed_tail_is_noticed(world, register):
    register()
    last = AuditEntry.objects.latest("id")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM core_auditentry WHERE id = %s", [last.pk])

        assert audit.verify()[1] == [-last.chain]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM core_audithead WHERE chain = %s",
        "UPDATE core_audithead SET hash = 'x' WHERE chain = %s",
        "UPDATE core_audithead SET position = position - 1 WHERE chain = %s",
    ],
)
def test_a_head_that_was_changed_or_removed_is_noticed(world, register, tampering):
    register()
    chain = AuditEntry.objects.latest("id").chain
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(tampering, [chain])

    assert audit.verify()[1] == [-chain]
    with pytest.raises(CommandError, match=f"account {chain} "):
        call_command("audit", "verify", stdout=StringIO())


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["core_auditentry", "core_audithead"])
@pytest.mark.parametrize("verb", ["DELETE FROM", "TRUNCATE"])
def test_neither_entries_nor_heads_are_removed(world, register, table, verb):
    register()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(f"{verb} {table}")


def filled(page: Any, **values: Any) -> dict[str, Any]:
    """What a browser would send from this page."""
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields} | values
    return {name: value for name, value in sent.items() if value not in (None, False)}


@pytest.mark.django_db
@pytest.mark.req("R011")
def test_the_log_shows_the_old_and_the_new_phone_number(world, register, sign_in):
    case = register()
    point = add_contact_point(
        case, kind="phone", value="+212612345678", by=world.fresh("caseworker")
    )
    caseworker, url = sign_in(world.caseworker), f"/contact-points/{point.pk}/correct/"
    sent = filled(caseworker.get(url), value="+212698765432", reason="New SIM")
    assert caseworker.post(url, sent).status_code == 302
    officer = sign_in(world.data_protection_officer)
    entry = AuditEntry.objects.get(model="cases.contactpoint", action=AuditAction.CHANGE)
    address = f"/audit/{entry.pk}/"

    assert address in officer.get("/audit/", {"q": case.reference}).content.decode()
    sealed = officer.get(address).content.decode()
    assert "Number or address" in sealed
    assert "New SIM" in sealed
    assert "98 76 54 32" not in sealed
    reveal = officer.get(f"{address}reveal/")
    without = officer.post(f"{address}reveal/", filled(reveal))
    assert without.status_code == 422
    assert "98 76 54 32" not in without.content.decode()
    opened = officer.post(f"{address}reveal/", filled(reveal, reason="Complaint 12"))

    page = opened.content.decode()
    assert page.index("+212 6 12 34 56 78") < page.index("+212 6 98 76 54 32")
    look = AuditEntry.objects.latest("id")
    assert (look.actor, look.action, look.reason) == (
        world.data_protection_officer,
        AuditAction.READ,
        "Complaint 12",
    )
    assert (look.object_ids, look.references) == ([str(entry.pk)], [case.reference])
    for path in ("/audit/", address):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(officer, method)(path).status_code == 405
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(reason="other")


@pytest.mark.django_db
def test_an_entry_is_read_by_data_protection_officers_only(world, register, sign_in):
    register()
    entry = AuditEntry.objects.filter(model="cases.case").latest("id")

    assert sign_in(world.caseworker).get(f"/audit/{entry.pk}/").status_code == 404
    page = sign_in(world.data_protection_officer).get(f"/audit/{entry.pk}/").content.decode()
    assert "Migrant orientation point" in page
    assert "<bdi>Rabat</bdi>" in page
    assert "Show sealed values" not in page
    reveal = f"/audit/{entry.pk}/reveal/"
    assert sign_in(world.data_protection_officer).get(reveal).status_code == 404


@pytest.mark.django_db
def test_an_entry_about_many_names_each_record(world, register, sign_in):
    register()
    officer = world.data_protection_officer
    cases = [(row, {"status": "none"}) for row in Case.objects.all()]
    audit.written_many(world.fresh("caseworker"), cases)
    entry = AuditEntry.objects.latest("id")

    page = sign_in(officer).get(f"/audit/{entry.pk}/").content.decode()

    assert f"{cases[0][0].pk} · Status" in page


@pytest.mark.django_db
@pytest.mark.parametrize("spelt", [str.lower, lambda text: text.replace("-", " "), "{} ".format])
def test_a_reference_is_read_forgivingly(world, register, sign_in, spelt):
    case, other = register(), register()

    rows = sign_in(world.data_protection_officer).get("/audit/", {"q": spelt(case.reference)})

    found = {reference for row in rows.context["rows"] for reference in row.references}
    assert case.reference in found
    assert other.reference not in found


@pytest.mark.django_db
def test_a_form_that_comes_back_is_a_read(world, register, sign_in):
    case = register()
    point = add_contact_point(
        case, kind="phone", value="+212612345678", by=world.fresh("caseworker")
    )
    browser, url = sign_in(world.caseworker), f"/contact-points/{point.pk}/correct/"
    sent = filled(browser.get(url), reason="r")
    reads = AuditEntry.objects.filter(action=AuditAction.READ, references=[case.reference])
    before = reads.count()

    assert browser.post(url, {}).status_code == 422
    assert reads.count() == before + 1
    assert browser.post(url, sent | {"record_version": point.version + 1}).status_code == 409
    assert reads.count() == before + 2


@pytest.mark.django_db
def test_a_number_shown_by_a_refused_call_is_a_read(world, ready, sign_in):
    case = ready()
    add_contact_point(case, kind="phone", value="+212612345678", by=world.fresh("caseworker"))
    browser = sign_in(world.caseworker)
    last = AuditEntry.objects.latest("id").pk

    answer = browser.post(f"/cases/{case.reference}/reintegration/calls/", {})

    assert answer.status_code == 422
    assert "+212 6 12 34 56 78" in answer.content.decode()
    entry = AuditEntry.objects.get(pk__gt=last)
    assert (entry.action, entry.references) == (AuditAction.READ, [case.reference])


@pytest.mark.django_db
def test_a_conflict_shown_to_a_program_is_a_read(world, register, sign_in):
    case = register()
    body = {"outcome": "withdrawn", "on": "2019-03-05"}
    last = AuditEntry.objects.latest("id").pk

    answer = sign_in(world.programme_manager).post(
        f"/api/v1/cases/{case.reference}/close/",
        body,
        content_type="application/json",
        headers={"If-Match": str(case.version + 1)},
    )

    assert answer.status_code == 409
    assert AuditEntry.objects.filter(pk__gt=last, action="read").get().references == [
        case.reference
    ]
