"""One small world for the tests: offices, partners, programmes and a person per role."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Assignment, Office, OfficeKind, User
from accounts.permissions import Role
from partners.models import Organisation, OrganisationKind
from programmes.models import Donor, GrantCeiling, Programme, TargetCountry
from reference.models import Country

START = datetime.date(2017, 9, 1)
FAR = datetime.date(2030, 12, 31)
PASSWORD = "correct horse battery"


@dataclass
class World:
    """Everything a test can start from; people by name, e.g. ``world.clerk``."""

    offices: dict[str, Office] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["people"][name]
        except KeyError as error:
            raise AttributeError(name) from error

    @property
    def rabat(self) -> Office:
        return self.offices["rabat"]

    @property
    def oujda(self) -> Office:
        return self.offices["oujda"]

    @property
    def casablanca(self) -> Office:
        return self.offices["casablanca"]

    @property
    def foras(self) -> Programme:
        return self.programmes["FORAS"]

    def country(self, code: str) -> Country:
        return Country.objects.get(pk=code)

    def fresh(self, name: str) -> User:
        """The person as a new request sees them, without cached assignments."""
        return User.objects.get(pk=self.people[name].pk)


# name, role, scope
PEOPLE = (
    ("clerk", Role.CLERK, {"office": "rabat"}),
    ("caseworker", Role.CASEWORKER, {"office": "rabat"}),
    ("caseworker_oujda", Role.CASEWORKER, {"office": "oujda"}),
    ("protection_officer", Role.PROTECTION_OFFICER, {"office": "mission"}),
    ("trainer", Role.TRAINER, {"organisation": "cerf"}),
    ("other_trainer", Role.TRAINER, {"organisation": "ccsm"}),
    ("partner_coordinator", Role.PARTNER_COORDINATOR, {"organisation": "asticude"}),
    ("focal_point", Role.FOCAL_POINT, {"country": "GN"}),
    ("focal_point_mali", Role.FOCAL_POINT, {"country": "ML"}),
    ("reintegration_officer", Role.REINTEGRATION_OFFICER, {"country": "GN"}),
    ("origin_protection_officer", Role.PROTECTION_OFFICER, {"country": "GN"}),
    ("programme_manager", Role.PROGRAMME_MANAGER, {"programme": "FORAS"}),
    ("second_manager", Role.PROGRAMME_MANAGER, {"programme": "FORAS"}),
    ("other_manager", Role.PROGRAMME_MANAGER, {"programme": "OTHER"}),
    ("me_officer", Role.ME_OFFICER, {"programme": "FORAS"}),
    ("finance_officer", Role.FINANCE_OFFICER, {"programme": "FORAS"}),
    ("committee_member", Role.COMMITTEE_MEMBER, {"country": "GN"}),
    ("donor", Role.DONOR, {"programme": "FORAS"}),
    ("other_donor", Role.DONOR, {"programme": "OTHER"}),
    ("partner_client", Role.PARTNER_CLIENT, {"organisation": "cerf"}),
    ("referrer", Role.REFERRER, {"organisation": "entraide"}),
    ("other_referrer", Role.REFERRER, {"organisation": "ccsm"}),
    ("evaluator", Role.EVALUATOR, {"programme": "FORAS"}),
    ("data_protection_officer", Role.DATA_PROTECTION_OFFICER, {}),
    ("administrator", Role.ADMINISTRATOR, {}),
    ("nobody", None, {}),
)


def build() -> World:
    """Create the world. Reference data come from the migrations."""
    world = World()
    morocco, guinea, mali = (Country.objects.get(pk=code) for code in ("MA", "GN", "ML"))
    for code, kind in (
        ("cerf", OrganisationKind.TRAINING),
        ("ccsm", OrganisationKind.NGO),
        ("asticude", OrganisationKind.NGO),
        ("entraide", OrganisationKind.GOVERNMENT),
        ("iom", OrganisationKind.INTERNATIONAL),
    ):
        world.organisations[code] = Organisation.objects.create(
            code=code, name=code.upper(), kind=kind, country=morocco
        )
    mission = Office.objects.create(
        code="mission", name="Mission", kind=OfficeKind.MISSION, country=morocco
    )
    world.offices["mission"] = mission
    for code, name in (
        ("rabat", "Rabat"),
        ("casablanca", "Casablanca"),
        ("oujda", "Oujda"),
    ):
        world.offices[code] = Office.objects.create(
            code=code,
            name=name,
            kind=OfficeKind.MOP,
            country=morocco,
            parent=mission,
            is_transit=code == "oujda",
        )
    for code, country in (("conakry", guinea), ("bamako", mali)):
        world.offices[code] = Office.objects.create(
            code=code,
            name=code.title(),
            kind=OfficeKind.COUNTRY_OFFICE,
            country=country,
        )
    _programmes(world, guinea, mali)
    for name, role, scope in PEOPLE:
        world.people[name] = _person(world, name, role, scope)
    return world


def _programmes(world: World, *countries: Country) -> None:
    for code, donor in (("FORAS", "Donor A"), ("OTHER", "Donor B")):
        programme = Programme.objects.create(
            code=code,
            name=code,
            donor=Donor.objects.create(code=code.lower(), name=donor),
            starts_on=START,
            ends_on=FAR,
        )
        world.programmes[code] = programme
        GrantCeiling.objects.create(
            programme=programme,
            category=GrantCeiling.Category.STANDARD,
            amount=Decimal(1500),
            valid_from=START,
        )
        for country in countries if code == "FORAS" else ():
            TargetCountry.objects.create(
                programme=programme, country=country, days=DateRange(START, FAR)
            )


def _person(world: World, name: str, role: str | None, scope: dict[str, str]) -> User:
    organisation = world.organisations.get(scope.get("organisation", ""))
    user = User.objects.create_user(
        email=f"{name}@example.org",
        name=name.replace("_", " ").title(),
        password=PASSWORD,
        language="en",
        organisation=organisation,
    )
    if role is None:
        return user
    held = {
        "office": world.offices.get(scope.get("office", "")),
        "country": Country.objects.filter(pk=scope.get("country", "")).first(),
        "programme": world.programmes.get(scope.get("programme", "")),
        "organisation": organisation,
    }
    Assignment.objects.create(user=user, role=role, starts_on=START, ends_on=FAR, **held)
    return user
