"""``manage.py load_questionnaire FILE``: the next version of a questionnaire (R025, R152)."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from accounts.models import User
from core.context import origin
from core.exceptions import Refused
from surveys import services


class Command(BaseCommand):
    help = (
        "Issues the next version of a questionnaire from a file like those in surveys/data: "
        "questions, weights, and whether they are the official ones."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="JSON file")
        parser.add_argument(
            "--by",
            metavar="EMAIL",
            required=True,
            help="administrator or M&E officer in whose name it is issued",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(is_active=True, email__iexact=options["by"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['by']}.")
        try:
            data = json.loads(options["file"].read_text(encoding="utf-8"))
            with origin(channel="command"):
                issued = services.load_version(data, by=user)
        except (ValidationError, Refused) as error:
            messages = getattr(error, "messages", None) or [str(error)]
            raise CommandError(" ".join(messages)) from error
        except (OSError, ValueError, TypeError, ArithmeticError, IntegrityError) as error:
            raise CommandError(f"This file cannot be loaded: {error}") from error
        self.stdout.write(issued.key)
