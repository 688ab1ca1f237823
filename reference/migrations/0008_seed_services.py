"""Services that people are sent to."""

from django.db import migrations

from reference import seeds


def load(apps, schema_editor):
    seeds.load(apps.get_model("reference", "Service"), seeds.rows("services"), key=["code"])


def unload(apps, schema_editor):
    codes = [line["code"] for line in seeds.rows("services")]
    seeds.unload(apps.get_model("reference", "Service"), codes)


class Migration(migrations.Migration):
    dependencies = [("reference", "0007_services")]
    operations = [migrations.RunPython(load, unload)]
