"""Somebody referred twice, or registered already, is answered with the same case (R010)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_people_who_look_alike")]

    operations = [
        migrations.AlterField(
            model_name="referral",
            name="case",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="referrals",
                to="cases.case",
            ),
        ),
    ]
