"""Is everything there that a request needs?"""

import logging
import uuid

from celery import current_app
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

logger = logging.getLogger(__name__)

OK = "ok"
FAILED = "failed"
BROKER_SECONDS = 2


def states() -> dict[str, str]:
    """``ok`` or ``failed`` by part; why it failed is in the log only."""
    return {name: _state(name) for name in PARTS}


def _state(name: str) -> str:
    try:
        PARTS[name]()
    except Exception:
        logger.exception("not ready: %s", name)
        return FAILED
    return OK


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
        broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)


def _files() -> None:
    """A store that cannot be written to is not ready."""
    name = default_storage.save(f"health/{uuid.uuid4().hex}", ContentFile(b"ok"))
    default_storage.delete(name)


PARTS = {"database": _database, "broker": _broker, "files": _files}
