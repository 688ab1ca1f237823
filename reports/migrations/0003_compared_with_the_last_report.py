import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_what_a_run_prints"),
    ]

    operations = [
        migrations.AlterField(
            model_name="snapshot",
            name="earlier",
            field=models.ForeignKey(
                blank=True,
                help_text="The last released figures, of the same day or an earlier one.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="later",
                to="reports.snapshot",
                verbose_name="corrects",
            ),
        ),
    ]
