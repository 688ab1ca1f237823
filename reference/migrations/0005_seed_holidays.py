"""Holidays of Morocco, 2017 to 2027."""

from django.db import migrations

from reference import seeds


def load(apps, schema_editor):
    seeds.load_holidays(apps.get_model("reference", "Holiday"), seeds.rows("holidays"))


def unload(apps, schema_editor):
    days = [line["day"] for line in seeds.rows("holidays")]
    apps.get_model("reference", "Holiday").objects.filter(country="MA", day__in=days).delete()


class Migration(migrations.Migration):
    dependencies = [("reference", "0004_seed_lists")]
    operations = [migrations.RunPython(load, unload)]
