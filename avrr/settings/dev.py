"""Development and demonstration: plain HTTP on this machine, demo banner, mail kept on a page."""

from avrr.settings.base import *
from avrr.settings.base import DATABASES, DEMO, FIELD_KEYS, SECRET_KEY, env

# Only for a database of the developer's own machine; the demonstration brings generated keys.
host = DATABASES["default"]["HOST"] or DATABASES["default"].get("OPTIONS", {}).get("host", "")
if host in ("", "localhost", "127.0.0.1", "::1") or host.startswith("/"):
    SECRET_KEY = SECRET_KEY or "development-only-" + "0" * 40
    FIELD_KEYS = FIELD_KEYS or ["dev:" + "A" * 43 + "="]

DEBUG = env.bool("DEBUG", default=not DEMO)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600
EMAIL_BACKEND = "core.mail.DemoMailBackend"
SESSION_IDLE_SECONDS = 12 * 3600
