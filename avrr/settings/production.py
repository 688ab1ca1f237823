"""Production: refuses to start without its secrets; everything over HTTPS; second factor asked."""

from django.core.exceptions import ImproperlyConfigured

from avrr.settings.base import *
from avrr.settings.base import (
    ALLOWED_HOSTS,
    EMAIL_CONFIG,
    FIELD_KEYS,
    SECRET_KEY,
    SITE_URL,
    TRUSTED_PROXIES,
    env,
)

for name in (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "FIELD_KEYS",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "EMAIL_URL",
):
    if not env.str(name, default=""):
        raise ImproperlyConfigured(f"{name} is not set: production does not start without it.")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is too short: use at least 50 random characters.")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; '*' is refused.")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must start with https://.")
if "smtp" not in EMAIL_CONFIG["EMAIL_BACKEND"]:
    raise ImproperlyConfigured("EMAIL_URL must name a mail server, like smtp://host:587.")
if any(key.partition(":")[2] in SECRET_KEY for key in FIELD_KEYS):
    raise ImproperlyConfigured("FIELD_KEYS must be independent of SECRET_KEY.")
for name in ("AWDA_DEMO", "AWDA_TODAY"):
    if env.str(name, default="") not in ("", "0"):
        raise ImproperlyConfigured(f"{name} belongs to the demonstration, not to production.")

SECOND_FACTOR_REQUIRED = True
SECURE_SSL_REDIRECT = True
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-awda_session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-awda_csrf"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
