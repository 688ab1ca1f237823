"""The lists everybody uses. They come before accounts, whose offices stand in places."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Country",
            fields=[
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "label_fr",
                    models.CharField(max_length=200, verbose_name="name in French"),
                ),
                (
                    "label_en",
                    models.CharField(max_length=200, verbose_name="name in English"),
                ),
                (
                    "label_ar",
                    models.CharField(max_length=200, verbose_name="name in Arabic"),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9_-]*$",
                                "Use letters without accents, digits, dashes and underscores.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Rows no longer in use stay on old records and are not offered any more.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "iso3",
                    models.CharField(max_length=3, unique=True, verbose_name="three-letter code"),
                ),
                (
                    "currency",
                    models.CharField(
                        blank=True,
                        help_text="Three-letter code of ISO 4217.",
                        max_length=3,
                        verbose_name="currency",
                    ),
                ),
                (
                    "currency_decimals",
                    models.PositiveSmallIntegerField(
                        default=2,
                        help_text="Digits after the decimal sign: none for the CFA and Guinean francs.",
                        verbose_name="decimals of the currency",
                    ),
                ),
                (
                    "dial_code",
                    models.CharField(blank=True, max_length=6, verbose_name="dialling code"),
                ),
            ],
            options={
                "verbose_name": "country",
                "verbose_name_plural": "countries",
                "ordering": ["code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Language",
            fields=[
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "label_fr",
                    models.CharField(max_length=200, verbose_name="name in French"),
                ),
                (
                    "label_en",
                    models.CharField(max_length=200, verbose_name="name in English"),
                ),
                (
                    "label_ar",
                    models.CharField(max_length=200, verbose_name="name in Arabic"),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9_-]*$",
                                "Use letters without accents, digits, dashes and underscores.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Rows no longer in use stay on old records and are not offered any more.",
                        verbose_name="in use",
                    ),
                ),
            ],
            options={
                "verbose_name": "language",
                "verbose_name_plural": "languages",
                "ordering": ["code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReferralSource",
            fields=[
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "label_fr",
                    models.CharField(max_length=200, verbose_name="name in French"),
                ),
                (
                    "label_en",
                    models.CharField(max_length=200, verbose_name="name in English"),
                ),
                (
                    "label_ar",
                    models.CharField(max_length=200, verbose_name="name in Arabic"),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9_-]*$",
                                "Use letters without accents, digits, dashes and underscores.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Rows no longer in use stay on old records and are not offered any more.",
                        verbose_name="in use",
                    ),
                ),
            ],
            options={
                "verbose_name": "referral source",
                "verbose_name_plural": "referral sources",
                "ordering": ["code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Sector",
            fields=[
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "label_fr",
                    models.CharField(max_length=200, verbose_name="name in French"),
                ),
                (
                    "label_en",
                    models.CharField(max_length=200, verbose_name="name in English"),
                ),
                (
                    "label_ar",
                    models.CharField(max_length=200, verbose_name="name in Arabic"),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9_-]*$",
                                "Use letters without accents, digits, dashes and underscores.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Rows no longer in use stay on old records and are not offered any more.",
                        verbose_name="in use",
                    ),
                ),
            ],
            options={
                "verbose_name": "sector",
                "verbose_name_plural": "sectors",
                "ordering": ["code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Vulnerability",
            fields=[
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "label_fr",
                    models.CharField(max_length=200, verbose_name="name in French"),
                ),
                (
                    "label_en",
                    models.CharField(max_length=200, verbose_name="name in English"),
                ),
                (
                    "label_ar",
                    models.CharField(max_length=200, verbose_name="name in Arabic"),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z0-9][A-Za-z0-9_-]*$",
                                "Use letters without accents, digits, dashes and underscores.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Rows no longer in use stay on old records and are not offered any more.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "is_sensitive",
                    models.BooleanField(
                        default=False,
                        help_text="Only protection staff may see who has it.",
                        verbose_name="sensitive",
                    ),
                ),
            ],
            options={
                "verbose_name": "vulnerability",
                "verbose_name_plural": "vulnerabilities",
                "ordering": ["code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "label_fr",
                    models.CharField(max_length=200, verbose_name="name in French"),
                ),
                (
                    "label_en",
                    models.CharField(max_length=200, verbose_name="name in English"),
                ),
                (
                    "label_ar",
                    models.CharField(max_length=200, verbose_name="name in Arabic"),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "certainty",
                    models.CharField(
                        choices=[
                            ("fixed", "Fixed by law"),
                            ("observed", "Observed"),
                            ("expected", "Expected"),
                        ],
                        default="fixed",
                        help_text="Feasts of the lunar calendar are expected until they are announced.",
                        max_length=10,
                        verbose_name="certainty",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="A holiday that was moved or cancelled is no longer in use.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holidays",
                        to="reference.country",
                        verbose_name="country",
                    ),
                ),
            ],
            options={
                "verbose_name": "holiday",
                "verbose_name_plural": "holidays",
                "ordering": ["day", "country"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("country", "day"),
                        name="holiday_once_per_day",
                        violation_error_message="This day is already a holiday in this country.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("region", "Region"),
                            ("prefecture", "Prefecture or province"),
                            ("locality", "Locality"),
                        ],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="Code of ISO 3166-2, where the place has one.",
                        max_length=10,
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "name_ar",
                    models.CharField(blank=True, max_length=120, verbose_name="name in Arabic"),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Places no longer in use stay on old records and are not offered any more.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="reference.country",
                        verbose_name="country",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="reference.place",
                        verbose_name="belongs to",
                    ),
                ),
            ],
            options={
                "verbose_name": "place",
                "verbose_name_plural": "places",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("country", "parent", "name"),
                        name="place_name_once_per_parent",
                        nulls_distinct=False,
                        violation_error_message="There is already a place of this name here.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="place_code_once",
                        violation_error_message="Another place has this code.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level", "region"), ("parent__isnull", True)),
                            models.Q(
                                models.Q(("level", "region"), _negated=True),
                                ("parent__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="place_region_has_no_parent",
                        violation_error_message="A region belongs to its country; every other place belongs to another place.",
                    ),
                ],
            },
        ),
    ]
