"""The mark of a child travelling alone is taken off by two people (R018)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_versions_of_declarations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MarkRemoval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mark_removals",
                        to="cases.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "reason",
                    models.CharField(max_length=500, verbose_name="why the mark is taken off"),
                ),
                ("proposed_on", models.DateField(verbose_name="proposed on")),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "is_confirmed",
                    models.BooleanField(blank=True, null=True, verbose_name="confirmed"),
                ),
                (
                    "decided_on",
                    models.DateField(blank=True, null=True, verbose_name="decided on"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "decision_reason",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="reason of the decision"
                    ),
                ),
            ],
            options={
                "verbose_name": "removal of the mark of a child travelling alone",
                "verbose_name_plural": "removals of the mark of a child travelling alone",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_confirmed__isnull", True)),
                        fields=("case",),
                        name="one_mark_removal_waiting",
                        violation_error_message=(
                            "Taking the mark off waits for a second person already."
                        ),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by__isnull", True), ("decided_on__isnull", True)),
                            models.Q(("decided_by__isnull", False), ("decided_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="mark_removal_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_on__isnull", True), ("is_confirmed__isnull", True)),
                            models.Q(
                                ("decided_on__isnull", False), ("is_confirmed__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="mark_removal_decided_on_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_confirmed", True), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="mark_removal_confirmed_by_another",
                        violation_error_message=(
                            "Somebody else confirms that the mark is taken off."
                        ),
                    ),
                ],
            },
        ),
    ]
