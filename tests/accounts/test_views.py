"""Pages of accounts, of one's own account and of the offices."""

import datetime
import re

import pytest
from django.core import mail

from accounts.models import Assignment, MachineKey, Office, User
from core.models import AuditEntry
from partners.models import Agreement, CityDuty
from tests.query_counts import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(world, sign_in):
    return sign_in(world.administrator)


def form(key="k1", record=None, **values):
    version = {} if record is None else {"record_version": record.version}
    return {"idempotency_key": key} | version | values


# --- list and detail ------------------------------------------------------------------------------
def test_the_list_shows_who_holds_what_today(administrator, world):
    page = administrator.get("/users/").content.decode()

    assert "caseworker_oujda@example.org" in page
    assert "Caseworker (Oujda)" in page
    assert "Focal point in the country of origin (Guinea)" in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("role=donor", "other_donor@", "clerk@"),
        ("office=oujda", "caseworker_oujda@", "caseworker@"),
        ("q=Focal", "focal_point_mali@", "clerk@"),
        ("q=clerk%40example", "clerk@", "donor@"),
        ("state=closed", "evaluator@", "clerk@"),
        ("state=open", "clerk@", "evaluator@"),
        ("role=administrator&state=open", "administrator@", "clerk@"),
    ],
)
def test_the_list_is_filtered(administrator, world, query, shown, hidden):
    User.objects.filter(pk=world.evaluator.pk).update(is_active=False)

    page = administrator.get(f"/users/?{query}").content.decode()

    assert shown in page
    assert f">{hidden}" not in page


def test_a_filter_that_does_not_exist_is_said_at_its_field(administrator, world):
    page = administrator.get("/users/?role=king").content.decode()

    assert "king is not one of the available choices" in page


def test_the_list_costs_the_same_for_one_account_and_for_twenty(administrator, world):
    few = queries_of(administrator, "/users/?role=clerk")
    for number in range(19):
        user = User.objects.create_user(email=f"c{number}@example.org", name=f"C {number}")
        Assignment.objects.create(
            user=user, role="clerk", office=world.oujda, starts_on=datetime.date(2019, 1, 1)
        )

    assert queries_of(administrator, "/users/?role=clerk") == few


def test_the_page_of_an_account_shows_roles_with_dates_and_scope_and_keys(administrator, world):
    MachineKey.objects.create(
        user=world.clerk, label="demo", prefix="abc", digest="0", expires_on="2030-01-01"
    )
    page = administrator.get(f"/users/{world.clerk.pk}/").content.decode()

    assert "Registration clerk" in page
    assert "Rabat" in page
    assert "01/09/2017" in page
    assert "31/12/2030" in page
    assert "In force" in page
    assert "Never" in page
    assert "abc…" in page


def test_the_system_account_is_no_account_to_look_at(administrator):
    assert administrator.get(f"/users/{User.objects.system().pk}/").status_code == 404


def test_others_do_not_see_accounts(world, sign_in):
    browser = sign_in(world.programme_manager)

    assert browser.get("/users/").status_code == 403
    assert browser.get("/users/new/").status_code == 403
    assert browser.get(f"/users/{world.clerk.pk}/").status_code == 404
    assert browser.get(f"/users/{world.programme_manager.pk}/").status_code == 403


# --- verbs ----------------------------------------------------------------------------------------
def test_an_account_is_opened_and_given_a_role(administrator, world, today):
    opened = administrator.post(
        "/users/new/",
        form(name="Nadia El Fassi", email="nadia@example.org", language="fr"),
    )
    user = User.objects.get(email="nadia@example.org")
    assert opened["Location"] == f"/users/{user.pk}/"

    given = administrator.post(
        f"/users/{user.pk}/roles/new/",
        form(
            "k2",
            user,
            role="caseworker",
            office=world.rabat.pk,
            starts_on=today.isoformat(),
        ),
    )

    assert given["Location"] == f"/users/{user.pk}/"
    assert User.objects.get(pk=user.pk).offices_for("caseworker") == {world.rabat.pk}
    entry = AuditEntry.objects.filter(model="accounts.assignment").latest("id")
    assert entry.actor == world.administrator


def test_a_double_click_gives_a_role_once(administrator, world, today):
    values = form(
        "k2", world.nobody, role="clerk", office=world.rabat.pk, starts_on=today.isoformat()
    )
    url = f"/users/{world.nobody.pk}/roles/new/"

    assert [administrator.post(url, values).status_code for _ in range(2)] == [302, 302]
    assert world.nobody.assignments.count() == 1


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"role": "focal_point"}, "country", "held over a country of origin. Choose one."),
        ({"role": ""}, "role", "This field is required."),
        ({"role": "clerk", "starts_on": "2019-02-30"}, "starts_on", "does not exist"),
        ({"role": "trainer"}, "ends_on", "role needs an end date."),
        ({"role": "trainer"}, "organisation", "held for an organisation. Choose one."),
    ],
)
def test_what_a_role_lacks_is_said_at_its_field(
    administrator, world, today, values, field, message
):
    page = administrator.post(
        f"/users/{world.nobody.pk}/roles/new/",
        form("k2", world.nobody, starts_on=today.isoformat()) | values,
    )

    text = page.content.decode()
    assert page.status_code == 422
    assert message in text
    assert not world.nobody.assignments.exists()
    assert f'href="#id_{field}"' in text


def test_the_form_of_a_role_says_what_each_role_is_held_over(administrator, world):
    page = administrator.get(f"/users/{world.nobody.pk}/roles/new/").content.decode()

    assert "What each role is held over" in page
    assert "An office or a country of origin" in page
    assert "Required, within a year" in page
    assert "Mission" in page
    assert ">Conakry<" not in page


def test_nobody_gives_a_role_to_themselves_on_the_page_either(administrator, world, today):
    page = administrator.post(
        f"/users/{world.administrator.pk}/roles/new/",
        form(
            "k2",
            world.administrator,
            role="programme_manager",
            programme=world.foras.pk,
            starts_on=today.isoformat(),
        ),
    )

    assert page.status_code == 422
    assert "Nobody gives a role to themselves." in page.content.decode()


def test_a_role_is_ended_and_taken_back_on_its_pages(administrator, world, today):
    held = world.clerk.assignments.get()
    url = f"/assignments/{held.pk}/end/"
    assert "Registration clerk" in administrator.get(url).content.decode()

    administrator.post(url, form("k1", held, ends_on=today.isoformat()))
    held.refresh_from_db()
    assert held.ends_on == today

    new = Assignment.objects.create(
        user=world.nobody, role="clerk", office=world.rabat, starts_on=today
    )
    url = f"/assignments/{new.pk}/take-back/"
    assert administrator.get(url).status_code == 200
    response = administrator.post(url, form("k2", new, reason="a mistake"))
    assert response["Location"] == f"/users/{world.nobody.pk}/"
    assert not world.nobody.assignments.exists()


def test_an_account_changed_by_somebody_else_meanwhile_shows_both_versions(administrator, world):
    values = {"email": "clerk@example.org", "language": "en"}
    url = f"/users/{world.clerk.pk}/change/"
    assert 'value="Clerk"' in administrator.get(url).content.decode()
    first = administrator.post(url, form("a", world.clerk, name="Salma", **values))
    late = administrator.post(url, form("b", world.clerk, name="Selma", **values))

    assert (first.status_code, late.status_code) == (302, 409)
    assert "Salma" in late.content.decode()
    assert "Selma" in late.content.decode()


def test_an_account_is_closed_opened_again_and_signed_out(administrator, world, sign_in):
    url = f"/users/{world.clerk.pk}"
    holder = sign_in(world.clerk)
    assert holder.get("/me/").status_code == 200

    signed_out = administrator.post(f"{url}/sign-out/", form("a", world.clerk), follow=True)
    assert "1 sign-in was ended." in signed_out.content.decode()
    assert holder.get("/me/").status_code == 302

    administrator.post(f"{url}/deactivate/", form("b", world.clerk, reason="left us"))
    assert not world.fresh("clerk").is_active
    assert administrator.get(f"{url}/reactivate/").status_code == 200
    administrator.post(f"{url}/reactivate/", form("c", world.fresh("clerk"), reason="back"))
    assert world.fresh("clerk").is_active


# --- one's own account ----------------------------------------------------------------------------
def test_everybody_has_an_own_page(world, sign_in):
    page = sign_in(world.donor).get("/me/").content.decode()

    assert "donor@example.org" in page
    assert "FORAS" in page
    for url in ("/accounts/password/change/", "/accounts/2fa/", "/me/language/"):
        assert f'href="{url}"' in page
    assert "Change the last day" not in page


def test_the_own_language_is_kept_and_the_browser_follows(world, sign_in):
    browser = sign_in(world.clerk)

    response = browser.post("/me/language/", form(language="ar"))

    assert response["Location"] == "/me/"
    assert world.fresh("clerk").language == "ar"
    assert 'lang="ar"' in browser.get("/me/").content.decode()


def test_signing_out_of_the_other_devices_keeps_this_one(world, sign_in):
    here, there = sign_in(world.clerk), sign_in(world.clerk)
    assert "You stay signed in here" in here.get("/me/sign-out-others/").content.decode()

    page = here.post("/me/sign-out-others/", form(), follow=True)

    assert "1 sign-in was ended." in page.content.decode()
    assert here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302


def test_the_message_to_a_new_holder_is_in_the_holders_language(
    administrator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        administrator.post(
            "/users/new/", form(name="Someone", email="someone@example.org", language="en")
        )

    assert mail.outbox[0].subject == "Your Awda account is open"


# --- offices --------------------------------------------------------------------------------------
@pytest.fixture
def hosts(world):
    """Entraide Nationale hosts two orientation points and has said what it does."""
    host = world.organisations["entraide"]
    host.name = "Entraide Nationale"
    host.save()
    Office.objects.filter(code__in=("casablanca", "oujda")).update(host_organisation=host)
    Agreement.objects.create(
        organisation=host,
        title="Tripartite agreement",
        duties="Refer; host two orientation points",
        starts_on="2017-09-01",
        ends_on="2030-12-31",
    )


def rows(page):
    """Text of each row by the office it begins with."""
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)[1:]:
        words = " ".join(re.sub(r"<[^>]+>", " ", row).split())
        found[words.split(" ")[0]] = words
    return found


@pytest.mark.req("R016")
def test_casablanca_and_oujda_have_a_host_and_rabat_has_none(hosts, world, sign_in):
    offices = rows(sign_in(world.clerk).get("/offices/").content.decode())

    assert "Entraide Nationale" in offices["Casablanca"]
    assert "Entraide Nationale" in offices["Oujda"]
    assert "Entraide Nationale" not in offices["Rabat"]


@pytest.mark.req("R203")
def test_what_the_host_has_agreed_to_stands_beside_the_offices_it_hosts(hosts, world, sign_in):
    browser = sign_in(world.clerk)
    offices = rows(browser.get("/offices/").content.decode())

    duties = "Refer; host two orientation points"
    assert [name for name, text in offices.items() if duties in text] == ["Casablanca", "Oujda"]
    Agreement.objects.update(ends_on="2018-12-31")
    assert duties not in browser.get("/offices/").content.decode()


def test_the_offices_show_who_does_what_in_the_city(world, sign_in):
    agreement = Agreement.objects.create(
        organisation=world.organisations["ccsm"],
        title="Basic needs",
        duties="Support",
        starts_on="2017-09-01",
        ends_on="2030-12-31",
    )
    CityDuty.objects.create(agreement=agreement, office=world.rabat, duty="support")

    offices = rows(sign_in(world.clerk).get("/offices/").content.decode())

    assert "CCSM · Support for attending" in offices["Rabat"]
    assert "CCSM" not in offices["Oujda"]


def test_the_offices_cost_the_same_for_one_and_for_twenty(hosts, world, sign_in):
    browser = sign_in(world.clerk)
    few = queries_of(browser, "/offices/")
    for number in range(20):
        Office.objects.create(
            code=f"o{number}",
            name=f"Office {number}",
            kind="mop",
            country=world.country("MA"),
            host_organisation=world.organisations["entraide"],
        )

    assert queries_of(browser, "/offices/") == few


@pytest.mark.parametrize(
    ("person", "status"),
    [("clerk", 200), ("focal_point", 200), ("finance_officer", 200), ("donor", 403)],
)
def test_the_staff_reads_the_offices(world, sign_in, person, status):
    assert sign_in(world.fresh(person)).get("/offices/").status_code == status
