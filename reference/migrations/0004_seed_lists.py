"""Languages, sectors, vulnerabilities and referral sources."""

from django.db import migrations

from reference import seeds

FILES = {
    "languages": "Language",
    "sectors": "Sector",
    "vulnerabilities": "Vulnerability",
    "referral_sources": "ReferralSource",
}


def load(apps, schema_editor):
    for name, model in FILES.items():
        seeds.load(apps.get_model("reference", model), seeds.rows(name), key=["code"])


def unload(apps, schema_editor):
    for name, model in FILES.items():
        codes = [line["code"] for line in seeds.rows(name)]
        seeds.unload(apps.get_model("reference", model), codes)


class Migration(migrations.Migration):
    dependencies = [("reference", "0003_seed_places")]
    operations = [migrations.RunPython(load, unload)]
