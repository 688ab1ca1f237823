"""The reporting group on the day of registration, and children travelling alone (R018)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases import services
from cases.enums import ReportingGroup
from cases.models import Case, Person
from tests.cases.test_views import FORM

D = datetime.date
pytestmark = pytest.mark.django_db
DAY = D(2019, 3, 4)
BIRTHDAYS = [
    (D(2001, 3, 5), 17, "boys"),  # 17 years and 364 days
    (D(2001, 3, 4), 18, "men"),  # the 18th birthday
    (D(2001, 3, 3), 18, "men"),
]


@pytest.mark.req("R018")
@pytest.mark.parametrize(("born", "age", "group"), BIRTHDAYS)
def test_seventeen_years_and_364_days_is_a_child_and_the_birthday_an_adult(
    register, born, age, group
):
    case = register(birth_on=born, registered_on=DAY)

    assert case.age_at_registration == age
    assert case.reporting_group == group
    assert Case.objects.with_group().get().group == group


@pytest.mark.req("R018")
@pytest.mark.parametrize(
    ("day", "group"),
    [(D(2018, 2, 28), "girls"), (D(2018, 3, 1), "women"), (D(2020, 2, 29), "women")],
)
def test_somebody_born_on_29_february_is_of_age_on_1_march(register, day, group):
    case = register(birth_on=D(2000, 2, 29), sex="female", registered_on=day)

    assert case.reporting_group == group
    assert Case.objects.with_group().get().group == group


@pytest.mark.req("R018")
def test_the_four_groups_and_who_is_in_none_are_the_same_in_words_and_in_figures(register):
    for sex in ("male", "female", ""):
        for born in (D(1990, 1, 1), D(2004, 2, 29), None):
            register(sex=sex, birth_on=born)

    rows = Case.objects.with_group().select_related("person")
    assert {row.group for row in rows} == set(ReportingGroup)
    assert all(row.group == row.reporting_group for row in rows)


@pytest.mark.req("R018")
def test_registering_says_the_group_and_the_page_shows_it_with_the_flag(
    world, sign_in, fill_in, register
):
    clerk = sign_in(world.clerk)
    form = FORM | {"office": world.rabat.pk, "birth_on": "2001-03-05", "sex": "male"}
    form |= {"is_unaccompanied_child": "False"}
    del form["idempotency_key"]

    sent = fill_in(clerk, "/cases/new/", **form)
    shown = clerk.get(sent["Location"]).content.decode()

    case = Case.objects.get()
    assert f"Registered as {case.reference}, counted among: Boys." in shown
    assert "<dt>Counted among</dt><dd>Boys</dd>" in shown
    assert "17 years at registration" in shown
    assert "Child travelling alone" not in shown
    answer = clerk.get(f"/api/v1/cases/{case.reference}/").json()
    assert (answer["reporting_group"], answer["is_unaccompanied_child"]) == ("boys", False)

    alone = register(birth_on=D(2004, 2, 1), sex="female", is_unaccompanied_child=True)
    officer = sign_in(world.protection_officer)
    shown = officer.get(alone.get_absolute_url()).content.decode()
    assert "Counted among</dt><dd>Girls" in shown
    assert "Child travelling alone" in shown


@pytest.mark.req("R018")
@pytest.mark.parametrize(
    ("born", "field", "words"),
    [
        (D(2001, 3, 4), "is_unaccompanied_child", "not under 18"),
        (None, "birth_on", "Enter the (estimated) year of birth."),
    ],
)
def test_an_adult_or_somebody_of_no_known_age_is_no_child_travelling_alone(
    register, born, field, words
):
    with pytest.raises(ValidationError) as refused:
        register(birth_on=born, registered_on=DAY, is_unaccompanied_child=True)

    ((text,),) = [refused.value.message_dict[field]]
    assert words in text


@pytest.mark.req("R018")
@pytest.mark.parametrize("face", ["page", "api"])
def test_of_everybody_under_18_it_is_said_whether_they_travel_alone(world, sign_in, api, face):
    clerk = sign_in(world.clerk)

    def register_with(**said):
        if face == "page":
            form = FORM | {"office": world.rabat.pk, "birth_on": "2001-03-05"} | said
            return clerk.post("/cases/new/", form)
        body = {"family_name": "Diallo", "nationality": "GN", "office": "rabat", "country": "GN"}
        body |= {"registered_on": "2019-03-04", "birth_on": "2001-03-05"} | said
        return api(clerk, "cases/", body)

    unsaid = register_with()
    assert unsaid.status_code in (400, 422)
    assert "Say whether the child travels alone" in unsaid.content.decode()
    assert not Case.objects.exists()

    assert register_with(is_unaccompanied_child="False").status_code in (201, 302)
    assert not Case.objects.get().is_restricted


CHILD, ADULT = D(2001, 3, 5), D(2001, 3, 4)


@pytest.mark.req("R018")
def test_a_correction_makes_no_adult_a_child_travelling_alone(world, register):
    case = register(birth_on=ADULT, registered_on=DAY)

    with pytest.raises(ValidationError) as refused:
        services.correct_registration(
            case,
            person={},
            values={"is_unaccompanied_child": True},
            reason="r",
            by=world.fresh("protection_officer"),
        )

    assert list(refused.value.message_dict) == ["is_unaccompanied_child"]


def test_who_marks_a_child_is_led_to_a_page_that_is_open_to_them(world, register, sign_in, fill_in):
    case = register(birth_on=CHILD, registered_on=DAY)
    values = {"family_name": "Camara", "birth_on": "2001-03-05", "birth_precision": "day"}
    values |= {"nationality": "GN", "country": "GN", "children_in_care": "0", "sex": "male"}
    values |= {"office": world.rabat.pk, "registered_on": "2019-03-04", "reason": "Alone"}
    url = reverse("cases:correct", args=[case.reference])

    sent = fill_in(sign_in(world.caseworker), url, **values, is_unaccompanied_child="True")

    assert (sent.status_code, sent["Location"]) == (302, reverse("cases:list"))
    case.refresh_from_db()
    assert case.is_restricted


@pytest.mark.req("R018")
@pytest.mark.parametrize(
    ("person", "values", "field"),
    [
        ({}, {"is_unaccompanied_child": False}, "is_unaccompanied_child"),
        ({"birth_on": ADULT}, {}, "birth_on"),
        ({"birth_on": None}, {}, "birth_on"),
        ({"birth_on": ADULT}, {"is_unaccompanied_child": False}, "is_unaccompanied_child"),
    ],
    ids=["unmarked", "made an adult", "of no known age", "both"],
)
def test_one_person_alone_makes_nobody_of_a_child_travelling_alone(
    world, register, person, values, field
):
    case = register(birth_on=CHILD, registered_on=DAY, is_unaccompanied_child=True)

    with pytest.raises(ValidationError, match="Two protection officers") as refused:
        services.correct_registration(
            case, person=person, values=values, reason="r", by=world.fresh("protection_officer")
        )

    assert list(refused.value.message_dict) == [field]
    case.refresh_from_db()
    assert (case.is_unaccompanied_child, case.is_restricted) == (True, True)
    assert Person.objects.get().birth_on == CHILD
