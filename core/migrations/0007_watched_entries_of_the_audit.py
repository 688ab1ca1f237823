"""Refused attempts and looks into the trail are found among millions of entries (R138, R011)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0006_heads_of_audit_chains")]
    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                fields=["-at"],
                name="audit_watched",
                condition=models.Q(
                    ("action", "refused"), ("model", "core.auditentry"), _connector="OR"
                ),
            ),
        ),
    ]
