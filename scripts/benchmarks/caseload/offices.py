"""Where the invented cases are told, and who works there."""

import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import override_settings

from accounts import services as account_services
from accounts.models import Office, OfficeKind, User
from accounts.permissions import Role
from avrr.demo import setting
from core import context, records
from core.clock import today

FIRST_DAY = datetime.date(2017, 9, 1)
IMPORT_OFFICE = "import"
IMPORT_WORKER = "suivi.import@bench.awda.invalid"


def build() -> setting.Setting:
    """Offices, partners, programmes and accounts of the demonstration, and an office for imports.

    Their passwords are never used: they are hashed quickly.
    """
    with (
        TemporaryDirectory() as folder,
        override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]),
        context.origin(channel="command"),
    ):
        accounts_file, setting.ACCOUNTS_FILE = setting.ACCOUNTS_FILE, Path(folder, "accounts.json")
        try:
            world = setting.build(today())
        finally:
            setting.ACCOUNTS_FILE = accounts_file
        office = Office(
            code=IMPORT_OFFICE,
            name="Import",
            kind=OfficeKind.MOP,
            country=world.countries["MA"],
            parent=world.offices["maroc"],
        )
        world.offices[IMPORT_OFFICE] = records.save(office, by=world.system)
        worker = account_services.open_account(
            email=IMPORT_WORKER, name="Import", language="fr", by=world.system
        )
        account_services.assign(
            user=worker,
            role=Role.CASEWORKER,
            office=office,
            starts_on=FIRST_DAY,
            ends_on=None,
            by=world.system,
        )
        world.people["suivi.import"] = worker
    return world


def worker(key: str) -> User:
    """A user of the setting: ``suivi.casablanca``, or the one of the imported cases."""
    email = IMPORT_WORKER if key == "suivi.import" else f"{key}@demo.awda.invalid"
    user: User = User.objects.get(email=email)
    return user
