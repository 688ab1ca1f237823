from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_people_by_parts_of_their_names")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="is_shared_with_origin",
            field=models.BooleanField(
                default=False, editable=False, verbose_name="shared with the country of origin"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_shared_with_origin", False),
                    ("handed_over_at__isnull", False),
                    _connector="OR",
                ),
                name="case_shared_once_handed_over",
            ),
        ),
    ]
