"""``manage.py compile_report FORAS --as-of 2020-05-31``: a report without a browser (R238)."""

import datetime
import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Assignment, User
from accounts.permissions import Role
from core.clock import today
from core.context import origin
from core.exceptions import Refused
from programmes.models import Programme
from reports import services
from reports.models import ReportRun


class Command(BaseCommand):
    help = "Compiles the report of a programme at once, and releases it if asked to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("programme", help="code of the programme")
        parser.add_argument("--as-of", type=datetime.date.fromisoformat, required=True)
        parser.add_argument(
            "--language", choices=[code for code, _name in settings.LANGUAGES], default="fr"
        )
        parser.add_argument(
            "--author",
            metavar="EMAIL",
            help="M&E officer in whose name it is made; without it, the first of the programme",
        )
        parser.add_argument(
            "--release",
            metavar="EMAIL",
            nargs="?",
            const="",
            help="release it as this manager of the programme; in a demonstration as the first one",
        )
        parser.add_argument("--reason", help="why it may be released; kept with who ran this")
        parser.add_argument("--file", help="where to put the PDF")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["release"] is not None and not settings.DEMO:
            self.require_names(options)
        with origin(channel="command"):
            try:
                run = self.compiled(options)
                if options["release"] is not None:
                    manager = self.account(
                        options["release"], Role.PROGRAMME_MANAGER, run.programme
                    )
                    services.release(run, reason=self.reason(options), by=manager)
            except (ValidationError, Refused) as error:
                messages = getattr(error, "messages", None) or [str(error)]
                raise CommandError(" ".join(messages)) from error
        self.stdout.write(f"{run.reference} {run.pdf_sha256}")

    def require_names(self, options: dict[str, Any]) -> None:
        """Two people answer for a release: nobody is chosen for them (R240)."""
        if not (options["author"] and options["release"] and options["reason"]):
            raise CommandError(
                "To release a report name its author, the manager who releases it and why: "
                "--author EMAIL --release EMAIL --reason TEXT."
            )

    def reason(self, options: dict[str, Any]) -> str:
        """Why it may be released, and which account of this computer released it."""
        try:
            operator = getpass.getuser()
        except (KeyError, OSError):
            operator = str(os.getuid())
        why = options["reason"] or "Released from the command line."
        return f"{why} [command line: {operator}]"

    def compiled(self, options: dict[str, Any]) -> ReportRun:
        """The finished report, its file written where it was asked for."""
        programme = Programme.objects.filter(code=options["programme"]).first()
        if programme is None:
            raise CommandError(f"There is no programme {options['programme']}.")
        author = self.account(options["author"], Role.ME_OFFICER, programme)
        run = services.request_report(
            programme=programme,
            as_of=options["as_of"],
            language=options["language"],
            by=author,
        )
        run = services.compile_run(run)
        if run.is_failed:
            raise CommandError(run.message)
        if options["file"]:
            with open(options["file"], "wb") as target, run.pdf.file.open("rb") as stored:
                target.write(stored.read())
        return run

    def account(self, email: str | None, role: str, programme: Programme) -> User:
        """The named account, or the first one that holds the role for the programme today."""
        users = User.objects.filter(is_active=True)
        if email:
            users = users.filter(email__iexact=email)
        else:
            held = Assignment.objects.on(today()).filter(role=role, programme=programme)
            users = users.filter(pk__in=held.values("user")).order_by("pk")
        user: User | None = users.first()
        if user is None:
            raise CommandError(
                f"There is no account {email}."
                if email
                else f"Nobody is {role} of {programme} today; name an account."
            )
        return user
