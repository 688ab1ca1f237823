"""Enqueueing work by task name, after commit; a broker that is away does not lose it."""

import logging
from typing import Any

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def enqueue(task: str, *args: Any) -> None:
    """Send a task when the transaction commits. Tasks take ids and find their row themselves.

    When the broker does not answer, the row keeps waiting and the schedule picks it up.
    """

    def send() -> None:
        try:
            current_app.send_task(task, args=args, retry=False)
        except current_app.connection_for_write().recoverable_connection_errors as error:
            logger.warning("broker away, %s waits for the schedule: %s", task, error)

    transaction.on_commit(send)
