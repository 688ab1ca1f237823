"""What a session or course leaves for the office of origin says which one it was (R117)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_referrals_answered_by_somebody")]

    operations = [
        migrations.AddField(
            model_name="handoveritem",
            name="source",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Reference of the session or course it comes from.",
                max_length=40,
                verbose_name="from",
            ),
        ),
    ]
