"""Doing things at the same moment, each over a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import translation


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same moment; each answers with its result or its exception."""
    start = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            with translation.override("en"):
                answers[index] = call()
        except Exception as error:
            answers[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers
