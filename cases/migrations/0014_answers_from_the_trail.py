"""Earlier answers to referrals get their author and reason from the audit trail (R010)."""

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """Whoever the trail does not name is the person who registered the case, or who referred."""
    referrals = apps.get_model("cases", "Referral")
    entries = apps.get_model("core", "AuditEntry")
    for row in referrals.objects.exclude(status="received").select_related("case"):
        answers = entries.objects.filter(
            model="cases.referral",
            action="change",
            object_ids=[str(row.pk)],
            changes__has_key="status",
            actor__isnull=False,
        )
        entry = answers.order_by("-id").first()
        if entry is not None:
            row.answered_by_id = entry.actor_id
            row.answer_reason = "" if row.status == "registered" else entry.reason[:300]
            row.answered_on = row.answered_on or entry.at.date()
        else:
            row.answered_by_id = row.case.registered_by_id if row.case else row.referred_by_id
            row.answered_on = row.answered_on or row.referred_on
        row.save(update_fields=["answered_on", "answered_by", "answer_reason"])


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_who_answered_a_referral"),
        ("core", "0005_seal_idempotency_answers"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
