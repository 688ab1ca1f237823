"""A use is excluded once at a time, also between dates (R122)."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.expressions
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reintegration", "0003_grounds_of_ceilings")]

    operations = [
        migrations.RemoveConstraint(model_name="kindexclusion", name="kind_exclusion_once"),
        migrations.AddConstraint(
            model_name="kindexclusion",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("programme", "="),
                    ("kind", "="),
                    (
                        django.db.models.expressions.Func(
                            django.db.models.expressions.F("from_on"),
                            django.db.models.expressions.F("until_on"),
                            django.db.models.expressions.Value("[]"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="kind_exclusion_once",
                violation_error_message=(
                    "This programme excludes this use already in part of that time."
                ),
            ),
        ),
    ]
