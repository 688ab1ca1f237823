"""Countries and territories of ISO 3166-1."""

from django.db import migrations

from reference import seeds


def load(apps, schema_editor):
    lines = seeds.rows("countries")
    seeds.load(apps.get_model("reference", "Country"), lines, key=["code"])


def unload(apps, schema_editor):
    codes = [line["code"] for line in seeds.rows("countries")]
    seeds.unload(apps.get_model("reference", "Country"), codes)


class Migration(migrations.Migration):
    dependencies = [("reference", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
