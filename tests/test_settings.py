"""Settings of an installation: production refuses what is missing or unsafe."""

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).parent.parent
SAFE = {
    "DATABASE_URL": "postgresql://awda:secret@db.example.org/awda",
    "REDIS_URL": "redis://broker.example.org:6379/0",
    "SECRET_KEY": "s" * 60,
    "FIELD_KEYS": "first:" + "B" * 43 + "=",
    "ALLOWED_HOSTS": "awda.example.org",
    "SITE_URL": "https://awda.example.org",
    "EMAIL_URL": "smtp://mail.example.org:587",
}


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Callable[..., ModuleType]:
    """The settings of this name as a process with only this environment would read them."""

    def loaded(name: str, **environment: str) -> ModuleType:
        for variable in (*SAFE, "AWDA_DEMO", "AWDA_TODAY", "TRUSTED_PROXIES", "DEBUG"):
            monkeypatch.delenv(variable, raising=False)
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        package = importlib.import_module("avrr.settings")
        for module in ("base", name):
            monkeypatch.delitem(sys.modules, f"avrr.settings.{module}", raising=False)
            monkeypatch.setattr(package, module, None, raising=False)
        return importlib.import_module(f"avrr.settings.{name}")

    return loaded


def test_production_starts_with_all_it_asks_for(load):
    settings = load("production", **SAFE)

    assert settings.SECOND_FACTOR_REQUIRED
    assert not settings.DEBUG


@pytest.mark.parametrize("missing", SAFE)
def test_production_refuses_to_start_without(load, missing):
    given = {name: value for name, value in SAFE.items() if name != missing}

    with pytest.raises(ImproperlyConfigured, match=missing):
        load("production", **given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", "*"),
        ("SITE_URL", "http://awda.example.org"),
        ("FIELD_KEYS", "first:" + "s" * 44),
        ("AWDA_DEMO", "1"),
        ("AWDA_TODAY", "2026-01-31"),
        *(
            ("EMAIL_URL", f"{kind}://")
            for kind in ("consolemail", "filemail", "dummymail", "memorymail")
        ),
    ],
)
def test_production_refuses_what_is_unsafe(load, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        load("production", **SAFE | {name: value})


def test_a_proxy_is_believed_about_https_only_where_there_is_one(load):
    alone = load("production", **SAFE)
    behind = load("production", **SAFE, TRUSTED_PROXIES="1")

    assert not hasattr(alone, "SECURE_PROXY_SSL_HEADER")
    assert behind.SECURE_PROXY_SSL_HEADER == ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    ("address", "are_lent"),
    [
        ("postgresql:///awda", True),
        ("postgresql://awda@/awda?host=/run/postgres", True),
        ("postgresql://awda:secret@localhost/awda", True),
        ("postgresql://awda:secret@db.example.org/awda", False),
        ("postgresql://awda@/awda?host=db.example.org", False),
    ],
)
def test_keys_of_development_are_lent_to_a_database_of_the_own_machine_only(
    load, address, are_lent
):
    settings = load("dev", DATABASE_URL=address)

    assert bool(settings.FIELD_KEYS) is are_lent
    assert bool(settings.SECRET_KEY) is are_lent


def test_workers_start_with_production_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    program = "import os, avrr.celery; print(os.environ['DJANGO_SETTINGS_MODULE'])"

    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert found.stdout.strip() == "avrr.settings.production"
