"""Settings of the test suite: real PostgreSQL and broker, quick passwords, no mail leaves."""

import os
import re

os.environ.setdefault("SECRET_KEY", "test-" + "0" * 50)
os.environ.setdefault("FIELD_KEYS", "test:" + "A" * 43 + "=")

if process := os.environ.get("PYTEST_XDIST_WORKER"):  # its own part of the broker: gw0 has 1
    number = int(process.removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = re.sub(
        r"\d+$", str(number), os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
    )

from avrr.settings.base import *
from avrr.settings.base import BASE_DIR, TEMPLATES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEMO = True
REST_FRAMEWORK["DEFAULT_THROTTLE_CLASSES"] = []
STATIC_ROOT = BASE_DIR / "var" / "test-static"


class UndefinedInTemplate(str):
    """What a template prints for a name that nobody gave it: a failed test."""

    __slots__ = ()

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"The template has no «{name}».")


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedInTemplate("%s")
