"""``/api/v1/places/`` (R021)."""

from typing import Any

import pytest

from reference.models import Place

pytestmark = pytest.mark.django_db
URL = "/api/v1/places/"


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json()["results"]]


def test_regions_of_a_country(world: Any, sign_in: Any) -> None:
    answer = sign_in(world.fresh("clerk")).get(URL, {"country": "GN", "level": "region"})

    assert names(answer) == [
        "Boké",
        "Conakry",
        "Faranah",
        "Kankan",
        "Kindia",
        "Labé",
        "Mamou",
        "Nzérékoré",
    ]


def test_places_directly_below_another(world: Any, sign_in: Any) -> None:
    region = Place.objects.get(code="GN-M")

    answer = sign_in(world.fresh("clerk")).get(URL, {"parent": region.pk})

    assert names(answer) == ["Dalaba", "Mamou", "Pita"]


def test_a_search_without_accents(world: Any, sign_in: Any) -> None:
    answer = sign_in(world.fresh("clerk")).get(URL, {"country": "GN", "search": "telimele"})

    assert answer.json()["results"][0] == {
        "id": Place.objects.get(code="GN-TE").pk,
        "country": "GN",
        "parent": Place.objects.get(code="GN-D").pk,
        "level": "prefecture",
        "code": "GN-TE",
        "name": "Télimélé",
        "name_ar": "تيليميلي",
        "path": "Guinea › Kindia › Télimélé",
        "is_active": True,
    }


def test_pages_follow_one_another_without_gap_or_double(world: Any, sign_in: Any) -> None:
    browser = sign_in(world.fresh("clerk"))
    seen: list[int] = []
    address = f"{URL}?country=MA&page_size=20"

    while address:
        body = browser.get(address).json()
        seen += [row["id"] for row in body["results"]]
        address = body["next"]

    assert len(seen) == len(set(seen)) == Place.objects.filter(country="MA").count()


def test_one_place_by_its_number(world: Any, sign_in: Any) -> None:
    place = Place.objects.get(code="MA-OUJ")

    answer = sign_in(world.fresh("clerk")).get(f"{URL}{place.pk}/")

    assert answer.json()["path"] == "Morocco › L'Oriental › Oujda"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"colour": "blue"}, "colour"),
        ({"country": "ZZ"}, "country"),
        ({"level": "village"}, "level"),
        ({"parent": "x"}, "parent"),
    ],
)
def test_unknown_parameters_and_values_are_refused(
    world: Any, sign_in: Any, query: dict[str, str], field: str
) -> None:
    answer = sign_in(world.fresh("clerk")).get(URL, query)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("lookup", ["999999999", "conakry"])
def test_no_such_place(world: Any, sign_in: Any, lookup: str) -> None:
    assert sign_in(world.fresh("clerk")).get(f"{URL}{lookup}/").status_code == 404


def test_outsiders_do_not_read_places(world: Any, sign_in: Any) -> None:
    assert sign_in(world.fresh("donor")).get(URL).status_code == 403


def test_places_are_not_changed_through_the_api(world: Any, sign_in: Any) -> None:
    answer = sign_in(world.fresh("administrator")).post(URL, {"name": "New"})

    assert answer.status_code in (403, 405)
    assert not Place.objects.filter(name="New").exists()


def test_the_api_says_the_same_as_the_page(world: Any, sign_in: Any) -> None:
    browser = sign_in(world.fresh("clerk"))
    query = {"country": "GN", "search": "mamou"}

    page = browser.get("/reference/places/", query)

    assert [place.name for place in page.context["rows"]] == names(browser.get(URL, query))
