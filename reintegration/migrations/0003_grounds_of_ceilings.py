"""Why another than the standard ceiling applies, from which day and by whom (R132)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.fields


class Migration(migrations.Migration):
    dependencies = [
        ("reintegration", "0002_item_once_per_plan_whatever_its_kind"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CeilingChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("standard", "Standard"),
                            ("vulnerable", "Particular vulnerability"),
                            ("family", "Family"),
                        ],
                        max_length=12,
                        verbose_name="ceiling that applies",
                    ),
                ),
                (
                    "grounds",
                    core.fields.EncryptedTextField(blank=True, default="", verbose_name="grounds"),
                ),
                ("from_on", models.DateField(verbose_name="from")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="recorded at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ceiling_changes",
                        to="reintegration.plan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of the ceiling",
                "verbose_name_plural": "changes of the ceiling",
                "ordering": ["from_on", "id"],
            },
        ),
    ]
