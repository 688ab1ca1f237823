"""The offices, accounts and reference lists of the access matrix."""

from accounts import services as account_services
from accounts.models import Assignment, User
from partners.models import Agreement, CityDuty
from programmes.models import EligibilityRule, TargetCountry
from reference.models import Country, Holiday, Place
from tests.access_world.world import AccessWorld, D


def add_duties(access: AccessWorld) -> None:
    world = access.world
    agreement = Agreement.objects.create(
        organisation=world.organisations["asticude"],
        title="Consortium",
        duties="Courses",
        starts_on=D(2018, 1, 1),
        ends_on=D(2020, 12, 31),
    )
    duty = CityDuty.objects.create(agreement=agreement, office=world.rabat, duty=CityDuty.Duty.LEAD)
    access.add("agreement", agreement, pk=agreement.pk)
    access.add("city_duty", duty, pk=duty.pk)
    access.kwargs["organisation"] = {"code": "cerf"}
    access.kwargs["office"] = {"code": "oujda"}
    access.kwargs["reset_link"] = {"uidb36": "1", "key": "no-such-key"}
    access.kwargs["programme"] = {"code": "FORAS"}
    access.kwargs["other_programme"] = {"code": "OTHER"}
    country = TargetCountry.objects.filter(programme=world.foras).order_by("pk").first()
    access.add("target_country", country, pk=country.pk)  # type: ignore[union-attr]
    condition = EligibilityRule.objects.create(
        programme=world.foras, kind="once_only", valid_from=D(2020, 1, 1)
    )
    access.add("condition", condition, pk=condition.pk)


def add_accounts(access: AccessWorld) -> None:
    world = access.world
    administrator = access.person("administrator")
    access.add("account", world.clerk, pk=world.clerk.pk)
    access.add("own_account", world.administrator, pk=world.administrator.pk)
    assignment = Assignment.objects.get(user=world.clerk)
    access.add("assignment", assignment, pk=assignment.pk)
    machine = User.objects.create_user(
        email="machine@example.org",
        name="Machine of CERF",
        organisation=world.organisations["cerf"],
        is_machine=True,
    )
    access.add("machine", machine, pk=machine.pk)
    key, _secret = account_services.issue_key(
        user=machine, label="Attendance", expires_on=D(2019, 12, 31), by=administrator
    )
    access.add("key", key, prefix=key.prefix)


def add_reference(access: AccessWorld) -> None:
    holiday = Holiday.objects.order_by("pk").first()
    place = Place.objects.filter(country=Country.objects.get(pk="GN")).order_by("pk").first()
    assert holiday is not None
    assert place is not None
    access.add("holiday", holiday, pk=holiday.pk)
    access.add("place", place, pk=place.pk)
    access.kwargs |= {
        "rule": {"code": "usual_window_days"},
        "list": {"name": "languages"},
        "list_row": {"name": "languages", "code": "fr"},
    }
