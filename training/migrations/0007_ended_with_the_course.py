"""Which enrolments the closing of their course ended, so that opening it again restores them."""

from django.db import migrations, models
from django.db.models import F


def mark_ended_by_closing(apps, schema_editor):
    """Of completed courses: whoever completed, never came, or was short of attendance."""
    enrolments = apps.get_model("training", "Enrolment").objects.filter(
        status__in=["completed", "not_completed", "withdrawn"],
        edition__status="completed",
        ended_on=F("edition__ends_on"),
    )
    ended = enrolments.exclude(reason__in=["programme", "edition_cancelled", "mistake"])
    apps.get_model("training", "Enrolment").objects.filter(
        pk__in=list(ended.values_list("pk", flat=True))
    ).update(is_ended_by_closing=True)


class Migration(migrations.Migration):
    dependencies = [("training", "0006_trainer_of_editions")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="is_ended_by_closing",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="And not on its own before: opening the course again takes it back.",
                verbose_name="ended with the course",
            ),
        ),
        migrations.RunPython(mark_ended_by_closing, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_ended_by_closing", False), ("ended_on__isnull", False), _connector="OR"
                ),
                name="enrolment_ended_by_closing_has_ended",
            ),
        ),
    ]
