"""A signed sheet filed under the wrong course can be withdrawn (R077)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.models import paired


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("training", "0007_ended_with_the_course"),
    ]

    operations = [
        migrations.AddField(
            model_name="signedsheet",
            name="withdrawn_on",
            field=models.DateField(editable=False, null=True, verbose_name="withdrawn on"),
        ),
        migrations.AddField(
            model_name="signedsheet",
            name="withdrawn_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="withdrawn by",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedsheet",
            constraint=models.CheckConstraint(
                condition=paired("withdrawn_on", "withdrawn_by"),
                name="sheet_withdrawn_by_somebody",
            ),
        ),
    ]
