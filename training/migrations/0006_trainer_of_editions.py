"""Who teaches a course, beside the organisation that sends the trainer (R076)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0005_signed_sheets")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="trainer_name",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="trainer"),
            preserve_default=False,
        ),
    ]
