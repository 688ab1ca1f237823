"""First versions of the questionnaires; the reintegration survey is provisional."""

from functools import partial

from django.db import migrations

from surveys import seeds

KEYS = (
    "rss-v1",
    "orientation-feedback-v1",
    "module-feedback-v1",
    "skills-usefulness-v1",
    "training-preferences-v1",
)


def load(apps, schema_editor):
    seeds.load(partial(apps.get_model, "surveys"), KEYS)


def unload(apps, schema_editor):
    seeds.unload(partial(apps.get_model, "surveys"), KEYS)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
