"""Places of transit: the flag of the office drives the warning (R063, R090, R269)."""

import datetime

import pytest

from accounts.models import Office
from core.models import AuditEntry
from tests.training.test_session_pages import page, post
from training import services
from training.models import Edition, Enrolment, ModuleVersion

D = datetime.date
pytestmark = pytest.mark.django_db
WARNING = "is a place of transit"


@pytest.fixture
def manager(sign_in, world):
    return sign_in(world.programme_manager)


@pytest.fixture
def plan(manager, world):
    """Plan a business course in a city from the page."""

    def _plan(office, **values):
        given = {
            "module_version": ModuleVersion.objects.get(module="business").pk,
            "office": office,
            "starts_on": "2030-07-01",
            "trainer_organisation": "cerf",
        }
        return post(manager, page("edition-plan"), **given | values)

    return _plan


@pytest.mark.req("R269")
def test_the_flag_on_oujda_drives_the_warning(sign_in, world, manager, plan, call):
    """The administrator sets and takes away the flag; planning warns or does not, page and API."""
    body = {
        "module": "business",
        "office": "oujda",
        "starts_on": "2030-07-01",
        "trainer_organisation": "cerf",
    }
    assert f"Oujda {WARNING}" in manager.get(page("edition-plan")).content.decode()
    assert WARNING in plan("oujda").context["form"].errors["transit_reason"][0]
    refused = call("programme_manager", "post", "editions/", body)
    assert WARNING in refused.json()["errors"]["transit_reason"][0]

    administrator = sign_in(world.administrator)
    change = "/offices/oujda/change/"
    form = administrator.get(change).context["form"]
    values = {b.html_name: b.value() for b in form if b.value() not in (None, False)}
    assert values.pop("is_transit") is True
    assert administrator.post(change, values).status_code == 302

    assert not Office.objects.get(code="oujda").is_transit
    entry = AuditEntry.objects.filter(model="accounts.office").latest("id")
    assert (entry.actor, entry.changes["is_transit"]) == (world.administrator, [True, False])
    assert WARNING not in manager.get(page("edition-plan")).content.decode()
    assert plan("oujda").status_code == 302
    assert call("programme_manager", "post", "editions/", body).status_code == 201


@pytest.mark.req("R269")
def test_every_list_of_the_reference_data_has_its_page(sign_in, world):
    browser = sign_in(world.administrator)
    index = browser.get("/reference/").content.decode()

    for address in (
        "/reference/lists/countries/",
        "/reference/lists/sectors/",
        "/reference/lists/services/",
        "/reference/places/",
        "/offices/",
        "/offices/?kind=mop",
        "/offices/?is_transit=true",
        "/partners/",
    ):
        assert f'href="{address}"' in index
        assert browser.get(address).status_code == 200
    transit = browser.get("/offices/?is_transit=true").content.decode()
    assert "Oujda" in transit
    assert "Rabat" not in transit


@pytest.mark.req("R090")
def test_the_warning_tells_how_full_the_courses_of_last_year_were(
    world, edition, ready, orient, plan
):
    held = edition(
        office=world.oujda, starts_on=D(2029, 3, 5), transit_reason="Asked for", capacity=12
    )
    cancelled = edition(office=world.oujda, starts_on=D(2029, 5, 7), transit_reason="Asked for")
    services.cancel_edition(cancelled, reason="Nobody came", by=world.programme_manager)
    for _n in range(3):
        case = ready(office=world.oujda)
        orient(case, office=world.oujda)
        services.enrol(held, case=case, by=world.fresh("protection_officer"))

    (text,) = plan("oujda").context["form"].errors["transit_reason"]

    assert "In 2029, 3 of 12 places there were taken (25.0 %)." in text
    assert "In 2030, no course was held there." not in text


@pytest.mark.req("R063")
def test_oujda_plans_orientation_without_a_word(sign_in, world, session):
    row = session(office=world.oujda)

    assert row.pk
    browser = sign_in(world.caseworker_oujda)
    assert WARNING not in browser.get(page("session-plan")).content.decode()


def test_enrolling_in_a_place_of_transit_warns_on_page_and_api(
    sign_in, world, edition, ready, orient, call
):
    row = edition(office=world.oujda, starts_on=D(2030, 6, 3), transit_reason="Asked for")
    case = ready(office=world.oujda)
    orient(case, office=world.oujda)
    browser = sign_in(world.caseworker_oujda)
    url = page("enrol", case.reference)

    assert f"Oujda {WARNING}" in browser.get(url).content.decode()
    body = {"edition": row.reference, "case": case.reference}
    made = call("caseworker_oujda", "post", "enrolments/", body)

    assert made.json()["is_in_transit_place"] is True
    read = call("caseworker_oujda", "get", f"editions/{row.reference}/").json()
    assert (read["is_in_transit_place"], read["transit_reason"]) == (True, "Asked for")
    assert Enrolment.objects.count() == 1


def test_no_warning_where_people_stay(sign_in, world, edition, ready, orient):
    edition(starts_on=D(2030, 6, 3))
    case = ready()
    orient(case)

    text = sign_in(world.caseworker).get(page("enrol", case.reference)).content.decode()

    assert WARNING not in text


def test_a_course_planned_before_the_flag_was_set_still_moves(world, edition, manager):
    row = edition(starts_on=D(2030, 6, 3))
    Office.objects.filter(code="rabat").update(is_transit=True)

    response = post(
        manager, page("edition-move", row.reference), starts_on="2030-06-10", change_reason="Room"
    )

    assert response.status_code == 302
    assert Edition.objects.get().starts_on == D(2030, 6, 10)


# --- services -----------------------------------------------------------------------------------
@pytest.mark.req("R269")
def test_a_service_added_to_the_list_is_recommended_after_orientation(
    sign_in, world, register, orient
):
    administrator = sign_in(world.administrator)
    service = {
        "code": "family_tracing",
        "label_fr": "Recherche de la famille",
        "label_en": "Family tracing",
        "label_ar": "البحث عن الأسرة",
        "is_active": "on",
    }
    assert post(administrator, "/reference/lists/services/add/", **service).status_code == 302
    row = orient(register())
    invitation = row.invitations.get()
    officer = sign_in(world.protection_officer)
    url = page("session-outcomes", row.reference)

    response = post(officer, url, **{f"outcomes_{invitation.pk}": ["family_tracing", "business"]})

    assert response.status_code == 302
    text = officer.get(row.get_absolute_url()).content.decode()
    assert "Course: business creation, Family tracing" in text
    change = "/reference/lists/services/family_tracing/change/"
    form = administrator.get(change).context["form"]
    values = {b.html_name: b.value() for b in form if b.value() not in (None, False)}
    values.pop("is_active")
    assert administrator.post(change, values).status_code == 302
    assert "Family tracing" in officer.get(url).content.decode()  # kept by whoever has it
    other = orient(register(), day=D(2019, 3, 13))
    assert "Family tracing" not in (
        officer.get(page("session-outcomes", other.reference)).content.decode()
    )


def test_what_is_on_no_list_is_not_recommended(world, orient, register):
    from django.core.exceptions import ValidationError

    row = orient(register())

    with pytest.raises(ValidationError, match="Not on the list of services: massage"):
        services.recommend(
            row,
            outcomes={row.invitations.get(): ["massage"]},
            by=world.fresh("protection_officer"),
        )
