"""``manage.py audit verify``: has anybody changed the audit trail?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import audit


class Command(BaseCommand):
    help = "Checks the audit trail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")
        verbs.add_parser(
            "verify", help="recompute every chain and name the places where one breaks"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when a chain is broken."""
        count, broken = audit.verify()
        self.stdout.write(f"{count} entries, {len(broken)} broken.")
        if broken:
            raise CommandError("\n".join(self.place(number) for number in broken))

    @staticmethod
    def place(number: int) -> str:
        """Where a chain breaks; a chain whose end its head denies comes with its negated number."""
        if number > 0:
            return f"Entry {number} was changed, or the entry before it is missing."
        return (
            f"The last entries of account {-number} are missing, or the note of where its chain "
            "ends was changed."
        )
