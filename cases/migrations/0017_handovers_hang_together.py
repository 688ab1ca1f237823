"""A handover that was sent or answered says when and by whom, and a question has its words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_where_deposits_come_from")]

    operations = [
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", True), ("sent_by__isnull", True)),
                    models.Q(("sent_at__isnull", False), ("sent_by__isnull", False)),
                    _connector="OR",
                ),
                name="handover_sent_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                    models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                    _connector="OR",
                ),
                name="handover_answered_paired",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", True), ("status", "draft")),
                    models.Q(
                        models.Q(("status", "draft"), _negated=True), ("sent_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="handover_sent_with_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_at__isnull", False), ("status__in", ("accepted", "questioned"))
                    ),
                    models.Q(
                        models.Q(("status__in", ("accepted", "questioned")), _negated=True),
                        ("answered_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="handover_answered_with_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "questioned"), models.Q(("question", ""), _negated=True)),
                    models.Q(models.Q(("status", "questioned"), _negated=True), ("question", "")),
                    _connector="OR",
                ),
                name="handover_questioned_in_words",
                violation_error_message="Write your question.",
            ),
        ),
    ]
