"""Pages of the reference data (R269, R270)."""

import datetime
from typing import Any

import pytest
from django.urls import reverse

from core.clock import today as current_day
from core.models import AuditEntry
from reference import rules
from reference.models import Holiday, Place, RuleValue, Sector

pytestmark = pytest.mark.django_db

READABLE = [
    reverse("reference:index"),
    reverse("reference:rules"),
    reverse("reference:rule_detail", args=["session_minutes"]),
    reverse("reference:holidays"),
    reverse("reference:places"),
    reverse("reference:list", args=["countries"]),
    reverse("reference:list", args=["sectors"]),
    reverse("reference:list", args=["services"]),
]
CHANGEABLE = [
    reverse("reference:rule_change", args=["session_minutes"]),
    reverse("reference:holiday_create"),
    reverse("reference:place_create"),
    reverse("reference:list_create", args=["sectors"]),
    reverse("reference:list_change", args=["sectors", "sewing"]),
]


def filled(response: Any, **values: Any) -> dict[str, Any]:
    """The form as it came, with these values typed in."""
    form = response.context["form"]
    data = {}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, False):
            data[name] = value.pk if hasattr(value, "pk") else value
    return data | values


def answers(browser: Any, urls: list[str]) -> dict[str, int]:
    return {url: browser.get(url).status_code for url in urls}


@pytest.mark.parametrize("person", ["clerk", "focal_point", "finance_officer", "administrator"])
def test_staff_read_reference_data(world: Any, sign_in: Any, person: str) -> None:
    assert answers(sign_in(world.fresh(person)), READABLE) == dict.fromkeys(READABLE, 200)


@pytest.mark.parametrize("person", ["donor", "referrer", "nobody"])
def test_outsiders_do_not(world: Any, sign_in: Any, person: str) -> None:
    assert answers(sign_in(world.fresh(person)), READABLE) == dict.fromkeys(READABLE, 403)


def test_only_administrators_change_reference_data(world: Any, sign_in: Any) -> None:
    manager, administrator = world.fresh("programme_manager"), world.fresh("administrator")

    assert answers(sign_in(manager), CHANGEABLE) == dict.fromkeys(CHANGEABLE, 403)
    assert answers(sign_in(administrator), CHANGEABLE) == dict.fromkeys(CHANGEABLE, 200)


def test_what_does_not_exist_is_not_found(world: Any, sign_in: Any) -> None:
    urls = [
        "/reference/rules/no_such_rule/",
        "/reference/rules/no_such_rule/change/",
        "/reference/lists/no-such-list/",
        "/reference/lists/sectors/no_such_sector/change/",
        "/reference/places/999999999/",
        "/reference/holidays/999999999/change/",
    ]

    assert answers(sign_in(world.fresh("administrator")), urls) == dict.fromkeys(urls, 404)


def test_the_rules_page_shows_every_rule_with_its_value(world: Any, sign_in: Any) -> None:
    page = sign_in(world.fresh("clerk")).get(reverse("reference:rules"))

    text = page.content.decode()
    for rule in rules.RULES:
        assert str(rule.meaning) in text
    assert "Change this rule" not in text


@pytest.mark.req("R270")
def test_an_administrator_changes_a_rule_from_a_coming_day(world: Any, sign_in: Any) -> None:
    browser = sign_in(world.fresh("administrator"))
    url = reverse("reference:rule_change", args=["max_nationalities_per_session"])
    day = current_day() + datetime.timedelta(days=30)

    answer = browser.post(
        url,
        filled(browser.get(url), value="3", from_on=day.isoformat(), note="Steering committee"),
    )

    detail = reverse("reference:rule_detail", args=["max_nationalities_per_session"])
    assert answer.status_code == 302
    assert answer.url == detail
    rule = rules.MAX_NATIONALITIES_PER_SESSION
    assert rules.current(rule, on=day - datetime.timedelta(days=1)) == 2
    assert rules.current(rule, on=day) == 3
    assert "Steering committee" in browser.get(detail).content.decode()
    today_states = _states(browser.get(reverse("reference:rules")))
    later_states = _states(browser.get(reverse("reference:rules"), {"on": day.isoformat()}))
    assert today_states[rule.code].value == "2"
    assert (today_states[rule.code].next_value, today_states[rule.code].next_on) == ("3", day)
    assert (later_states[rule.code].value, later_states[rule.code].since) == ("3", day)


def _states(response: Any) -> dict[str, Any]:
    return {
        state.rule.code: state for _area, states in response.context["areas"] for state in states
    }


def test_the_same_form_sent_twice_sets_the_rule_once(world: Any, sign_in: Any) -> None:
    browser = sign_in(world.fresh("administrator"))
    url = reverse("reference:rule_change", args=["session_minutes"])
    data = filled(browser.get(url), value="45", note="Shorter")

    first, second = browser.post(url, data), browser.post(url, data)

    assert (first.status_code, second.status_code) == (302, 302)
    assert AuditEntry.objects.filter(model="reference.rulevalue").count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"value": "many"}, "value"),
        ({"value": "45", "from_on": "2019-01-01"}, "from_on"),
        ({"value": "45", "note": ""}, "note"),
    ],
)
def test_a_refused_rule_value_comes_back_at_its_field(
    world: Any, sign_in: Any, values: dict[str, str], field: str
) -> None:
    browser = sign_in(world.fresh("administrator"))
    url = reverse("reference:rule_change", args=["session_minutes"])

    answer = browser.post(url, filled(browser.get(url), **({"note": "Why"} | values)))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not RuleValue.objects.exists()


def test_the_holidays_page_shows_a_year_of_a_country(world: Any, sign_in: Any) -> None:
    page = sign_in(world.fresh("clerk")).get(
        reverse("reference:holidays"), {"country": "MA", "year": "2019"}
    )

    days = [holiday.day for holiday in page.context["rows"]]
    assert len(days) == 16
    assert datetime.date(2019, 6, 5) in days
    assert "Wednesday 5 June 2019" in page.content.decode()


def test_the_holidays_page_opens_on_the_current_year(world: Any, sign_in: Any) -> None:
    page = sign_in(world.fresh("clerk")).get(reverse("reference:holidays"))

    assert {holiday.day.year for holiday in page.context["rows"]} == {current_day().year}


def test_an_announced_feast_is_moved_to_its_day(world: Any, sign_in: Any) -> None:
    feast = Holiday.objects.get(country="MA", day=datetime.date(2027, 3, 10))
    browser = sign_in(world.fresh("administrator"))
    url = reverse("reference:holiday_change", args=[feast.pk])

    answer = browser.post(
        url, filled(browser.get(url), day="2027-03-12", certainty="observed", is_active="on")
    )

    feast.refresh_from_db()
    assert answer.status_code == 302
    assert (feast.day, feast.certainty) == (datetime.date(2027, 3, 12), "observed")
    entry = AuditEntry.objects.get(model="reference.holiday", action="change")
    assert entry.changes["day"] == ["2027-03-10", "2027-03-12"]


def test_a_day_is_a_holiday_once(world: Any, sign_in: Any) -> None:
    browser = sign_in(world.fresh("administrator"))
    url = reverse("reference:holiday_create")
    names = {"label_fr": "Fête", "label_en": "Feast", "label_ar": "عيد"}

    answer = browser.post(
        url, filled(browser.get(url), country="MA", day="2027-03-10", certainty="fixed", **names)
    )

    assert answer.status_code == 422
    assert "already a holiday" in str(answer.context["form"].errors)


def test_a_change_made_on_a_stale_page_shows_both_versions(world: Any, sign_in: Any) -> None:
    browser = sign_in(world.fresh("administrator"))
    url = reverse("reference:list_change", args=["sectors", "sewing"])
    mine = filled(browser.get(url), label_en="Tailoring")
    browser.post(url, filled(browser.get(url), label_en="Sewing and embroidery"))

    answer = browser.post(url, mine)

    assert answer.status_code == 409
    assert Sector.objects.get(pk="sewing").label_en == "Sewing and embroidery"


def test_places_are_browsed_from_the_regions_down(world: Any, sign_in: Any) -> None:
    browser = sign_in(world.fresh("clerk"))

    regions = browser.get(reverse("reference:places"), {"country": "GN"}).context["rows"]
    kindia = next(place for place in regions if place.name == "Kindia")
    inside = browser.get(kindia.get_absolute_url()).context["children"]

    assert len(regions) == 8
    assert {place.name for place in inside} == {
        "Coyah",
        "Dubréka",
        "Forécariah",
        "Kindia",
        "Télimélé",
    }


def test_a_search_finds_places_of_every_level(world: Any, sign_in: Any) -> None:
    page = sign_in(world.fresh("clerk")).get(reverse("reference:places"), {"search": "telimele"})

    assert "Guinea › Kindia › Télimélé › Télimélé-Centre" in page.content.decode()


def test_the_places_page_costs_the_same_for_few_and_many_rows(
    world: Any, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    browser = sign_in(world.fresh("clerk"))

    with django_assert_max_num_queries(12):
        browser.get(reverse("reference:places"), {"search": "a"})


def test_an_administrator_adds_a_village(world: Any, sign_in: Any) -> None:
    mamou = Place.objects.get(code="GN-MM")
    browser = sign_in(world.fresh("administrator"))
    url = reverse("reference:place_create")
    form = browser.get(url, {"country": "GN", "parent": mamou.pk, "level": "locality"})

    answer = browser.post(url, filled(form, name="Tormélin"))

    assert answer.status_code == 302
    assert str(Place.objects.with_path().get(name="Tormélin").path).endswith("Mamou › Tormélin")


def test_a_place_below_a_locality_is_refused(world: Any, sign_in: Any) -> None:
    browser = sign_in(world.fresh("administrator"))
    url = reverse("reference:place_create")
    mamou = Place.objects.get(code="GN-MM")

    answer = browser.post(
        url,
        filled(browser.get(url), country="GN", parent=mamou.pk, level="prefecture", name="New"),
    )

    assert answer.status_code == 422
    assert "parent" in answer.context["form"].errors


def test_a_retired_place_keeps_its_row(world: Any, sign_in: Any) -> None:
    timbo = Place.objects.get(name="Timbo")
    browser = sign_in(world.fresh("administrator"))
    url = reverse("reference:place_change", args=[timbo.pk])
    data = filled(browser.get(url))
    del data["is_active"]

    browser.post(url, data)

    timbo.refresh_from_db()
    assert not timbo.is_active
    assert not Place.objects.active().filter(pk=timbo.pk).exists()


def test_a_sector_is_added_in_three_languages(world: Any, sign_in: Any) -> None:
    browser = sign_in(world.fresh("administrator"))
    url = reverse("reference:list_create", args=["sectors"])
    names = {"label_fr": "Apiculture", "label_en": "Beekeeping", "label_ar": "تربية النحل"}

    answer = browser.post(url, filled(browser.get(url), code="beekeeping", **names))

    assert answer.status_code == 302
    assert Sector.objects.get(pk="beekeeping").is_active


def test_a_code_with_accents_is_refused(world: Any, sign_in: Any) -> None:
    browser = sign_in(world.fresh("administrator"))
    url = reverse("reference:list_create", args=["sectors"])
    names = {"label_fr": "Élevage", "label_en": "Livestock", "label_ar": "تربية"}

    answer = browser.post(url, filled(browser.get(url), code="élevage", **names))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["code"]


def test_a_code_in_use_is_not_taken_over(world: Any, sign_in: Any) -> None:
    browser = sign_in(world.fresh("administrator"))
    url = reverse("reference:list_create", args=["sectors"])
    names = {"label_fr": "Autre", "label_en": "Other", "label_ar": "آخر"}

    answer = browser.post(url, filled(browser.get(url), code="sewing", **names))

    assert answer.status_code == 422
    assert Sector.objects.get(pk="sewing").label_en == "Sewing"
