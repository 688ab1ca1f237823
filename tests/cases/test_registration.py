"""Registering: who and when, at which point, and how that is corrected."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases import services
from cases.enums import CaseStatus
from cases.models import Case, Person
from core.exceptions import Refused
from core.models import AuditEntry
from reference.models import Place
from tests.cases.test_views import FORM

D = datetime.date
pytestmark = pytest.mark.django_db
DAY = D(2019, 3, 4)


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
