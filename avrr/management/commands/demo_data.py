"""``manage.py demo_data``: the FORAS data set and a programme of today (design §7)."""

import datetime
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from avrr.demo import build, setting
from cases.models import Case
from core.clock import today


class Command(BaseCommand):
    help = "Builds the demonstration data through the services; does nothing when they are there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", type=datetime.date.fromisoformat)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demonstration data belong to a demonstration: set AWDA_DEMO=1.")
        if Case.objects.exists():
            if not setting.ACCOUNTS_FILE.exists():
                setting.restore_accounts_file()
            return
        if User.objects.filter(is_system=False).exists():
            raise CommandError("Somebody has an account here already: use an empty database.")
        day = options["today"] or today()
        first, last = build.DAYS
        if not first <= day <= last:
            raise CommandError(f"Data can be made for a day between {first} and {last}.")
        with transaction.atomic():
            build.build(day, self.stdout.write)
