"""The place tree (R021)."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import translation

from reference.enums import PlaceLevel
from reference.models import Country, Place

pytestmark = pytest.mark.django_db


def place(name: str, level: str) -> Place:
    return Place.objects.with_path().get(country="GN", name=name, level=level)


@pytest.mark.req("R021")
def test_returns_by_locality_need_no_cleaning(register: Any) -> None:
    from cases.models import Case

    areas = [
        place("Conakry", PlaceLevel.REGION),
        place("Kindia", PlaceLevel.PREFECTURE),
        place("Kindia", PlaceLevel.PREFECTURE),
        place("Mamou", PlaceLevel.PREFECTURE),
    ]
    for area in areas:
        register(destination=area)

    counted = Case.objects.values_list("destination__name").annotate(people=Count("person"))

    assert dict(counted) == {"Conakry": 1, "Kindia": 2, "Mamou": 1}
    in_region = Place.objects.below(place("Kindia", PlaceLevel.REGION))
    assert Case.objects.filter(destination__in=in_region).count() == 2


def test_a_place_says_where_it_is_from_the_country_down() -> None:
    telimele = place("Télimélé", PlaceLevel.PREFECTURE)

    with translation.override("fr"):
        assert telimele.path == "Guinée › Kindia › Télimélé"
    with translation.override("en"):
        assert telimele.path == "Guinea › Kindia › Télimélé"


def test_the_path_uses_the_arabic_name_where_there_is_one() -> None:
    oujda = Place.objects.with_path().get(code="MA-OUJ")

    with translation.override("ar"):
        assert oujda.path == "المغرب › الشرق › وجدة"


def test_every_place_of_the_list_has_an_arabic_name() -> None:
    assert list(Place.objects.filter(name_ar="").values_list("name", flat=True)) == []
    assert Place.objects.get(code="GN-MM").name_ar == "مامو"


def test_paths_of_many_places_cost_one_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        paths = [p.path for p in Place.objects.filter(country="GN").with_path()]

    assert "Guinea › Mamou › Mamou › Timbo" in paths


def test_below_a_place_are_the_place_and_everything_under_it() -> None:
    names = Place.objects.below(place("Mamou", PlaceLevel.REGION)).values_list("name", flat=True)

    assert {"Mamou", "Dalaba", "Pita", "Timbo"} <= set(names)
    assert "Kindia" not in names


def test_the_roots_of_a_country_are_its_regions() -> None:
    roots = Place.objects.roots_of("GN").order_by("code").values_list("code", flat=True)

    assert list(roots) == ["GN-B", "GN-C", "GN-D", "GN-F", "GN-K", "GN-L", "GN-M", "GN-N"]


@pytest.mark.parametrize(
    ("country", "regions"),
    [
        ("BF", 13),
        ("CD", 26),
        ("CI", 14),
        ("CM", 10),
        ("GN", 8),
        ("MA", 12),
        ("ML", 11),
        ("SN", 14),
        ("TG", 5),
    ],
)
def test_every_country_of_the_programme_has_its_first_level_areas(
    country: str, regions: int
) -> None:
    assert Place.objects.roots_of(country).count() == regions


def test_guinea_has_its_33_prefectures_and_the_communes_of_conakry() -> None:
    prefectures = Place.objects.filter(country="GN", level=PlaceLevel.PREFECTURE)

    assert prefectures.exclude(code="").count() == 33
    communes = prefectures.filter(parent__code="GN-C").values_list("name", flat=True)
    assert set(communes) == {"Kaloum", "Dixinn", "Matam", "Matoto", "Ratoma"}


@pytest.mark.parametrize("text", ["telimele", "TÉLIMÉLÉ", "limel"])
def test_search_does_not_mind_accents_case_or_missing_parts(text: str) -> None:
    assert place("Télimélé", PlaceLevel.PREFECTURE) in Place.objects.search(text)


def test_search_finds_the_arabic_name_too() -> None:
    assert Place.objects.get(code="MA-AGD") in Place.objects.search("اكادير")


def test_the_database_refuses_a_region_inside_a_region() -> None:
    kindia = place("Kindia", PlaceLevel.REGION)

    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(country_id="GN", parent=kindia, level=PlaceLevel.REGION, name="New")


def test_the_database_refuses_a_locality_without_a_place_above() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(country_id="GN", level=PlaceLevel.LOCALITY, name="New")


def test_the_database_refuses_the_same_region_twice() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.create(country_id="GN", level=PlaceLevel.REGION, name="Kindia")


@pytest.mark.parametrize(
    ("country", "level", "above"),
    [
        ("ML", PlaceLevel.PREFECTURE, PlaceLevel.REGION),
        ("GN", PlaceLevel.PREFECTURE, PlaceLevel.PREFECTURE),
    ],
)
def test_a_place_belongs_to_a_wider_place_of_its_country(
    country: str, level: str, above: str
) -> None:
    new = Place(country_id=country, parent=place("Kindia", above), level=level, name="New")

    with pytest.raises(ValidationError) as refusal:
        new.full_clean()

    assert "parent" in refusal.value.message_dict


def test_forms_offer_active_rows_and_the_value_the_record_has() -> None:
    Country.objects.filter(pk__in=["TG", "BF"]).update(is_active=False)

    offered = Country.objects.offered(keeping=["TG", None])

    assert offered.filter(pk="TG").exists()
    assert not offered.filter(pk="BF").exists()
