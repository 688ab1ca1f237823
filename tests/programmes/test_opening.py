"""Opening and amending programmes, and their agreements (R201, R216, R219)."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core.exceptions import Refused
from core.models import AuditEntry
from partners.models import Agreement
from programmes import services
from programmes.models import Donor, Programme, TargetCountry

pytestmark = pytest.mark.django_db

PHASE = {
    "code": "FORAS-2",
    "name": "FORAS, second phase",
    "starts_on": "2020-04-01",
    "ends_on": "2022-03-31",
    "currency": "EUR",
}


def form(key, record=None, **values):
    sent = {"idempotency_key": key} | values
    return sent if record is None else sent | {"record_version": record.version}


def test_a_programme_of_a_new_donor_is_opened_and_then_kept_by_its_manager(world, sign_in, today):
    administrator = sign_in(world.administrator)
    new = {"new_donor": "Auswärtiges Amt", "contact_person": "M. Weber"}
    answer = administrator.post("/programmes/new/", form("p1", **PHASE, **new))

    assert answer["Location"] == "/programmes/FORAS-2/"
    programme = Programme.objects.get(code="FORAS-2")
    assert (programme.donor.code, programme.donor.contact_person) == ("auswartiges-amt", "M. Weber")
    assert programme.months == 24

    role = {"role": "programme_manager", "programme": programme.pk, "starts_on": today.isoformat()}
    administrator.post(f"/users/{world.nobody.pk}/roles/new/", form("r1", world.nobody, **role))
    manager = sign_in(world.fresh("nobody"))
    country = {"country": "GN", "from_on": "2020-04-01", "note": "Agreement with the donor"}
    manager.post("/programmes/FORAS-2/countries/new/", form("c1", programme, **country))
    assert TargetCountry.objects.filter(programme=programme, country="GN").exists()


def test_a_programme_has_one_donor_known_or_new(world, sign_in):
    administrator = sign_in(world.administrator)
    donor = Donor.objects.get(name="Donor A")
    url = "/programmes/new/"

    none = administrator.post(url, form("a", **PHASE))
    both = administrator.post(url, form("b", **PHASE, donor=donor.pk, new_donor="Another"))
    for page in (none, both):
        assert page.status_code == 422
        assert "Choose a donor, or write the name of a new one." in page.content.decode()
    known = administrator.post(url, form("c", **PHASE, new_donor="donor a"))
    assert "Choose it in the list." in known.content.decode()

    administrator.post(url, form("d", **PHASE, donor=donor.pk))
    assert Programme.objects.get(code="FORAS-2").donor == donor


def test_the_name_of_a_donor_is_corrected_with_its_reason(world, sign_in):
    donor, administrator = world.foras.donor, sign_in(world.administrator)
    url = "/programmes/FORAS/donor/"
    values = {"contact_person": "M. Weber", "reason": "Misspelt"}

    taken = administrator.post(url, form("d1", donor, name="donor b", **values))
    assert taken.status_code == 422
    assert "Another donor has this name." in taken.content.decode()
    answer = administrator.post(url, form("d2", donor, name="Auswärtiges Amt", **values))

    assert answer["Location"] == "/programmes/FORAS/"
    donor.refresh_from_db()
    assert (donor.name, donor.code, donor.contact_person) == (
        "Auswärtiges Amt",
        "foras",
        "M. Weber",
    )
    assert AuditEntry.objects.get(model="programmes.donor", action="change").reason == "Misspelt"
    with pytest.raises(Refused):
        services.correct_donor(
            donor, name="X", contact_person="", reason="x", by=world.programme_manager
        )


def test_ceilings_of_a_programme_are_in_one_currency(world, today):
    programme = services.amend_programme(
        world.foras, currency="XOF", reason="Typing error", by=world.programme_manager
    )

    with pytest.raises(ValidationError, match="grant ceilings of FORAS are in EUR"):
        services.set_ceiling(
            programme,
            category="standard",
            amount=900_000,
            from_on=today,
            reason="x",
            by=world.programme_manager,
        )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "FORAS"}, "already exists"),
        ({"code": "new"}, "capital letters, digits and hyphens only"),
        ({"ends_on": "2020-03-31"}, "The end lies before the beginning."),
    ],
)
def test_what_cannot_be_of_a_new_programme_is_said(world, sign_in, wrong, words):
    sent = form("p1", **PHASE | wrong, new_donor="Somebody")
    page = sign_in(world.administrator).post("/programmes/new/", sent)

    assert page.status_code == 422
    assert words in page.content.decode()


def test_only_administrators_open_a_programme(world):
    with pytest.raises(Refused):
        services.open_programme(by=world.fresh("programme_manager"), new_donor="X", **PHASE)


def test_a_longer_programme_covers_its_countries_longer(world, sign_in):
    foras, former = world.foras, world.foras.ends_on
    for code in ("TG", "BF"):
        services.add_target_country(
            foras,
            country=world.country(code),
            from_on=datetime.date(2019, 1, 1),
            note="Steering committee",
            by=world.programme_manager,
        )
    half_year = datetime.date(2019, 6, 30)
    services.amend_target_country(
        TargetCountry.objects.get(country="BF"),
        from_on=datetime.date(2019, 1, 1),
        last_on=half_year,
        reason="Decided",
        by=world.programme_manager,
    )
    values = {
        "name": foras.name,
        "starts_on": foras.starts_on,
        "ends_on": "2031-12-31",
        "budget": "3000000",
        "currency": "EUR",
        "reason": "Amendment 2",
    }

    sign_in(world.programme_manager).post("/programmes/FORAS/change/", form("a", foras, **values))

    foras.refresh_from_db()
    assert (foras.ends_on, foras.budget) == (datetime.date(2031, 12, 31), 3_000_000)
    days = {t.country_id: t.last_on for t in foras.target_countries.all()}
    assert (days["TG"], days["BF"]) == (foras.ends_on, half_year)
    entry = AuditEntry.objects.filter(model="programmes.programme").latest("id")
    assert entry.reason == "Amendment 2"
    assert entry.changes["ends_on"] == [former.isoformat(), "2031-12-31"]


def test_a_manager_links_an_agreement_once(world, sign_in):
    agreement = Agreement.objects.create(
        organisation=world.organisations["cerf"],
        title="Courses",
        duties="Courses",
        starts_on="2017-09-01",
        ends_on="2030-12-31",
    )
    manager, url = sign_in(world.programme_manager), "/programmes/FORAS/agreements/link/"
    assert "CERF · Courses" in manager.get(url).content.decode()

    manager.post(url, form("a", world.foras, agreement=agreement.pk))

    assert "Courses" in manager.get("/programmes/FORAS/").content.decode()
    assert "CERF · Courses" not in manager.get(url).content.decode()
    with pytest.raises(Refused):
        services.link_agreement(world.foras, agreement=agreement, by=world.other_manager)
    with pytest.raises(ValidationError):
        services.link_agreement(world.foras, agreement=agreement, by=world.programme_manager)
