"""Other days of a course over what people have planned: decided by a second person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0010_rescheduled_is_no_beginning"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EditionOverride",
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
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Waiting for a decision"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="requested",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("requested_on", models.DateField(verbose_name="asked on")),
                (
                    "decided_on",
                    models.DateField(editable=False, null=True, verbose_name="decided on"),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True, editable=False, max_length=500, verbose_name="answer"
                    ),
                ),
                (
                    "starts_on",
                    models.DateField(blank=True, null=True, verbose_name="new first day"),
                ),
                ("day", models.DateField(blank=True, null=True, verbose_name="day not held")),
                (
                    "change_reason",
                    models.CharField(max_length=500, verbose_name="why the days change"),
                ),
                (
                    "concerned",
                    models.ManyToManyField(
                        editable=False,
                        related_name="+",
                        to="training.enrolment",
                        verbose_name="people concerned",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="training.edition",
                        verbose_name="edition",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "exception for the days of a course",
                "verbose_name_plural": "exceptions for the days of courses",
                "ordering": ["-requested_on", "-id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="editionoverride_has_reason",
                        violation_error_message="Write why an exception is needed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="editionoverride_by_two_people",
                        violation_error_message="Somebody else than the person who asked decides.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by__isnull", True), ("decided_on__isnull", True)),
                            models.Q(("decided_by__isnull", False), ("decided_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="editionoverride_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_by__isnull", False),
                                ("status__in", ["approved", "refused"]),
                            ),
                            models.Q(
                                models.Q(("status__in", ["approved", "refused"]), _negated=True),
                                ("decided_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="editionoverride_decision_has_author",
                        violation_error_message="A decision has a day and an author.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("change_reason", ""), _negated=True),
                        name="edition_override_says_why_days_change",
                        violation_error_message="Write why the days change.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True), ("day__isnull", True), _connector="XOR"
                        ),
                        name="edition_override_asks_one_thing",
                        violation_error_message="Enter either a new first day or a day that is not held.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "requested")),
                        fields=("edition",),
                        name="one_edition_override_waits",
                        violation_error_message="A request for this course waits for its decision already.",
                    ),
                ],
            },
        ),
    ]
