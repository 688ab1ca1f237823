"""Offices, partners, programmes and accounts of the demonstration, created through the services."""

import datetime
import json
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts import services as account_services
from accounts.models import MachineKey, Office, OfficeKind, User
from accounts.permissions import Role
from avrr.demo import figures
from core import records
from core.clock import today
from partners.models import Agreement, CityDuty, Organisation, OrganisationKind
from programmes import services as programme_services
from programmes.models import (
    Donor,
    EligibilityKind,
    EligibilityRule,
    GrantCeiling,
    Programme,
    TargetCountry,
)
from reference.models import Country, Place

ACCOUNTS_FILE = Path(settings.BASE_DIR) / "var" / "demo" / "accounts.json"
FORAS = "FORAS"
TODAYS = "ATLAS"
LONG_AGO = datetime.date(2017, 9, 1)
KEY_LIFE = datetime.timedelta(days=3650)

ORGANISATIONS = (
    ("iom", "OIM Maroc", OrganisationKind.INTERNATIONAL),
    ("entraide-nationale", "Entraide Nationale", OrganisationKind.GOVERNMENT),
    ("asticude", "ASTICUDE", OrganisationKind.NGO),
    ("cerf", "CERF", OrganisationKind.TRAINING),
    ("ccsm", "CCSM", OrganisationKind.NGO),
    ("ong-kindia", "ONG Kindia Solidarité (démo)", OrganisationKind.NGO),
    ("ong-bamako", "ONG Bamako Avenir (démo)", OrganisationKind.NGO),
)
# code, name, kind, country, place, parent, host, transit, time zone
OFFICES = (
    (
        "maroc",
        "Mission Maroc",
        OfficeKind.MISSION,
        "MA",
        "MA-RAB",
        "",
        "",
        False,
        "Africa/Casablanca",
    ),
    (
        "casablanca",
        "Casablanca",
        OfficeKind.MOP,
        "MA",
        "MA-CAS",
        "maroc",
        "entraide-nationale",
        False,
        "Africa/Casablanca",
    ),
    ("rabat", "Rabat", OfficeKind.MOP, "MA", "MA-RAB", "maroc", "", False, "Africa/Casablanca"),
    (
        "oujda",
        "Oujda",
        OfficeKind.MOP,
        "MA",
        "MA-OUJ",
        "maroc",
        "entraide-nationale",
        True,
        "Africa/Casablanca",
    ),
    ("conakry", "Conakry", OfficeKind.COUNTRY_OFFICE, "GN", "", "", "", False, "Africa/Conakry"),
    ("bamako", "Bamako", OfficeKind.COUNTRY_OFFICE, "ML", "", "", "", False, "Africa/Bamako"),
    ("abidjan", "Abidjan", OfficeKind.COUNTRY_OFFICE, "CI", "", "", "", False, "Africa/Abidjan"),
    ("dakar", "Dakar", OfficeKind.COUNTRY_OFFICE, "SN", "", "", "", False, "Africa/Dakar"),
    ("yaounde", "Yaoundé", OfficeKind.COUNTRY_OFFICE, "CM", "", "", "", False, "Africa/Douala"),
    ("kinshasa", "Kinshasa", OfficeKind.COUNTRY_OFFICE, "CD", "", "", "", False, "Africa/Kinshasa"),
    (
        "ouagadougou",
        "Ouagadougou",
        OfficeKind.COUNTRY_OFFICE,
        "BF",
        "",
        "",
        "",
        False,
        "Africa/Ouagadougou",
    ),
    ("lome", "Lomé", OfficeKind.COUNTRY_OFFICE, "TG", "", "", "", False, "Africa/Lome"),
)


@dataclass(frozen=True, kw_only=True)
class Account:
    """One demonstration account: who, which role, over what."""

    key: str
    name: str
    role: str
    language: str = "fr"
    office: str = ""
    country: str = ""
    programmes: tuple[str, ...] = ()
    organisation: str = ""


ACCOUNTS = (
    Account(key="guichet.rabat", name="Salma Bennis", role=Role.CLERK, office="rabat"),
    Account(key="guichet.casablanca", name="Yassine Lahlou", role=Role.CLERK, office="casablanca"),
    Account(key="suivi.rabat", name="Nadia El Fassi", role=Role.CASEWORKER, office="rabat"),
    Account(key="suivi.casablanca", name="Karim Tazi", role=Role.CASEWORKER, office="casablanca"),
    Account(key="suivi.oujda", name="Hind Berrada", role=Role.CASEWORKER, office="oujda"),
    Account(key="protection", name="Meryem Alaoui", role=Role.PROTECTION_OFFICER, office="maroc"),
    Account(key="formation.cerf", name="Omar Idrissi", role=Role.TRAINER, organisation="cerf"),
    Account(key="formation.ccsm", name="Leïla Cherkaoui", role=Role.TRAINER, organisation="ccsm"),
    Account(
        key="chef-de-file",
        name="Rachid Benali",
        role=Role.PARTNER_COORDINATOR,
        organisation="asticude",
    ),
    Account(key="pointfocal.guinee", name="Aïssatou Bah", role=Role.FOCAL_POINT, country="GN"),
    Account(key="pointfocal.mali", name="Modibo Keïta", role=Role.FOCAL_POINT, country="ML"),
    Account(key="pointfocal.civ", name="Akissi Koffi", role=Role.FOCAL_POINT, country="CI"),
    Account(key="pointfocal.senegal", name="Fatou Ndiaye", role=Role.FOCAL_POINT, country="SN"),
    Account(key="pointfocal.cameroun", name="Jean Mbarga", role=Role.FOCAL_POINT, country="CM"),
    Account(key="pointfocal.rdc", name="Grâce Ilunga", role=Role.FOCAL_POINT, country="CD"),
    Account(key="pointfocal.burkina", name="Issa Ouédraogo", role=Role.FOCAL_POINT, country="BF"),
    Account(key="pointfocal.togo", name="Afi Mensah", role=Role.FOCAL_POINT, country="TG"),
    Account(
        key="reintegration.guinee",
        name="Sékou Condé",
        role=Role.REINTEGRATION_OFFICER,
        country="GN",
    ),
    Account(
        key="protection.guinee",
        name="Hawa Soumah",
        role=Role.PROTECTION_OFFICER,
        country="GN",
    ),
    Account(
        key="programme",
        name="Claire Morel",
        role=Role.PROGRAMME_MANAGER,
        programmes=(FORAS, TODAYS),
    ),
    Account(
        key="programme.adjoint",
        name="Hassan Ouazzani",
        role=Role.PROGRAMME_MANAGER,
        programmes=(FORAS, TODAYS),
    ),
    Account(
        key="suivi-evaluation", name="Ines Haddad", role=Role.ME_OFFICER, programmes=(FORAS, TODAYS)
    ),
    Account(
        key="finance", name="Paul Girard", role=Role.FINANCE_OFFICER, programmes=(FORAS, TODAYS)
    ),
    Account(key="comite.guinee", name="Mamadou Sow", role=Role.COMMITTEE_MEMBER, country="GN"),
    Account(
        key="bailleur.foras",
        name="Greta Lindner",
        role=Role.DONOR,
        language="en",
        programmes=(FORAS,),
    ),
    Account(
        key="bailleur.atlas",
        name="Sofia Rossi",
        role=Role.DONOR,
        language="en",
        programmes=(TODAYS,),
    ),
    Account(
        key="ong.kindia",
        name="ONG Kindia (machine)",
        role=Role.PARTNER_CLIENT,
        organisation="ong-kindia",
    ),
    Account(
        key="ong.bamako",
        name="ONG Bamako (machine)",
        role=Role.PARTNER_CLIENT,
        organisation="ong-bamako",
    ),
    Account(
        key="orientation.entraide",
        name="Abdellah Mansouri",
        role=Role.REFERRER,
        organisation="entraide-nationale",
    ),
    Account(
        key="evaluation",
        name="Anke Visser",
        role=Role.EVALUATOR,
        language="en",
        programmes=(FORAS,),
    ),
    Account(key="donnees", name="Youssef Amrani", role=Role.DATA_PROTECTION_OFFICER),
    Account(key="administration", name="Samira Kettani", role=Role.ADMINISTRATOR, language="ar"),
)


@dataclass
class Setting:
    """What the data set is built on; people and offices by code."""

    today: datetime.date
    system: User
    offices: dict[str, Office] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    countries: dict[str, Country] = field(default_factory=dict)

    def person(self, key: str) -> User:
        return self.people[key]


def build(today: datetime.date) -> Setting:
    """Create offices, partners, programmes and accounts; write the accounts file."""
    setting = Setting(today=today, system=User.objects.system())
    setting.countries = Country.objects.in_bulk()
    by = setting.system
    for code, name, kind in ORGANISATIONS:
        organisation = Organisation(code=code, name=name, kind=kind)
        setting.organisations[code] = records.save(organisation, by=by)
    for row in OFFICES:
        setting.offices[row[0]] = _office(setting, *row)
    _programmes(setting)
    _agreement(setting)
    rows = [_account(setting, account) for account in ACCOUNTS]
    write_accounts(rows)
    return setting


def _office(
    setting: Setting,
    code: str,
    name: str,
    kind: str,
    country: str,
    place: str,
    parent: str,
    host: str,
    is_transit: bool,
    zone: str,
) -> Office:
    office = Office(
        code=code,
        name=name,
        kind=kind,
        country=setting.countries[country],
        place=Place.objects.filter(code=place).first() if place else None,
        parent=setting.offices.get(parent),
        host_organisation=setting.organisations.get(host),
        is_transit=is_transit,
        time_zone=zone,
    )
    return records.save(office, by=setting.system)


def _programmes(setting: Setting) -> None:
    by, today = setting.system, setting.today
    foras_donor = records.save(
        Donor(
            code="aa", name="Auswärtiges Amt (ministère fédéral allemand des Affaires étrangères)"
        ),
        by=by,
    )
    demo_donor = records.save(Donor(code="demo", name="Fonds de démonstration"), by=by)
    atlas_from = datetime.date(today.year - 1, 1, 1)
    atlas_until = datetime.date(today.year + 1, 12, 31)
    for code, name, donor, first, last in (
        (FORAS, "FORAS – Renforcer les opportunités de réintégration", foras_donor, *figures.TIMES),
        (TODAYS, "ATLAS – programme de démonstration", demo_donor, atlas_from, atlas_until),
    ):
        programme = Programme(
            code=code,
            name=name,
            donor=donor,
            starts_on=first,
            ends_on=last,
            is_demonstration=True,
        )
        setting.programmes[code] = records.save(programme, by=by)
        for category, amount in (("standard", 1500), ("vulnerable", 2000), ("family", 2500)):
            ceiling = GrantCeiling(
                programme=programme, category=category, amount=Decimal(amount), valid_from=first
            )
            records.save(ceiling, by=by)
        rule = EligibilityRule(
            programme=programme, kind=EligibilityKind.ONCE_ONLY, valid_from=first
        )
        records.save(rule, by=by)
        later = figures.LATER_FROM if code == FORAS else first
        for country, start in (
            *((c, first) for c in figures.COUNTRIES),
            *((c, later) for c in figures.LATER_COUNTRIES),
        ):
            days = DateRange(start, last + datetime.timedelta(days=1))
            note = "Comité de pilotage, décembre 2018" if start != first else ""
            target = TargetCountry(
                programme=programme, country=setting.countries[country], days=days, note=note
            )
            records.save(target, by=by)


def _agreement(setting: Setting) -> None:
    """The consortium: who trains and who supports in which city (R087, R201)."""
    by = setting.system
    host = Agreement(
        organisation=setting.organisations["entraide-nationale"],
        title="Convention tripartite (OIM, Intérieur, Solidarité)",
        duties="Orienter les personnes vers les points d'orientation ; en héberger deux",
        starts_on=LONG_AGO,
        ends_on=datetime.date(setting.today.year + 1, 12, 31),
    )
    records.save(host, by=by)
    cities = ("casablanca", "rabat", "oujda")
    last = datetime.date(setting.today.year + 1, 12, 31)
    for code, title, duty, places in (
        ("asticude", "Chef de file du consortium", CityDuty.Duty.LEAD, cities),
        ("cerf", "Formation", CityDuty.Duty.TRAINING, cities),
        ("asticude", "Besoins de base", CityDuty.Duty.SUPPORT, ("casablanca", "oujda")),
        ("ccsm", "Besoins de base", CityDuty.Duty.SUPPORT, ("rabat",)),
    ):
        agreement = Agreement(
            organisation=setting.organisations[code],
            title=title,
            duties=title,
            starts_on=LONG_AGO,
            ends_on=last,
        )
        records.save(agreement, by=by)
        for programme in setting.programmes.values():
            programme_services.link_agreement(programme, agreement=agreement, by=by)
        CityDuty.objects.bulk_create(
            CityDuty(agreement=agreement, office=setting.offices[place], duty=duty)
            for place in places
        )


def _account(setting: Setting, account: Account) -> dict[str, Any]:
    by = setting.system
    email, password = f"{account.key}@demo.awda.invalid", f"awda-demo-{account.key}"
    organisation = setting.organisations.get(account.organisation)
    user = account_services.open_account(
        email=email,
        name=account.name,
        language=account.language,
        password=password,
        organisation=organisation,
        is_machine=account.role == Role.PARTNER_CLIENT,
        by=by,
    )
    scopes: list[dict[str, Any]] = [
        {"programme": setting.programmes[code]} for code in account.programmes
    ] or [
        {
            "office": setting.offices.get(account.office),
            "country": setting.countries.get(account.country),
            "organisation": organisation,
        }
    ]
    until = datetime.date(setting.today.year + 1, 12, 31)
    for scope in scopes:
        assignment = account_services.assign(
            user=user, role=account.role, starts_on=LONG_AGO, ends_on=until, by=by, **scope
        )
    setting.people[account.key] = user
    _row, key = account_services.issue_key(
        user=user, label="démonstration", expires_on=setting.today + KEY_LIFE, by=by
    )
    return {
        "role": account.role,
        "name": account.name,
        "email": email,
        "password": password,
        "scope": ", ".join(account.programmes) or assignment.scope_label,
        "api_key": key,
    }


def write_accounts(rows: list[dict[str, Any]]) -> None:
    """The accounts, for people and scripts that try the demonstration."""
    ACCOUNTS_FILE.parent.mkdir(parents=True, exist_ok=True)
    ACCOUNTS_FILE.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def restore_accounts_file() -> None:
    """Write the accounts file again with fresh keys, for a data set whose file was deleted."""
    system = User.objects.system()
    rows = []
    for account in ACCOUNTS:
        user = User.objects.get(email=f"{account.key}@demo.awda.invalid")
        MachineKey.objects.filter(user=user).delete()
        _row, key = account_services.issue_key(
            user=user,
            label="démonstration",
            expires_on=today() + KEY_LIFE,
            by=system,
        )
        scope = user.assignments.first()
        rows.append(
            {
                "role": account.role,
                "name": account.name,
                "email": user.email,
                "password": f"awda-demo-{account.key}",
                "scope": ", ".join(account.programmes) or scope.scope_label,
                "api_key": key,
            }
        )
    write_accounts(rows)
