"""Arabic names for places that were loaded without one; names entered since then stay."""

from django.db import migrations

from reference import seeds


def name(apps, schema_editor):
    names = {
        (line["country"], line["level"], line["name"]): line["name_ar"]
        for line in seeds.rows("places")
    }
    places = apps.get_model("reference", "Place").objects
    nameless = list(places.filter(name_ar=""))
    for place in nameless:
        place.name_ar = names.get((place.country_id, place.level, place.name), "")
    places.bulk_update(nameless, ["name_ar"])


class Migration(migrations.Migration):
    dependencies = [("reference", "0008_seed_services")]
    operations = [migrations.RunPython(name, migrations.RunPython.noop)]
