"""Who a programme covers, and why (R019, R217)."""

import datetime

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.formats import date_format

from programmes.eligibility import Candidate, explain
from programmes.models import (
    Donor,
    EligibilityKind,
    EligibilityRule,
    Programme,
    TargetCountry,
)

pytestmark = pytest.mark.django_db

FIRST, LAST = datetime.date(2017, 9, 1), datetime.date(2019, 12, 31)
LATER = datetime.date(2019, 1, 1)


@pytest.fixture
def foras(world):
    """FORAS with its five first countries, and three more from 2019."""
    programme = world.foras
    programme.target_countries.all().delete()
    Programme.objects.filter(pk=programme.pk).update(starts_on=FIRST, ends_on=LAST)
    first, later = ("GN", "CI", "ML", "SN", "CM"), ("BF", "CD", "TG")
    for code in first + later:
        start = LATER if code in later else FIRST
        TargetCountry.objects.create(
            programme=programme,
            country=world.country(code),
            days=DateRange(start, LAST + datetime.timedelta(days=1)),
        )
    programme.refresh_from_db()
    return programme


def person(**values):
    given = {"country": "GN", "nationality": "GN", "age": 25, "on": datetime.date(2019, 3, 1)}
    return Candidate(**given | values)


def verdict(programme, candidate):
    return explain(candidate, Programme.objects.filter(pk=programme.pk))[0]


@pytest.mark.req("R019")
@pytest.mark.parametrize(
    ("registered_on", "is_eligible", "words"),
    [
        (datetime.date(2018, 6, 15), False, "covered only from"),
        (datetime.date(2019, 2, 15), True, "All conditions of the programme are met."),
    ],
)
def test_a_togolese_is_covered_from_2019_on(foras, registered_on, is_eligible, words):
    found = verdict(foras, person(country="TG", nationality="TG", on=registered_on))

    assert found.eligible is is_eligible
    assert words in found.reason


@pytest.mark.req("R019", "R217")
def test_the_case_page_says_for_each_programme_whether_and_why(foras, register, sign_in, world):
    togo = {"nationality": world.country("TG"), "country": world.country("TG")}
    early = register(registered_on=datetime.date(2018, 6, 15), **togo)
    late = register(registered_on=datetime.date(2019, 2, 15), **togo)
    assert (early.programme, late.programme) == (None, foras)

    browser = sign_in(world.caseworker)
    before = " ".join(browser.get(early.get_absolute_url()).content.decode().split())
    after = " ".join(browser.get(late.get_absolute_url()).content.decode().split())

    day = date_format(LATER)
    assert f"<strong>FORAS</strong> The country of origin is covered only from {day}." in before
    assert "<strong>FORAS</strong> All conditions of the programme are met." in after
    for page in (before, after):
        assert "<strong>OTHER</strong> The country of origin is not covered" in page


def test_the_country_of_return_counts_and_not_the_nationality(foras):
    assert verdict(foras, person(country="GN", nationality="NG")).eligible
    assert not verdict(foras, person(country="NG", nationality="GN")).eligible


def test_both_ends_of_the_days_count(foras):
    days = [FIRST, LAST, LATER - datetime.timedelta(days=1), LATER]

    assert [verdict(foras, person(on=day)).eligible for day in days] == [True] * 4
    togo = [verdict(foras, person(country="TG", on=day)).eligible for day in days]
    assert togo == [False, True, False, True]


def test_a_programme_that_does_not_run_on_the_day_is_not_asked(foras):
    assert [v.programme.code for v in explain(person(on=datetime.date(2020, 1, 1)))] == ["OTHER"]
    assert explain(person(on=datetime.date(2016, 1, 1))) == []


@pytest.mark.parametrize(
    ("kind", "value", "candidate", "reason"),
    [
        (EligibilityKind.MIN_AGE, "18", {"age": 17}, "younger than 18"),
        (EligibilityKind.MIN_AGE, "18", {"age": 18}, ""),
        (EligibilityKind.MIN_AGE, "18", {"age": None}, ""),
        (EligibilityKind.MAX_AGE, "35", {"age": 36}, "older than 35"),
        (EligibilityKind.MAX_AGE, "35", {"age": 35}, ""),
        (EligibilityKind.EXCLUDED_NATIONALITY, "NG", {"nationality": "NG"}, "not covered"),
        (EligibilityKind.EXCLUDED_NATIONALITY, "NG", {"nationality": "GN"}, ""),
    ],
)
def test_each_condition_decides_with_its_sentence(foras, kind, value, candidate, reason):
    EligibilityRule.objects.create(programme=foras, kind=kind, value=value, valid_from=FIRST)

    found = verdict(foras, person(**candidate))

    assert found.eligible is (reason == "")
    assert reason in found.reason


def test_an_age_that_is_not_known_is_said_and_not_taken_as_met(foras):
    assert verdict(foras, person(age=None)).reason == "All conditions of the programme are met."
    EligibilityRule.objects.create(
        programme=foras, kind=EligibilityKind.MIN_AGE, value="18", valid_from=FIRST
    )

    found = verdict(foras, person(age=None))

    assert found.eligible
    assert "The age is not known" in found.reason
    assert verdict(foras, person(age=18)).reason == "All conditions of the programme are met."


def test_nobody_is_helped_twice_where_the_programme_says_so(foras):
    helped = person(helped_by=frozenset({foras.pk}))
    assert verdict(foras, helped).eligible

    EligibilityRule.objects.create(
        programme=foras, kind=EligibilityKind.ONCE_ONLY, valid_from=FIRST
    )

    assert "helped by this programme before" in verdict(foras, helped).reason
    assert verdict(foras, person(helped_by=frozenset({0}))).eligible


def test_a_condition_counts_in_its_days_only(foras):
    EligibilityRule.objects.create(
        programme=foras,
        kind=EligibilityKind.MIN_AGE,
        value="30",
        valid_from=datetime.date(2019, 1, 1),
        valid_until=datetime.date(2019, 6, 30),
    )

    def eligible(month, day):
        return verdict(foras, person(on=datetime.date(2019, month, day))).eligible

    assert not eligible(1, 1)
    assert not eligible(6, 30)
    assert eligible(7, 1)
    assert verdict(foras, person(on=datetime.date(2018, 12, 31))).eligible


def test_explaining_costs_the_same_for_one_programme_and_for_twenty(
    foras, django_assert_num_queries
):
    with django_assert_num_queries(3):
        explain(person())
    for number in range(20):
        Programme.objects.create(
            code=f"P{number}",
            name="P",
            donor=Donor.objects.first(),
            starts_on=FIRST,
            ends_on=LAST,
        )
    with django_assert_num_queries(3):
        assert len(explain(person())) == 22
