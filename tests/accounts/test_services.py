"""Opening accounts and giving roles."""

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import ValidationError

from accounts import services
from accounts.models import Assignment, Office, OfficeKind, User
from core.exceptions import Refused
from core.models import AuditAction, AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(world):
    return world.fresh("administrator")


@pytest.fixture
def give(world, administrator, today):
    """Give the account without roles one."""

    def _give(role, by=administrator, **values):
        return services.assign(
            user=world.nobody, role=role, by=by, **{"starts_on": today, "ends_on": None} | values
        )

    return _give


@pytest.fixture
def year(today):
    return today + datetime.timedelta(days=300)


# --- scope --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "field", "message"),
    [
        ("caseworker", "office", "held over an office. Choose one."),
        ("clerk", "office", "held over an office. Choose one."),
        ("focal_point", "country", "held over a country of origin. Choose one."),
        ("committee_member", "country", "held over a country of origin. Choose one."),
        ("donor", "programme", "held over a programme. Choose one."),
        ("finance_officer", "programme", "held over a programme. Choose one."),
        ("trainer", "organisation", "held for an organisation. Choose one."),
        ("referrer", "organisation", "held for an organisation. Choose one."),
        ("protection_officer", "office", "an office or over a country. Choose one of them."),
    ],
)
def test_a_role_without_what_it_is_held_over_is_refused_at_that_field(
    give, year, role, field, message
):
    with pytest.raises(ValidationError) as error:
        give(role, ends_on=year)

    assert message in error.value.message_dict[field][0]


def test_what_a_role_is_not_held_over_is_left_empty(give, world):
    with pytest.raises(ValidationError) as error:
        give("focal_point", country=world.country("GN"), office=world.rabat)
    assert list(error.value.message_dict) == ["office"]

    with pytest.raises(ValidationError) as error:
        give("administrator", programme=world.foras)
    assert list(error.value.message_dict) == ["programme"]


def test_a_protection_officer_serves_an_office_or_a_country_not_both(give, world):
    with pytest.raises(ValidationError) as error:
        give("protection_officer", office=world.rabat, country=world.country("GN"))

    assert "not both" in error.value.message_dict["country"][0]
    assert give("protection_officer", country=world.country("GN")).pk
    assert give("protection_officer", office=world.rabat).pk


def test_a_caseworker_works_at_an_office_of_the_host_country(give, world):
    with pytest.raises(ValidationError) as error:
        give("caseworker", office=world.offices["conakry"])

    assert "orientation point" in error.value.message_dict["office"][0]
    assert give("caseworker", office=world.rabat, supervises=True).supervises


def test_only_caseworkers_supervise(give, world):
    with pytest.raises(ValidationError) as error:
        give("clerk", office=world.rabat, supervises=True)

    assert "supervises" in error.value.message_dict


def test_an_unknown_role_is_refused(give):
    with pytest.raises(ValidationError) as error:
        give("king")

    assert "role" in error.value.message_dict


# --- dates, rivals, oneself -----------------------------------------------------------------------
def test_a_partners_role_ends_within_a_year(give, world, today):
    cerf = world.organisations["cerf"]
    with pytest.raises(ValidationError) as error:
        give("trainer", organisation=cerf)
    assert "needs an end date" in error.value.message_dict["ends_on"][0]

    with pytest.raises(ValidationError) as error:
        give("trainer", organisation=cerf, ends_on=today + datetime.timedelta(days=400))
    assert "a year at most" in error.value.message_dict["ends_on"][0]

    assert give("trainer", organisation=cerf, ends_on=today + datetime.timedelta(days=365)).pk


def test_two_roles_that_exclude_each_other_are_not_held_at_the_same_time(give, world, today):
    first = give("programme_manager", programme=world.foras)

    with pytest.raises(ValidationError) as error:
        give("finance_officer", programme=world.programmes["OTHER"])
    assert "exclude each other" in error.value.message_dict["role"][0]

    services.end_assignment(first, ends_on=today, by=world.fresh("administrator"))
    tomorrow = today + datetime.timedelta(days=1)
    assert give("finance_officer", programme=world.foras, starts_on=tomorrow).pk


def test_the_end_does_not_lie_before_the_beginning(give, world, today):
    with pytest.raises(ValidationError, match="before the beginning"):
        give("clerk", office=world.rabat, ends_on=today - datetime.timedelta(days=1))


def test_nobody_gives_a_role_to_themselves(administrator, today):
    with pytest.raises(ValidationError, match="Nobody gives a role to themselves"):
        services.assign(
            user=administrator, role="data_protection_officer", starts_on=today, by=administrator
        )


def test_nobody_but_an_administrator_gives_roles(give, world):
    with pytest.raises(Refused):
        give("clerk", office=world.rabat, by=world.fresh("programme_manager"))


def test_nobody_prolongs_the_own_role(administrator, today):
    with pytest.raises(Refused):
        services.end_assignment(administrator.assignments.get(), ends_on=today, by=administrator)


def test_a_role_works_on_its_last_day_and_not_after(give, world, today):
    held = give("clerk", office=world.rabat, starts_on=today - datetime.timedelta(days=9))
    assert world.fresh("nobody").roles == {"clerk"}

    services.end_assignment(held, ends_on=today, by=world.fresh("administrator"))
    assert world.fresh("nobody").roles == {"clerk"}

    yesterday = today - datetime.timedelta(days=1)
    services.end_assignment(held, ends_on=yesterday, by=world.fresh("administrator"))
    assert world.fresh("nobody").roles == frozenset()


def test_a_user_is_read_with_todays_roles_at_once(give, world, today, django_assert_num_queries):
    long_ago = today - datetime.timedelta(days=9)
    give("caseworker", office=world.rabat, starts_on=long_ago, ends_on=long_ago)
    give("clerk", office=world.rabat)

    with django_assert_num_queries(1):
        user = User.objects.with_roles(world.nobody.pk)
        assert user == world.nobody
        assert user.roles == {"clerk"}
    for name in ("clerk", "focal_point", "administrator"):
        user = User.objects.with_roles(world.people[name].pk)
        assert user.active_assignments == world.fresh(name).active_assignments


def test_a_user_without_a_role_is_read_all_the_same(world, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert User.objects.with_roles(world.nobody.pk) == world.nobody
    assert User.objects.with_roles(world.nobody.pk).roles == frozenset()
    assert User.objects.with_roles(0) is None


def test_the_last_day_is_not_moved_into_the_past(give, world, today):
    held = give("clerk", office=world.rabat, starts_on=today - datetime.timedelta(days=9))

    with pytest.raises(ValidationError, match="stays on record"):
        services.end_assignment(
            held, ends_on=today - datetime.timedelta(days=2), by=world.fresh("administrator")
        )


def test_a_role_that_is_over_is_not_woken(give, world, today):
    long_ago = today - datetime.timedelta(days=9)
    held = give("clerk", office=world.rabat, starts_on=long_ago, ends_on=long_ago)

    with pytest.raises(Refused):
        services.end_assignment(held, ends_on=today, by=world.fresh("administrator"))


def test_a_role_given_by_mistake_is_taken_back_on_its_first_day_and_stays_in_the_audit(
    give, world, today
):
    held = give("clerk", office=world.rabat)
    services.take_back(held, by=world.fresh("administrator"), reason="another person was meant")

    assert not Assignment.objects.filter(user=world.nobody).exists()
    entry = AuditEntry.objects.get(model="accounts.assignment", action=AuditAction.DELETE)
    assert entry.reason == "another person was meant"
    assert entry.changes["role"] == ["clerk", None]

    old = give("clerk", office=world.rabat, starts_on=today - datetime.timedelta(days=1))
    with pytest.raises(Refused):
        services.take_back(old, by=world.fresh("administrator"), reason="too late")


# --- accounts -----------------------------------------------------------------------------------
def test_an_opened_account_may_do_nothing_and_its_holder_is_told(
    administrator, django_capture_on_commit_callbacks, settings
):
    settings.SITE_URL = "https://awda.example.org"
    with django_capture_on_commit_callbacks(execute=True):
        user = services.open_account(
            email=" New.Person@Example.org", name="New Person", language="en", by=administrator
        )

    assert user.email == "new.person@example.org"
    assert not user.has_usable_password()
    assert user.roles == frozenset()
    message = mail.outbox[0]
    assert message.to == ["new.person@example.org"]
    assert "https://awda.example.org/accounts/password/reset/" in message.body


def test_an_address_has_one_account_however_it_is_written(administrator, world):
    with pytest.raises(ValidationError) as error:
        services.open_account(email="CLERK@example.org", name="Second", by=administrator)

    assert "email" in error.value.message_dict


def test_an_organisation_has_one_machine_account(administrator, world):
    cerf = world.organisations["cerf"]
    machine = {"is_machine": True, "organisation": cerf, "by": administrator}
    first = services.open_account(email="cerf@machines.example.org", name="CERF", **machine)

    with pytest.raises(ValidationError, match="has a machine account already"):
        services.open_account(email="cerf2@machines.example.org", name="CERF 2", **machine)
    with pytest.raises(ValidationError, match="Choose the organisation"):
        services.open_account(
            email="x@machines.example.org", name="X", is_machine=True, by=administrator
        )
    services.deactivate(first, by=administrator, reason="replaced")
    assert services.open_account(email="cerf2@machines.example.org", name="CERF 2", **machine).pk


def test_a_closed_account_is_out_at_once_and_in_again_with_its_roles(administrator, world, sign_in):
    browser = sign_in(world.clerk)
    assert browser.get("/cases/").status_code == 200

    closed = services.deactivate(world.clerk, by=administrator, reason="left us")
    assert browser.get("/cases/").status_code == 302
    assert world.fresh("clerk").roles == frozenset()
    assert AuditEntry.objects.filter(model="accounts.user").latest("id").reason == "left us"

    services.reactivate(closed, by=administrator, reason="came back")
    assert sign_in(world.clerk).get("/cases/").status_code == 200


@pytest.mark.parametrize("verb", [services.deactivate, services.reactivate])
def test_nobody_closes_the_own_account(administrator, verb):
    with pytest.raises(Refused):
        verb(administrator, by=administrator, reason="tired")


def test_after_a_change_of_address_the_former_one_opens_nothing(administrator, world, client):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=world.clerk, email=world.clerk.email, verified=True)
    services.change_account(
        world.clerk, email="Salma@Example.org", name="Salma", language="fr", by=administrator
    )

    changed = world.fresh("clerk")
    assert (changed.email, changed.name, changed.language) == ("salma@example.org", "Salma", "fr")
    assert changed.version == 2
    client.post("/accounts/password/reset/", {"email": "clerk@example.org"})
    assert all(message.to != ["salma@example.org"] for message in mail.outbox)
    entry = AuditEntry.objects.filter(model="accounts.user").latest("id")
    assert entry.changes["email"] == ["clerk@example.org", "salma@example.org"]


def test_signing_out_elsewhere_ends_the_other_sign_ins_of_this_person_only(world, sign_in):
    here, there, other = sign_in(world.clerk), sign_in(world.clerk), sign_in(world.caseworker)

    ended = services.end_sign_ins(world.clerk, keep=here.session.session_key)

    assert ended == 1
    assert Session.objects.count() == 2
    assert here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302
    assert other.get("/me/").status_code == 200


def test_a_mission_covers_its_orientation_points(world):
    Office.objects.create(
        code="tanger", name="Tanger", kind=OfficeKind.MOP, country=world.country("MA")
    )
    covered = world.fresh("protection_officer").offices_for("protection_officer")

    codes = set(Office.objects.filter(pk__in=covered).values_list("code", flat=True))
    assert codes == {"mission", "rabat", "casablanca", "oujda"}


def test_accounts_are_visible_to_their_holders_and_to_administrators(world, administrator):
    User.objects.system()

    def seen(name):
        return User.objects.visible_to(world.fresh(name)).count()

    assert seen("clerk") == 1
    assert seen("administrator") == len(world.people)
