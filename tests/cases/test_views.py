"""Pages of cases: registering, finding, consenting, handing over."""

import datetime
import re

import pytest

from cases.models import Case
from core.models import AuditAction, AuditEntry

FORM = {
    "idempotency_key": "k1",
    "family_name": "Diallo",
    "given_name": "Mariama",
    "sex": "female",
    "birth_on": "1995-05-17",
    "birth_precision": "day",
    "nationality": "GN",
    "registered_on": "2019-03-04",
    "country": "GN",
    "children_in_care": "0",
    "phone": "+212612345678",
    "phone_owner": "self",
    "consent_processing": "given",
    "consent_share_with_origin": "refused",
    "declaration_signed_on": "2019-03-04",
}


@pytest.fixture
def clerk(world, sign_in):
    return sign_in(world.clerk)


@pytest.fixture
def form(world):
    return FORM | {"office": world.rabat.pk}


@pytest.mark.django_db
@pytest.mark.req("R015")
def test_registering_gives_the_case_its_office_clerk_and_a_unique_number(clerk, form, world):
    response = clerk.post("/cases/new/", form)

    case = Case.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/cases/{case.reference}/"
    assert (case.office, case.registered_by) == (world.rabat, world.clerk)
    page = clerk.get(response["Location"]).content.decode()
    assert case.reference in page
    assert "Rabat" in page
    assert world.clerk.name in page


@pytest.mark.django_db
def test_a_double_click_registers_once(clerk, form):
    first = clerk.post("/cases/new/", form)
    second = clerk.post("/cases/new/", form)

    assert Case.objects.count() == 1
    assert first["Location"] == second["Location"]


@pytest.mark.django_db
def test_the_same_key_with_other_content_is_refused_and_the_text_stays(clerk, form):
    clerk.post("/cases/new/", form)
    response = clerk.post("/cases/new/", form | {"family_name": "Barry"})

    assert response.status_code == 422
    assert "Barry" in response.content.decode()
    assert Case.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("birth_on", "2019-02-30", "This date does not exist"),
        ("birth_on", "2019-12-01", "after the registration"),
        ("registered_on", "2999-01-01", "between 1900 and 2100"),
        ("family_name", "", "required"),
        ("family_name", "Di\u202eallo", "hidden control characters"),
        ("given_name", "Mari\x00ama", "Null characters are not allowed"),
        ("phone", "12", "phone number"),
        ("country", "XX", "valid choice"),
    ],
)
def test_bad_input_names_the_field_and_keeps_the_text(clerk, form, field, value, message):
    response = clerk.post("/cases/new/", form | {field: value, "life_plans": "a small shop"})

    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert f'href="#id_{field}"' in page
    assert "a small shop" in page
    assert not Case.objects.exists()


@pytest.mark.django_db
@pytest.mark.req("R037")
def test_a_name_variant_of_the_same_birth_year_and_country_offers_the_earlier_case(
    clerk, form, register
):
    earlier = register(
        family_name="Diallo", given_name="Mariame", birth_on=datetime.date(1995, 1, 3)
    )

    response = clerk.post("/cases/new/", form)

    page = response.content.decode()
    assert response.status_code == 422
    assert earlier.reference in page
    assert Case.objects.count() == 1
    unseen = clerk.post("/cases/new/", form | {"duplicate_decision": "new"})
    assert unseen.status_code == 422
    (shown,) = re.findall(r'name="different_from" value="([^"]*)"', page)
    assert shown == earlier.reference
    judged = {"duplicate_decision": "new", "different_from": shown}
    assert clerk.post("/cases/new/", form | judged).status_code == 302
    assert Case.objects.count() == 2
    created = AuditEntry.objects.filter(model="cases.case", action="create").latest("id")
    assert created.reason == f"Somebody else than {earlier.reference}"


@pytest.mark.django_db
def test_a_likeness_at_another_office_shows_no_name_and_no_reference(clerk, form, register, world):
    earlier = register(
        family_name="Diallo",
        given_name="Mariama",
        birth_on=datetime.date(1995, 5, 17),
        office=world.oujda,
    )

    page = clerk.post("/cases/new/", form).content.decode()

    assert "A file of another office" in page
    assert earlier.reference not in page


@pytest.mark.django_db
@pytest.mark.req("R006")
def test_a_child_travelling_alone_is_found_by_protection_officers_only(register, sign_in, world):
    child = register(
        family_name="Zoumanigui",
        birth_on=datetime.date(2004, 1, 1),
        is_unaccompanied_child=True,
    )

    found = sign_in(world.caseworker).get("/search/?q=zoumanigui").content.decode()
    assert child.reference not in found
    assert sign_in(world.caseworker).get(child.get_absolute_url()).status_code == 404
    protection = sign_in(world.protection_officer)
    assert child.reference in protection.get("/search/?q=zoumanigui").content.decode()
    assert protection.get(child.get_absolute_url()).status_code == 200


@pytest.mark.django_db
@pytest.mark.req("R002")
def test_the_focal_point_sees_a_case_from_the_handover_on_and_only_of_the_own_country(
    ready, sign_in, world
):
    from cases import services

    case = ready()
    guinea, mali = sign_in(world.focal_point), sign_in(world.focal_point_mali)
    assert guinea.get(case.get_absolute_url()).status_code == 404
    services.send_handover(case, by=world.fresh("caseworker"))

    assert case.reference in guinea.get("/cases/").content.decode()
    assert guinea.get(case.get_absolute_url()).status_code == 200
    assert mali.get(case.get_absolute_url()).status_code == 404


@pytest.mark.django_db
@pytest.mark.req("R004")
def test_a_donor_gets_404_on_any_case(register, sign_in, world):
    case = register()

    assert sign_in(world.donor).get(case.get_absolute_url()).status_code == 404


@pytest.mark.django_db
def test_opening_a_case_is_audited(register, sign_in, world):
    case = register()
    sign_in(world.caseworker).get(case.get_absolute_url())

    entry = AuditEntry.objects.filter(action=AuditAction.READ).latest("id")
    assert (entry.actor, entry.references) == (world.caseworker, [case.reference])


@pytest.mark.django_db
def test_an_expired_sign_in_keeps_the_typed_text(client, form):
    response = client.post("/cases/new/", form)

    assert response.status_code == 401
    assert "Mariama" in response.content.decode()


@pytest.mark.django_db
def test_a_stale_correction_shows_both_versions_and_loses_nothing(clerk, form, sign_in, world):
    clerk.post("/cases/new/", form)
    case = Case.objects.get()
    values = {k: v for k, v in form.items() if not k.startswith(("consent", "phone", "declar"))}
    url = f"/cases/{case.reference}/correct/"
    first = values | {
        "wished_travel_on": "2019-05-01",
        "reason": "r",
        "record_version": case.version,
    }
    assert sign_in(world.caseworker).post(url, first | {"idempotency_key": "a"}).status_code == 302

    late = first | {"wished_travel_on": "2019-06-01", "idempotency_key": "b"}
    response = clerk.post(url, late)

    assert response.status_code == 409
    page = response.content.decode()
    assert "2019-06-01" in page
    assert "Somebody else changed this record" in page
    case.refresh_from_db()
    assert case.wished_travel_on == datetime.date(2019, 5, 1)


@pytest.mark.django_db
@pytest.mark.req("R010")
def test_a_referrer_sees_the_status_and_no_other_field_of_the_case(sign_in, world, form):
    referrer, clerk = sign_in(world.referrer), sign_in(world.clerk)
    sent = referrer.post(
        "/referrals/new/",
        {
            "idempotency_key": "r1",
            "family_name": "Diallo",
            "given_name": "Mariama",
            "nationality": "GN",
            "office": world.rabat.pk,
        },
    )
    assert "Received" in referrer.get(sent["Location"]).content.decode()
    clerk.post(f"/cases/new/?referral={sent['Location'].split('/')[2]}", form)

    case = Case.objects.get()
    page = referrer.get(sent["Location"]).content.decode()
    assert "Registered" in page
    assert case.reference not in page
    assert referrer.get(case.get_absolute_url()).status_code == 404
    assert sign_in(world.other_referrer).get(sent["Location"]).status_code == 404


def test_a_registration_is_corrected_over_the_api_as_on_the_page(world, ready, sign_in, api):
    case, browser = ready(family_name="Diallo"), sign_in(world.caseworker)
    path = f"cases/{case.reference}/correct/"
    body = {"family_name": "Barry", "children_in_care": 2, "reason": "Read from the passport"}

    assert api(browser, path, body).status_code == 428
    assert api(browser, path, body, version=case.version - 1).status_code == 409
    unknown = api(browser, path, body | {"phone": "+212 661 00 00 00"}, version=case.version)
    answer = api(browser, path, body, version=case.version)

    assert list(unknown.json()["errors"]) == ["phone"]
    assert (answer.status_code, answer.json()["person"]["family_name"]) == (200, "Barry")
    corrected = Case.objects.get(pk=case.pk)
    assert (corrected.children_in_care, corrected.registered_on) == (2, case.registered_on)
    assert corrected.person.given_name == case.person.given_name
    entry = AuditEntry.objects.filter(model="cases.person", action="change").latest("id")
    assert entry.reason == "Read from the passport"
    outsider = api(sign_in(world.focal_point), path, body, version=corrected.version)
    assert outsider.status_code in (403, 404)


def test_the_list_is_filtered_by_one_of_the_rows_it_offers(world, register, sign_in):
    guinean, ivorian = register(), register(country=world.country("CI"))
    browser = sign_in(world.caseworker)

    chosen = browser.get("/cases/?country=CI&office=rabat").content.decode()
    unknown = browser.get("/cases/?country=SN").content.decode()

    assert ivorian.reference in chosen
    assert guinean.reference not in chosen
    assert re.search(r'<option value="CI" selected>', chosen)
    assert re.search(r'<option value="rabat" selected>', chosen)
    assert '<option value="SN"' not in chosen
    assert "Select a valid choice" in unknown
    assert ivorian.reference not in unknown
    refused = browser.get("/api/v1/cases/?country=SN")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["country"])
