"""The constraints of exceptions carry the names that all kinds of exceptions give them."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0018_documents_taken_back"),
        ("travel", "0003_one_spelling_of_checklist"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="traveloverride",
            name="travel_override_has_reason",
        ),
        migrations.RemoveConstraint(
            model_name="traveloverride",
            name="travel_override_by_two_people",
        ),
        migrations.RemoveConstraint(
            model_name="traveloverride",
            name="travel_override_decided_by_somebody",
        ),
        migrations.RemoveConstraint(
            model_name="traveloverride",
            name="travel_override_decision_has_author",
        ),
        migrations.AlterField(
            model_name="traveloverride",
            name="reason",
            field=models.CharField(max_length=500, verbose_name="reason"),
        ),
        migrations.AddConstraint(
            model_name="traveloverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="traveloverride_has_reason",
                violation_error_message="Write why an exception is needed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="traveloverride",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("requested_by")), _negated=True),
                    _connector="OR",
                ),
                name="traveloverride_by_two_people",
                violation_error_message="Somebody else than the person who asked decides.",
            ),
        ),
        migrations.AddConstraint(
            model_name="traveloverride",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", True), ("decided_on__isnull", True)),
                    models.Q(("decided_by__isnull", False), ("decided_on__isnull", False)),
                    _connector="OR",
                ),
                name="traveloverride_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="traveloverride",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_by__isnull", False), ("status__in", ["approved", "refused"])
                    ),
                    models.Q(
                        models.Q(("status__in", ["approved", "refused"]), _negated=True),
                        ("decided_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="traveloverride_decision_has_author",
                violation_error_message="A decision has a day and an author.",
            ),
        ),
    ]
