"""Answers kept under a key become text, so that they can be sealed."""

from django.db import migrations

import core.fields


class Migration(migrations.Migration):
    dependencies = [("core", "0003_audit_chain")]
    operations = [
        migrations.AlterField(
            model_name="idempotencykey",
            name="answer",
            field=core.fields.EncryptedTextField(default=""),
        ),
    ]
