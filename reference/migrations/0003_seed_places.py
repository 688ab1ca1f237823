"""Areas of the countries of return and of Morocco, from region to locality."""

from django.db import migrations

from reference import seeds


def load(apps, schema_editor):
    seeds.load_places(apps.get_model("reference", "Place"), seeds.rows("places"))


def unload(apps, schema_editor):
    countries = {line["country"] for line in seeds.rows("places")}
    seeds.unload_places(apps.get_model("reference", "Place"), countries)


class Migration(migrations.Migration):
    dependencies = [("reference", "0002_seed_countries")]
    operations = [migrations.RunPython(load, unload)]
