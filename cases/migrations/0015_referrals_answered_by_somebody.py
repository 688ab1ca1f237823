"""An answered referral has its day and its author (R010)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_answers_from_the_trail")]

    operations = [
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_by__isnull", True),
                        ("answered_on__isnull", True),
                        ("status", "received"),
                    ),
                    models.Q(
                        models.Q(("status", "received"), _negated=True),
                        ("answered_by__isnull", False),
                        ("answered_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="referral_answered_by_somebody",
            ),
        ),
    ]
