"""A search for any part of a name reads an index, not every person (R037)."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_merges_of_two_files"),
        ("reference", "0008_seed_services"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name_key"], name="person_names", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
