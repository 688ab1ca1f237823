"""The language of a contact, a consent and a declaration is a row of the list, not a text.

Nothing was released with the texts, so none is carried over.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLES = (
    ("consent", "explained in"),
    ("contactpoint", "language"),
    ("declaration", "explained in"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_hand_outs"),
        ("reference", "0006_rulevalue"),
    ]

    operations = [
        operation
        for model, label in TABLES
        for operation in (
            migrations.RemoveField(model_name=model, name="language"),
            migrations.AddField(
                model_name=model,
                name="language",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="reference.language",
                    verbose_name=label,
                ),
            ),
        )
    ]
