"""Answers kept so far are sealed: a repetition after this still gets its answer (design §4.12)."""

from collections.abc import Callable
from typing import Any

from django.db import migrations

from core.fields import decrypt, encrypt

CONTEXT = "core.idempotencykey.answer"


def _rewrite(schema_editor: Any, convert: Callable[..., str]) -> None:
    """Below the model, whose column would open what is not sealed yet."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, answer FROM core_idempotencykey WHERE answer <> ''")
        rows = [(convert(answer, context=CONTEXT), pk) for pk, answer in cursor.fetchall()]
        cursor.executemany("UPDATE core_idempotencykey SET answer = %s WHERE id = %s", rows)


def seal(apps: Any, schema_editor: Any) -> None:
    _rewrite(schema_editor, encrypt)


def unseal(apps: Any, schema_editor: Any) -> None:
    _rewrite(schema_editor, decrypt)


class Migration(migrations.Migration):
    dependencies = [("core", "0004_idempotency_answer_as_text")]
    operations = [migrations.RunPython(seal, unseal)]
