"""A duty in a city may begin or end before its agreement does, and has a version as a record."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="cityduty",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
        ),
        migrations.AddField(
            model_name="cityduty",
            name="starts_on",
            field=models.DateField(blank=True, null=True, verbose_name="from"),
        ),
        migrations.AddField(
            model_name="cityduty",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="until"),
        ),
        migrations.RemoveConstraint(model_name="cityduty", name="city_duty_once"),
        migrations.AddConstraint(
            model_name="cityduty",
            constraint=models.UniqueConstraint(
                fields=["agreement", "office", "duty"],
                condition=Q(ends_on__isnull=True),
                name="city_duty_once",
                violation_error_message="The agreement names this duty in this city already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cityduty",
            constraint=models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="city_duty_ends_after_start",
                violation_error_message="The end lies before the beginning.",
            ),
        ),
    ]
