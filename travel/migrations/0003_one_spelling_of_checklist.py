import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("travel", "0002_with_whom_a_child_travels")]

    operations = [
        migrations.AlterField(
            model_name="departurecheck",
            name="journey",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checklist",
                to="travel.journey",
                verbose_name="journey",
            ),
        ),
    ]
