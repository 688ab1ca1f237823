"""Somebody registered already is offered before a second file opens, page and API alike (R037)."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import services
from cases.enums import CaseOutcome
from cases.models import Case, Person
from core.models import AuditEntry
from reference import rules
from reference.models import RuleValue
from tests.cases.test_views import FORM

D = datetime.date
pytestmark = pytest.mark.django_db
BORN = D(1995, 5, 17)
KNOWN = {"family_name": "Diallo", "given_name": "Mariama", "birth_on": BORN}
BODY = {
    "family_name": "Diallo",
    "given_name": "Mariama",
    "birth_on": "1995-05-17",
    "nationality": "GN",
    "office": "rabat",
    "registered_on": "2019-03-11",
    "country": "GN",
}


def offered(known, entered):
    return [
        item.person
        for item in services.possible_duplicates(
            **(known | entered), nationality=entered.get("nationality", "GN")
        )
    ]


SAME = [
    ("the same in every respect", {}, {}),
    ("no birth date in the earlier file", {"birth_on": None}, {}),
    ("no birth date in the new one", {}, {"birth_on": None}),
    ("no birth date in either", {"birth_on": None}, {"birth_on": None}),
    ("born a year later", {}, {"birth_on": D(1996, 12, 31)}),
    ("born a year earlier", {}, {"birth_on": D(1994, 1, 1)}),
    ("another spelling, born in the same year", {}, {"given_name": "Mariame"}),
    (
        "another spelling, born a year later",
        {},
        {"given_name": "Mariame", "birth_on": D(1996, 2, 3)},
    ),
    ("accents and case", {}, {"family_name": "DIALLO", "given_name": "Mariamà"}),
    ("names exchanged", {}, {"family_name": "Mariama", "given_name": "Diallo"}),
    (
        "names exchanged, no birth dates",
        {"birth_on": None},
        {"family_name": "Mariama", "given_name": "Diallo", "birth_on": None},
    ),
    (
        "names exchanged, one birth date",
        {"birth_on": None},
        {"family_name": "Mariama", "given_name": "Diallo"},
    ),
    (
        "another name, the same document",
        {"document_number": "R 123"},
        {"family_name": "Jallow", "given_name": "Awa", "document_number": "r 123"},
    ),
]
OTHERS = [
    ("born two years later", {}, {"birth_on": D(1997, 1, 1)}),
    ("born twenty years earlier", {}, {"birth_on": D(1975, 5, 17)}),
    (
        "another given name, born on the same day of January",
        {"birth_on": D(1995, 1, 1)},
        {"given_name": "Ousmane", "birth_on": D(1995, 1, 1)},
    ),
    (
        "another family name, born on the same day",
        {},
        {"family_name": "Kourouma", "given_name": "Jo"},
    ),
    (
        "another given name without birth dates",
        {"birth_on": None},
        {"given_name": "Ousmane", "birth_on": None},
    ),
    (
        "another document",
        {"document_number": "R123"},
        {"family_name": "Kourouma", "given_name": "Jo", "document_number": "R124"},
    ),
]


@pytest.mark.req("R037")
@pytest.mark.parametrize(("known", "entered"), [row[1:] for row in SAME], ids=[r[0] for r in SAME])
def test_who_may_be_the_same_is_offered(register, known, entered):
    earlier = register(**(KNOWN | known))

    assert offered(KNOWN, entered) == [earlier.person]


@pytest.mark.req("R037")
@pytest.mark.parametrize(
    ("known", "entered"), [row[1:] for row in OTHERS], ids=[r[0] for r in OTHERS]
)
def test_who_is_somebody_else_is_not_offered(register, known, entered):
    register(**(KNOWN | known))

    assert offered(KNOWN, entered) == []


@pytest.mark.parametrize(
    ("rule", "value", "entered", "is_offered"),
    [
        (rules.DUPLICATE_BIRTH_YEARS, 3, {"birth_on": D(1998, 5, 17)}, True),
        (rules.DUPLICATE_BIRTH_YEARS, 0, {"birth_on": D(1996, 5, 17)}, False),
        (rules.DUPLICATE_NAME_SIMILARITY, Decimal("0.9"), {"given_name": "Mariame"}, False),
        (rules.DUPLICATE_NAME_SIMILARITY, Decimal("0.9"), {}, True),
    ],
)
def test_the_rules_in_force_decide_how_near_is_near(register, rule, value, entered, is_offered):
    register(**KNOWN)
    stored = rule.stored(value)
    RuleValue.objects.create(rule=rule.code, value=stored, valid_from=D(2018, 1, 1))

    assert bool(offered(KNOWN, entered)) == is_offered


@pytest.mark.req("R037")
@pytest.mark.parametrize(
    ("owner", "status"), [("self", 422), ("relative", 302)], ids=["own phone", "of a relative"]
)
def test_the_phone_entered_at_registration_is_compared(world, register, sign_in, owner, status):
    earlier = register(
        family_name="Jallow",
        given_name="Awa",
        contact_points=[{"kind": "phone", "value": "0612 34 56 78", "may_be_used": True}],
    )
    clerk = sign_in(world.clerk)

    sent = clerk.post("/cases/new/", FORM | {"office": world.rabat.pk, "phone_owner": owner})

    assert sent.status_code == status
    if status == 422:
        assert earlier.reference in sent.content.decode()
        assert "same phone" in sent.content.decode()


def test_a_phone_of_an_import_is_found_as_one_typed_in(world, register):
    cases = services.register_many(
        [
            services.Entry(
                person={"family_name": "Jallow", "nationality": world.country("GN")},
                case={
                    "office": world.rabat,
                    "country": world.country("GN"),
                    "registered_on": D(2019, 3, 4),
                },
                consents={},
                phone="+212612345678",
            )
        ],
        by=world.fresh("clerk"),
    )

    found = services.possible_duplicates(family_name="Sow", phones=["+212 6 12 34 56 78"])

    assert [item.person for item in found] == [cases[0].person]


def test_the_most_alike_come_first_however_many_share_a_first_of_january(world, register):
    Person.objects.bulk_create(
        Person(
            family_name="Diallo",
            given_name=f"Mariam{number}",
            birth_on=D(1995, 1, 1),
            birth_precision="year",
            nationality=world.country("GN"),
        )
        for number in range(250)
    )
    earlier = register(**KNOWN | {"birth_on": D(1995, 1, 1)})

    assert offered(KNOWN, {"birth_on": D(1995, 1, 1)})[0] == earlier.person


def test_the_number_of_queries_does_not_grow_with_the_people(world, register):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            offered(KNOWN, {"document_number": "R1"})
        return len(queries)

    register(**KNOWN)
    before = asked()
    for _ in range(5):
        register(**KNOWN)

    assert asked() == before


# --- page and API ---------------------------------------------------------------------------------
@pytest.mark.req("R037")
def test_the_api_names_the_visible_files_and_why(world, register, sign_in, api):
    earlier = register(**KNOWN)
    hidden = register(**KNOWN, office=world.oujda)

    answer = api(sign_in(world.clerk), "cases/", BODY)

    assert answer.status_code == 400
    problem = answer.json()
    assert "different_from" in problem["errors"]["non_field_errors"][0]
    (alike,) = problem["alike"]
    assert alike["reference"] == earlier.reference
    assert {"same name", "same date of birth"} <= set(alike["reasons"])
    assert problem["is_known_elsewhere"] is True
    assert hidden.reference not in answer.content.decode()
    listed = AuditEntry.objects.filter(action="list", actor=world.clerk).latest("id")
    assert listed.references == [earlier.reference]
    assert Case.objects.count() == 2
    clerk = sign_in(world.clerk)
    for judged in ([earlier.reference], ["elsewhere"]):
        assert api(clerk, "cases/", BODY | {"different_from": judged}).status_code == 400
    judged = [earlier.reference, "elsewhere"]
    assert api(clerk, "cases/", BODY | {"different_from": judged}).status_code == 201
    created = AuditEntry.objects.filter(model="cases.case", action="create").latest("id")
    assert created.reason == f"Somebody else than {earlier.reference}, files of others"


@pytest.mark.req("R006")
@pytest.mark.parametrize("known", ["elsewhere", "child"])
def test_the_api_tells_nothing_of_files_out_of_scope(world, register, sign_in, api, known):
    born = {"birth_on": D(2004, 1, 1)}
    if known == "child":
        register(**(KNOWN | born), is_unaccompanied_child=True)
    else:
        register(**(KNOWN | born), office=world.oujda)

    problem = api(sign_in(world.clerk), "cases/", BODY | {"birth_on": "2004-01-01"}).json()

    assert (problem["alike"], problem["is_known_elsewhere"]) == ([], True)


@pytest.mark.req("R037")
@pytest.mark.parametrize("face", ["page", "api"])
def test_a_second_return_of_a_known_person_opens_a_second_case(world, register, sign_in, api, face):
    earlier = register(**KNOWN)
    services.close(
        earlier, outcome=CaseOutcome.WITHDRAWN, on=D(2019, 3, 10), by=world.fresh("caseworker")
    )
    clerk = sign_in(world.clerk)

    if face == "page":
        form = FORM | {"office": world.rabat.pk, "registered_on": "2019-03-11"}
        form |= {"declaration_signed_on": "2019-03-11", "duplicate_decision": earlier.reference}
        assert clerk.post("/cases/new/", form).status_code == 302
    else:
        body = BODY | {"known_case": earlier.reference.lower()}
        assert api(clerk, "cases/", body).status_code == 201

    assert Person.objects.count() == 1
    assert earlier.person.cases.count() == 2


@pytest.mark.req("R015")
@pytest.mark.parametrize("face", ["page", "api"])
def test_nobody_gets_a_second_number_while_a_case_is_open(world, register, sign_in, api, face):
    earlier = register(**KNOWN)
    clerk = sign_in(world.clerk)

    if face == "page":
        form = FORM | {"office": world.rabat.pk, "duplicate_decision": earlier.reference}
        answer = clerk.post("/cases/new/", form)
        assert answer.status_code == 422
    else:
        answer = api(clerk, "cases/", BODY | {"known_case": earlier.reference})
        assert answer.status_code == 400

    assert "This person has an open case" in answer.content.decode()
    assert Case.objects.count() == 1


def test_a_known_case_out_of_scope_is_unknown_and_a_wrong_phone_is_named(
    world, register, sign_in, api
):
    hidden = register(**KNOWN, office=world.oujda)
    clerk = sign_in(world.clerk)

    unknown = api(clerk, "cases/", BODY | {"known_case": hidden.reference})
    wrong = api(clerk, "cases/", BODY | {"phone": "12", "different_from": ["elsewhere"]})

    assert list(unknown.json()["errors"]) == ["known_case"]
    assert list(wrong.json()["errors"]) == ["phone"]


# --- what was told of somebody met before ---------------------------------------------------------
@pytest.mark.req("R022")
@pytest.mark.parametrize("face", ["page", "api"])
@pytest.mark.parametrize("takes_over", [False, True])
def test_what_is_told_of_a_known_person_is_kept_and_what_differs_on_request(
    world, register, sign_in, api, face, takes_over
):
    earlier = register(**KNOWN | {"main_plan": "undecided"})
    services.close(
        earlier, outcome=CaseOutcome.WITHDRAWN, on=D(2019, 3, 10), by=world.fresh("caseworker")
    )
    clerk = sign_in(world.clerk)
    told = {"main_plan": "business", "life_plans": "A shop", "document_number": "R 12"}
    told |= {"registered_on": "2019-03-11"}

    if face == "page":
        form = FORM | told | {"office": world.rabat.pk, "declaration_signed_on": "2019-03-11"}
        asked = clerk.post("/cases/new/", form).content.decode()
        assert "Take over what was typed now" in asked
        assert "Not decided yet" in asked
        form |= {"duplicate_decision": earlier.reference}
        form |= {"take_over": earlier.reference} if takes_over else {}
        assert clerk.post("/cases/new/", form).status_code == 302
    else:
        asked = api(clerk, "cases/", BODY | told).json()
        assert "main_plan" in asked["alike"][0]["told_differently"]
        body = BODY | told | {"known_case": earlier.reference, "take_over": takes_over}
        assert api(clerk, "cases/", body).status_code == 201

    person = Person.objects.get()
    assert (person.life_plans, person.document_number) == ("A shop", "R 12")
    assert person.main_plan == ("business" if takes_over else "undecided")
    latest = Case.objects.latest("id")
    entry = AuditEntry.objects.filter(model="cases.person", action="change").latest("id")
    assert {earlier.reference, latest.reference} <= set(entry.references)
    assert entry.reason == f"Told at the registration of {latest.reference}"


@pytest.mark.parametrize("decision", ["no-such-file", "Rabat \x00", "x" * 300])
def test_a_wrong_decision_on_likely_duplicates_loses_nothing(world, sign_in, decision):
    form = FORM | {"office": world.rabat.pk, "life_plans": "A shop"}

    answer = sign_in(world.clerk).post("/cases/new/", form | {"duplicate_decision": decision})

    assert answer.status_code in (400, 422)
    if "\x00" not in decision:
        assert "A shop" in answer.content.decode()
    assert not Case.objects.exists()
