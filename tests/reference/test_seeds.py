"""What an empty database holds after its migrations."""

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import translation

from core.models import Labelled
from reference import seeds
from reference.models import Country, Holiday, Language, Place, Sector, Service

pytestmark = pytest.mark.django_db
MODULES = [
    "0002_seed_countries",
    "0003_seed_places",
    "0004_seed_lists",
    "0005_seed_holidays",
    "0008_seed_services",
]


@pytest.fixture
def past_apps() -> Any:
    """The models as the seeding migrations see them."""
    loader = MigrationLoader(connection)
    return loader.project_state(("reference", MODULES[-1])).apps


def test_every_country_of_the_standard_can_be_a_nationality() -> None:
    assert Country.objects.count() == 249
    assert not Country.objects.filter(label_ar="").exists()


def test_the_two_congos_are_two_countries() -> None:
    congo, drc = Country.objects.get(pk="CG"), Country.objects.get(pk="CD")

    assert (congo.iso3, drc.iso3) == ("COG", "COD")
    assert congo.label_fr != drc.label_fr


@pytest.mark.parametrize(
    ("code", "iso3", "currency", "decimals", "dial_code"),
    [
        ("BF", "BFA", "XOF", 0, "+226"),
        ("CM", "CMR", "XAF", 0, "+237"),
        ("CI", "CIV", "XOF", 0, "+225"),
        ("CD", "COD", "CDF", 2, "+243"),
        ("GN", "GIN", "GNF", 0, "+224"),
        ("ML", "MLI", "XOF", 0, "+223"),
        ("SN", "SEN", "XOF", 0, "+221"),
        ("TG", "TGO", "XOF", 0, "+228"),
        ("MA", "MAR", "MAD", 2, "+212"),
    ],
)
def test_the_countries_of_the_programme_have_their_money_and_dialling_code(
    code: str, iso3: str, currency: str, decimals: int, dial_code: str
) -> None:
    country = Country.objects.get(pk=code)

    assert (country.iso3, country.currency) == (iso3, currency)
    assert (country.currency_decimals, country.dial_code) == (decimals, dial_code)


def test_a_label_follows_the_active_language() -> None:
    guinea = Country.objects.get(pk="GN")

    labels = {}
    for language in ("fr", "en", "ar"):
        with translation.override(language):
            labels[language] = str(guinea)

    assert labels == {"fr": "Guinée", "en": "Guinea", "ar": "غينيا"}


def test_countries_are_listed_without_minding_accents() -> None:
    with translation.override("fr"):
        codes = list(Country.objects.by_label().values_list("code", flat=True))

    espagne, etats_unis, ethiopie = (codes.index(code) for code in ("ES", "US", "ET"))
    assert espagne < etats_unis < ethiopie


def test_every_list_is_named_in_three_languages() -> None:
    for model in apps.get_app_config("reference").get_models():
        if issubclass(model, Labelled):
            for row in model.objects.all():
                assert all((row.label_fr, row.label_en, row.label_ar)), row.pk


def counts() -> list[int]:
    return [model.objects.count() for model in (Country, Place, Language, Holiday, Service)]


@pytest.mark.parametrize("module", MODULES)
def test_seeds_can_be_loaded_again(past_apps: Any, module: str) -> None:
    before = counts()

    importlib.import_module(f"reference.migrations.{module}").load(past_apps, None)

    assert counts() == before


def test_loading_again_puts_a_row_right(past_apps: Any) -> None:
    Sector.objects.filter(pk="sewing").update(label_en="Broken")
    Place.objects.filter(code="GN-TE").update(name_ar="خطأ")

    for module in MODULES:
        importlib.import_module(f"reference.migrations.{module}").load(past_apps, None)

    assert Sector.objects.get(pk="sewing").label_en == "Sewing"
    assert Place.objects.get(code="GN-TE").name_ar == "تيليميلي"


def test_places_without_an_arabic_name_get_one_and_the_others_keep_theirs(past_apps: Any) -> None:
    Place.objects.filter(code="GN-TE").update(name_ar="")
    Place.objects.filter(code="GN-MM").update(name_ar="مامو القديمة")

    importlib.import_module("reference.migrations.0009_arabic_names_of_places").name(
        past_apps, None
    )

    assert Place.objects.get(code="GN-TE").name_ar == "تيليميلي"
    assert Place.objects.get(code="GN-MM").name_ar == "مامو القديمة"


def test_seeds_can_be_taken_back_and_loaded_again(past_apps: Any) -> None:
    modules = [importlib.import_module(f"reference.migrations.{name}") for name in MODULES]
    before = counts()

    for module in reversed(modules):
        module.unload(past_apps, None)
    emptied = counts()
    for module in modules:
        module.load(past_apps, None)

    assert emptied == [0, 0, 0, 0, 0]
    assert counts() == before


def test_seed_files_keep_one_row_per_key() -> None:
    keys = {
        "countries": ("code",),
        "places": ("country", "parent", "name"),
        "languages": ("code",),
        "sectors": ("code",),
        "vulnerabilities": ("code",),
        "referral_sources": ("code",),
        "services": ("code",),
        "holidays": ("country", "day"),
    }
    for name, key in keys.items():
        found = [tuple(line[column] for column in key) for line in seeds.rows(name)]
        assert len(found) == len(set(found)), name
