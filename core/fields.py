"""Encrypted columns (ADR 0006): AES-256-GCM, keys apart from SECRET_KEY, rotation by key name."""

import base64
import hashlib
import hmac
import os
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@cache
def _keys(configured: tuple[str, ...]) -> dict[str, bytes]:
    keys = {}
    for entry in configured:
        name, _, encoded = entry.partition(":")
        key = base64.b64decode(encoded)
        if not name or len(key) != 32:
            raise ImproperlyConfigured(
                "FIELD_KEYS holds name:key pairs, a key is 32 bytes in base64."
            )
        keys[name] = key
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty: encrypted columns need at least one key.")
    return keys


def _current_keys() -> dict[str, bytes]:
    return _keys(tuple(settings.FIELD_KEYS))


def encrypt(text: str, *, context: str) -> str:
    """Seal ``text`` with the first key; ``context`` (model and column) is bound to it."""
    name, key = next(iter(_current_keys().items()))
    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), context.encode())
    return f"{name}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(token: str, *, context: str) -> str:
    """Open what ``encrypt`` sealed; fails closed on a wrong key or context."""
    name, _, payload = token.partition(":")
    raw = base64.b64decode(payload)
    return AESGCM(_current_keys()[name]).decrypt(raw[:12], raw[12:], context.encode()).decode()


def blind_index(value: str) -> str:
    """Keyed digest for exact look-ups of an encrypted value (a phone number, say)."""
    if not value:
        return ""
    key = next(reversed(_current_keys().values()))
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """A text column the database only ever sees sealed. Field classes C3–C5 (security.md §3.1)."""

    @property
    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        if value is None or value == "":
            return value
        return encrypt(str(value), context=self._context)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None or value == "":
            return value
        return decrypt(value, context=self._context)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError("An encrypted column cannot be searched; use its blind index.")
        return super().get_lookup(lookup_name)
