"""A course put on other days has not begun its history a second time (R108)."""

from django.db import migrations
from django.db.models import Exists, F, OuterRef


def mark_reschedules(apps, schema_editor):
    """Every step without one before it, but for the first of its course."""
    steps = apps.get_model("training", "EditionStep").objects
    earlier = steps.filter(edition=OuterRef("edition"), pk__lt=OuterRef("pk"))
    steps.filter(Exists(earlier), from_status="").update(from_status=F("to_status"))


class Migration(migrations.Migration):
    dependencies = [("training", "0009_days_in_their_order")]

    operations = [migrations.RunPython(mark_reschedules, migrations.RunPython.noop)]
