"""``manage.py create_administrator``: the first account of an installation."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import services
from accounts.models import User
from accounts.permissions import Role
from core.clock import today


class Command(BaseCommand):
    help = (
        "Opens the account of the first administrator, who opens all the others. Asks for a "
        "password, or prints a link to set one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="the address that signs in")
        parser.add_argument("--name", required=True, help="first and last name")
        parser.add_argument(
            "--language", default="fr", choices=[code for code, _name in settings.LANGUAGES]
        )
        parser.add_argument(
            "--link",
            action="store_true",
            help="print a link to set the password, valid once and for an hour, and ask for none; "
            "so without a terminal",
        )
        parser.add_argument(
            "--force", action="store_true", help="even though there is an administrator"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["force"] and User.objects.active_administrators().exists():
            raise CommandError(
                "There is an administrator, who opens accounts on the pages. If nobody can sign "
                "in as one any more, repeat the command with --force."
            )
        by_link = options["link"] or not sys.stdin.isatty()
        password = None if by_link else self.ask_password(options["email"], options["name"])
        try:
            user = self.open(options, password)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(f"{user.name} is an administrator and signs in as {user.email}.")
        if by_link:
            self.stdout.write("Set the password here within an hour; the link works once:")
            self.stdout.write(password_link(user))

    @staticmethod
    @transaction.atomic
    def open(options: dict[str, Any], password: str | None) -> User:
        """The account with its role; both or neither."""
        user = services.open_account(
            email=options["email"],
            name=options["name"],
            language=options["language"],
            password=password,
            by=None,
        )
        services.assign(user=user, role=Role.ADMINISTRATOR, starts_on=today(), by=None)
        return user

    def ask_password(self, email: str, name: str) -> str:
        """Typed twice, and good enough."""
        while True:
            password = getpass.getpass("Password: ")
            if password != getpass.getpass("Password again: "):
                self.stderr.write("The two passwords differ. Try again.")
                continue
            try:
                validate_password(password, User(email=email, name=name))
            except ValidationError as error:
                self.stderr.write("\n".join(error.messages))
                continue
            return password


def password_link(user: User) -> str:
    """Where a password is set without knowing the former one."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return get_adapter().get_reset_password_from_key_url(key)
