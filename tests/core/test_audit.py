"""The audit trail: values before and after, append-only, chained."""

import pytest
from django.db import DatabaseError, connection, transaction

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
