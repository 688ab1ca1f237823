"""The warning at registration reads indexes: birth and name together, names, documents (R037)."""

import datetime

import django.contrib.postgres.indexes
from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models.functions import Coalesce, Lower


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_share_what_was_agreed")]

    operations = [
        migrations.RemoveIndex(model_name="person", name="person_duplicates"),
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GistIndex(
                OpClass(
                    Coalesce("birth_on", models.Value(datetime.date(1800, 1, 1))), "gist_date_ops"
                ),
                OpClass(Lower("name_key"), "gist_trgm_ops(siglen=64)"),
                name="person_alike",
            ),
        ),
        migrations.AddIndex(
            model_name="person", index=models.Index(fields=["name_key"], name="person_name")
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("document_index", ""), _negated=True),
                fields=["document_index"],
                name="person_document",
            ),
        ),
    ]
