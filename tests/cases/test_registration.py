"""Registering: who, when, the reporting group on that day, and the nine things of the profile."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases import services
from cases.enums import CaseStatus, ReportingGroup
from cases.forms.fields import PROFILE_FIELDS
from cases.models import Case, Person
from core.exceptions import Refused
from core.models import AuditEntry
from reference.models import Language, Place
from tests.cases.test_views import FORM

D = datetime.date
pytestmark = pytest.mark.django_db
DAY = D(2019, 3, 4)
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
LISTS = {"experience": ["construction"], "interests": ["poultry"], "languages": ["fr", "ff"]}


@pytest.fixture
def sectors():
    """Codes of sectors that are there."""
    from reference.models import Sector

    first, second = Sector.objects.order_by("pk").values_list("pk", flat=True)[:2]
    return {"experience": [first], "interests": [second], "languages": ["ff", "fr"]}


# --- R018: the reporting group --------------------------------------------------------------------
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
@pytest.mark.parametrize("born", [D(2001, 3, 4), None])
def test_an_adult_or_somebody_of_no_known_age_is_no_child_travelling_alone(register, born):
    with pytest.raises(ValidationError, match="not under 18"):
        register(birth_on=born, registered_on=DAY, is_unaccompanied_child=True)


CHILD, ADULT = D(2001, 3, 5), D(2001, 3, 4)


@pytest.mark.req("R018")
@pytest.mark.parametrize(
    ("born", "alone", "person", "values"),
    [
        (ADULT, False, {}, {"is_unaccompanied_child": True}),
        (CHILD, True, {"birth_on": ADULT}, {}),
        (CHILD, True, {"birth_on": None}, {}),
    ],
    ids=["an adult flagged", "a flagged child made an adult", "a flagged child of no known age"],
)
def test_a_correction_makes_no_adult_a_child_travelling_alone(
    world, register, born, alone, person, values
):
    case = register(birth_on=born, registered_on=DAY, is_unaccompanied_child=alone)

    with pytest.raises(ValidationError) as refused:
        services.correct_registration(
            case, person=person, values=values, reason="r", by=world.fresh("protection_officer")
        )

    assert list(refused.value.message_dict) == ["is_unaccompanied_child"]
    assert Person.objects.get().birth_on == born
    right = {"is_unaccompanied_child": False}
    services.correct_registration(
        case, person=person, values=right, reason="r", by=world.fresh("protection_officer")
    )


# --- R022: the profile ----------------------------------------------------------------------------
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
    for text in (*WORDS.values(), labe.path, "1 to 3 years", "Married", "Primary school"):
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


# --- who and when ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    ["caseworker_oujda", "focal_point", "origin_protection_officer", "programme_manager", "nobody"],
)
def test_people_are_registered_at_the_own_office(world, register, name):
    with pytest.raises(Refused):
        register(by=world.fresh(name))


def test_many_are_registered_under_the_rules_of_one(world):
    def entry(**values):
        return services.Entry(
            person={"family_name": "Barry", "nationality": world.country("GN"), "sex": "male"}
            | values.pop("person", {}),
            case={"office": world.rabat, "country": world.country("GN"), "registered_on": DAY}
            | values.pop("case", {}),
            consents={"processing": "given"},
            declared_on=DAY,
            phone="+212612345678",
        )

    by = world.fresh("clerk")
    cases = services.register_many([entry(), entry(person={"family_name": "Bah"})], by=by)

    assert [case.person.family_name for case in cases] == ["Barry", "Bah"]
    for case in cases:
        assert case.programme == world.foras
        assert [e.to_status for e in case.events.all()] == [CaseStatus.REGISTERED]
        assert case.declarations.get().signed_on == DAY
        assert case.contact_points.get().may_be_used
        for paper in ("consent", "declaration", "contactpoint"):
            entries = AuditEntry.objects.filter(model=f"cases.{paper}", action="create")
            assert any(case.reference in entry.references for entry in entries), paper
    for wrong, error in (
        (entry(case={"office": world.oujda}), Refused),
        (entry(case={"registered_on": D(2090, 1, 1)}), ValidationError),
        (entry(person={"birth_on": D(2019, 3, 5)}), ValidationError),
        (entry(case={"is_unaccompanied_child": True}), ValidationError),
    ):
        with pytest.raises(error):
            services.register_many([entry(), wrong], by=by)
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"registered_on": D(2090, 1, 1)}, "registered_on"),
        ({"birth_on": D(2019, 3, 5)}, "birth_on"),
        ({"birth_on": D(1995, 5, 17), "birth_precision": "year"}, "birth_on"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(register, values, field):
    with pytest.raises(ValidationError) as refused:
        register(**values)

    assert list(refused.value.message_dict) == [field]
    assert not Person.objects.exists()


def test_a_place_of_another_country_is_refused(register):
    bamako = Place.objects.filter(country="ML").first()

    with pytest.raises(ValidationError) as refused:
        register(destination=bamako)

    assert list(refused.value.message_dict) == ["destination"]


def test_correcting_follows_the_side_in_charge(world, at_step, sign_in):
    case = at_step(CaseStatus.ARRIVED)
    values = {"person": {"given_name": "Aïssata"}, "values": {}, "reason": "Spelling"}

    with pytest.raises(Refused, match="has departed"):
        services.correct_registration(case, by=world.fresh("caseworker"), **values)
    services.correct_registration(case, by=world.fresh("focal_point"), **values)

    assert Person.objects.get().given_name == "Aïssata"
    url = reverse("cases:correct", args=[case.reference])
    host, origin = sign_in(world.caseworker), sign_in(world.focal_point)
    assert (host.get(url).status_code, origin.get(url).status_code) == (403, 200)


@pytest.mark.req("R015")
@pytest.mark.parametrize("face", ["page", "api"])
def test_a_case_shows_its_point_day_clerk_and_number(world, sign_in, api, face):
    """Registered at Rabat on 4 March 2019; the acceptance example of the row."""
    clerk = sign_in(world.clerk)
    if face == "page":
        clerk.post("/cases/new/", FORM | {"office": world.rabat.pk})
    else:
        body = {"family_name": "Diallo", "nationality": "GN", "office": "rabat"}
        api(clerk, "cases/", body | {"registered_on": "2019-03-04", "country": "GN"})

    case = Case.objects.get()
    assert (case.office, case.registered_on) == (world.rabat, D(2019, 3, 4))
    page = clerk.get(case.get_absolute_url()).content.decode()
    for shown in (case.reference, "Rabat", "4 March 2019", world.clerk.name):
        assert shown in page, shown
    told = clerk.get(f"/api/v1/cases/{case.reference}/").json()
    assert (told["reference"], told["office"]) == (case.reference, "rabat")
    assert (told["registered_on"], told["registered_by"]) == ("2019-03-04", world.clerk.name)
