"""Which agreements with partners serve a programme (R201)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0001_initial"),
        ("programmes", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgrammeAgreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="programme_links",
                        to="partners.agreement",
                        verbose_name="agreement",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agreement_links",
                        to="programmes.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "agreement of a programme",
                "verbose_name_plural": "agreements of programmes",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "agreement"),
                        name="programme_agreement_once",
                        violation_error_message="This agreement belongs to the programme already.",
                    )
                ],
            },
        ),
    ]
