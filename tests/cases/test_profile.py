"""The nine things of the profile, and how they are corrected (R022)."""

import datetime

import pytest
from django.urls import reverse

from cases import services
from cases.forms.fields import PROFILE_FIELDS
from cases.models import Case, Person
from core.models import AuditEntry
from reference.models import Language, Place
from tests.cases.test_views import FORM

D = datetime.date
pytestmark = pytest.mark.django_db
WORDS = {
    "birth_note": "Says about 23",
    "community_note": "Near the river",
    "time_abroad_note": "Two years in Libya before",
    "family_note": "Two wives",
    "education_note": "Koranic school",
    "experience_note": "Welder's help",
    "interests_note": "Chickens, not goats",
    "life_plans": "A small shop with a sister",
    "languages_note": "Reads none",
}
CODES = {
    "time_abroad": "from_1_to_3",
    "family_situation": "couple",
    "education": "primary",
    "main_plan": "business",
}


@pytest.fixture
def sectors():
    """Codes of sectors that are there."""
    from reference.models import Sector

    first, second = Sector.objects.order_by("pk").values_list("pk", flat=True)[:2]
    return {"experience": [first], "interests": [second], "languages": ["ff", "fr"]}


@pytest.mark.req("R022")
def test_nine_things_are_asked_on_one_screen_each_with_words_beside_the_code(
    world, sign_in, fill_in, sectors
):
    clerk = sign_in(world.clerk)
    screen = clerk.get("/cases/new/").content.decode()
    asked = ["birth_on", "birth_note", *PROFILE_FIELDS]
    for name in asked:
        assert f'name="{name}"' in screen, name
    for code, note in zip(asked[::2], asked[1::2], strict=True):
        assert screen.index(f'name="{code}"') < screen.index(f'name="{note}"')
    labe, kindia = (Place.objects.filter(country="GN", name=n).first() for n in ("Labé", "Kindia"))

    form = FORM | {"office": world.rabat.pk, "community": labe.pk, "destination": kindia.pk}
    del form["idempotency_key"]
    sent = fill_in(clerk, "/cases/new/", **(form | WORDS | CODES | sectors))

    assert sent.status_code == 302
    case = Case.objects.get()
    person = case.person
    assert (person.community, case.destination) == (labe, kindia)
    for name, value in (WORDS | CODES).items():
        assert getattr(person, name) == value, name
    for name, value in sectors.items():
        assert list(getattr(person, name).values_list("pk", flat=True)) == value
    shown = clerk.get(sent["Location"]).content.decode()
    for label in (
        "Age",
        "Community of origin",
        "Time spent abroad",
        "Family situation",
        "Education completed",
        "Work experience",
        "Areas of interest",
        "Life plans",
        "Spoken languages",
    ):
        assert f"<dt>{label}</dt>" in shown
    named = [str(row) for name in sectors for row in getattr(person, name).all()]
    for text in (*WORDS.values(), *named, labe.path, "1 to 3 years", "Married", "Primary school"):
        assert text.replace("'", "&#x27;") in shown, text


@pytest.mark.req("R022")
def test_the_api_takes_and_gives_the_same_profile(world, sign_in, api, sectors):
    clerk = sign_in(world.clerk)
    labe = Place.objects.filter(country="GN", name="Labé").first()
    profile = WORDS | CODES | sectors | {"community": labe.pk}
    body = profile | {
        "family_name": "Diallo",
        "sex": "female",
        "birth_on": "1995-05-17",
        "nationality": "GN",
        "office": "rabat",
        "registered_on": "2019-03-04",
        "country": "GN",
    }

    answer = api(clerk, "cases/", body)

    assert answer.status_code == 201, answer.json()
    reference = answer.json()["reference"]
    given = clerk.get(f"/api/v1/cases/{reference}/profile/").json()
    assert given == profile | {"birth_on": "1995-05-17", "birth_precision": "day"}
    wrong = api(clerk, "cases/", body | {"main_plan": "rich", "languages": ["xx"]})
    assert wrong.status_code == 400
    assert set(wrong.json()["errors"]) == {"main_plan", "languages"}


def test_the_profile_is_corrected_with_history(world, register, sign_in, fill_in):
    case = register(main_plan="undecided", birth_on=D(1995, 5, 17))
    browser, url = sign_in(world.caseworker), reverse("cases:correct", args=[case.reference])
    values = {
        "family_name": "Camara",
        "birth_on": "1995-05-17",
        "birth_precision": "day",
        "nationality": "GN",
        "country": "GN",
        "children_in_care": "0",
        "office": world.rabat.pk,
        "registered_on": "2019-03-04",
        "main_plan": "training",
        "life_plans": "Wants to weld",
    }

    assert fill_in(browser, url, **values, reason="Decided").status_code == 302

    person = Person.objects.get()
    assert (person.main_plan, person.life_plans) == ("training", "Wants to weld")
    entry = AuditEntry.objects.get(model="cases.person", action="change")
    assert (entry.changes["main_plan"], entry.reason) == (["undecided", "training"], "Decided")


@pytest.mark.req("R011")
def test_what_is_corrected_is_found_under_the_reference_lists_included(world, register):
    languages = list(Language.objects.filter(pk__in=["fr", "ff"]).order_by("pk"))
    case = register(family_name="Diallo", languages=languages)
    created = AuditEntry.objects.get(model="cases.person", action="create")
    assert created.references == [case.reference]
    assert created.changes["languages"] == [[], ["ff", "fr"]]

    for person in ({"family_name": "Jallow"}, {"languages": languages[:1]}, {"languages": []}):
        services.correct_registration(
            case, person=person, values={}, reason="Heard again", by=world.fresh("caseworker")
        )

    entries = AuditEntry.objects.filter(
        model="cases.person", action="change", references__contains=[case.reference]
    ).order_by("id")
    assert [entry.changes for entry in entries] == [
        {"family_name": ["Diallo", "Jallow"]},
        {"languages": [["ff", "fr"], ["ff"]]},
        {"languages": [["ff"], []]},
    ]
    assert {entry.reason for entry in entries} == {"Heard again"}
