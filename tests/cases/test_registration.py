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


def test_days_that_a_constraint_would_refuse_are_named_at_their_field(register):
    for values, field in (
        ({"referred_on": D(2019, 3, 5), "registered_on": DAY}, "referred_on"),
        ({"birth_on": D(1899, 12, 31)}, "birth_on"),
    ):
        with pytest.raises(ValidationError) as refused:
            register(**values)
        assert list(refused.value.message_dict) == [field]


# --- the day and the point of registration --------------------------------------------------------
@pytest.mark.req("R034")
def test_a_wrong_day_and_point_of_registration_are_corrected_with_history(
    world, register, sign_in, fill_in
):
    case = register(birth_on=D(2001, 3, 10), registered_on=DAY, is_unaccompanied_child=False)
    assert case.reporting_group == "boys"
    officer = sign_in(world.protection_officer)
    url = reverse("cases:correct", args=[case.reference])
    values = {"family_name": "Camara", "birth_on": "2001-03-10", "birth_precision": "day"}
    values |= {"nationality": "GN", "country": "GN", "children_in_care": "0", "sex": "male"}
    values |= {"office": world.oujda.pk, "registered_on": "2019-03-11", "reason": "Wrong sheet"}

    sent = fill_in(officer, url, **values)

    assert sent.status_code == 302, sent.content.decode()
    case = Case.objects.get()
    assert (case.office, case.registered_on) == (world.oujda, D(2019, 3, 11))
    assert case.reporting_group == "men"
    assert [e.on for e in case.events.standing()] == [D(2019, 3, 11)]
    assert [(e.on, e.note) for e in case.events.filter(corrects__isnull=False)] == [
        (DAY, "Wrong sheet")
    ]
    page = officer.get(case.get_absolute_url()).content.decode()
    assert "Taken back: Registered" in page


def test_a_registration_stays_before_the_next_step_and_at_an_own_office(world, at_step):
    case, by = at_step(CaseStatus.ORIENTED), world.fresh("caseworker")

    with pytest.raises(ValidationError) as refused:
        services.correct_registration(
            case, person={}, values={"registered_on": D(2019, 3, 12)}, reason="r", by=by
        )
    assert list(refused.value.message_dict) == ["registered_on"]
    with pytest.raises(Refused):
        services.correct_registration(
            case, person={}, values={"office": world.oujda}, reason="r", by=by
        )

    case = services.correct_registration(
        case, person={}, values={"registered_on": D(2019, 3, 1)}, reason="r", by=by
    )
    assert case.registered_on == D(2019, 3, 1)


def test_the_programme_follows_a_corrected_day_of_registration(world, register):
    """The programme runs from 2017 on: whoever came before is in none."""
    from programmes.models import Programme

    case = register(registered_on=DAY)
    first = Programme.objects.get(code="FORAS").starts_on
    before = first - datetime.timedelta(days=1)

    case = services.correct_registration(
        case,
        person={},
        values={"registered_on": before},
        reason="r",
        by=world.fresh("caseworker"),
    )

    assert case.programme is None


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
