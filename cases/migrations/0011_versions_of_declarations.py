"""A declaration is withdrawn and corrected at the version that somebody saw (R020)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_several_referrals_of_one_case")]

    operations = [
        migrations.AddField(
            model_name="declaration",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
        ),
    ]
