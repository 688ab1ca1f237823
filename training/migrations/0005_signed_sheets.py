"""Photographs of the sheets that participants signed, one day of a course each (R077)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.models
import training.models.sheets


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("training", "0004_services_from_the_list"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignedSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.FileField(upload_to=core.models.private_path, verbose_name="file"),
                ),
                ("original_name", models.CharField(max_length=255, verbose_name="file name")),
                ("content_type", models.CharField(max_length=100, verbose_name="file type")),
                ("size", models.PositiveIntegerField(verbose_name="size")),
                ("sha256", models.CharField(editable=False, max_length=64)),
                (
                    "sensitivity",
                    models.CharField(
                        choices=[
                            ("ordinary", "Ordinary"),
                            ("identity", "Identity document"),
                            ("protection", "Protection or medical"),
                        ],
                        default="ordinary",
                        max_length=12,
                        verbose_name="sensitivity",
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=training.models.sheets.sheet_reference,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("added_on", models.DateField(verbose_name="added on")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="training.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "signed sheet",
                "verbose_name_plural": "signed sheets",
                "ordering": ["day", "id"],
            },
        ),
    ]
