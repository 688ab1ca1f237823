"""What every part of the access matrix stands on: the day, its people, the objects by name."""

import contextlib
import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from accounts.models import User
from core import uploads
from tests import personas

D = datetime.date
TODAY = D(2019, 9, 16)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@dataclass
class AccessWorld:
    """People, and the parts of addresses that lead to each object: ``kwargs["case"]``."""

    world: personas.World
    kwargs: dict[str, dict[str, Any]] = field(default_factory=lambda: {"": {}})
    rows: dict[str, Any] = field(default_factory=dict)

    def person(self, name: str) -> User:
        """Somebody as a new request sees them."""
        return self.world.fresh(name)

    def add(self, name: str, row: Any, **kwargs: Any) -> Any:
        """Give an object a name; its address is by reference unless said otherwise."""
        self.rows[name] = row
        self.kwargs[name] = kwargs or {"reference": row.reference}
        return row


@contextlib.contextmanager
def on(day: datetime.date) -> Iterator[datetime.date]:
    """Make it an earlier day."""
    with override_settings(TODAY=day.isoformat()):
        yield day


def pdf(name: str = "paper.pdf") -> dict[str, Any]:
    """A file as a form hands it to a service."""
    return uploads.describe(SimpleUploadedFile(name, PDF, content_type="application/pdf"))
