"""``manage.py demo_data`` without touching the accounts of a demonstration that is being served."""

from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.core.management import call_command


def main() -> None:
    """Make the data in the database that DATABASE_URL names."""
    django.setup()
    from avrr.demo import setting

    with TemporaryDirectory() as folder:
        setting.ACCOUNTS_FILE = Path(folder, "accounts.json")
        call_command("demo_data")


if __name__ == "__main__":
    main()
