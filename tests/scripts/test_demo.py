"""The demonstration's own logic: its day, its accounts table, its port, its options."""

import datetime
import socket
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from avrr.demo import build
from avrr.management.commands.demo_data import Command
from scripts.stack import demo, ports
from scripts.stack.demo_memory import Memory, keys
from scripts.stack.messages import StackError

DAY = datetime.date(2026, 3, 1)


def built_memory(folder: Path) -> Memory:
    memory = Memory(folder / "memory.json")
    memory.agree_on(DAY)
    memory.begin()
    memory.finish()
    return memory


def test_the_day_is_remembered_over_restarts(tmp_path: Path) -> None:
    built_memory(tmp_path)

    again = Memory.read(tmp_path / "memory.json")

    assert again.is_whole
    assert again.today == "2026-03-01"
    assert again.begin() == "2026-03-01"


def test_another_day_needs_a_reset(tmp_path: Path) -> None:
    memory = built_memory(tmp_path)

    memory.agree_on(DAY)
    with pytest.raises(StackError, match=r"built for 2026-03-01.*--reset.*2026-03-02"):
        memory.agree_on(DAY + datetime.timedelta(days=1))


def test_data_that_was_begun_and_not_finished_is_not_whole(tmp_path: Path) -> None:
    Memory(tmp_path / "memory.json").begin()

    again = Memory.read(tmp_path / "memory.json")

    assert again.unfinished
    assert not again.is_whole


def test_without_a_day_the_clock_stays_the_real_one(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "memory.json")

    memory.agree_on(None)

    assert memory.begin() == datetime.date.today().isoformat()
    assert memory.today == ""


def test_the_keys_are_made_once_and_for_us_only(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"

    first, second = keys(path), keys(path)

    assert first == second
    assert path.stat().st_mode & 0o777 == 0o600
    assert first["FIELD_KEYS"].startswith("demo:")


def test_the_accounts_stand_in_columns_and_empty_columns_are_left_out() -> None:
    accounts = [
        {"role": "clerk", "email": "amina@example.org", "scope": "Rabat", "api_key": ""},
        {"role": "donor", "email": "d@example.org", "scope": "FORAS", "api_key": ""},
    ]

    assert demo.table(accounts) == [
        "role   email              scope",
        "clerk  amina@example.org  Rabat",
        "donor  d@example.org      FORAS",
    ]


def test_a_taken_port_is_named_when_asked_for_and_passed_over_otherwise() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(StackError, match=f"Port {port} is taken"):
            ports.choose(port)
        assert ports.choose(None) != port


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "0"],
        ["--port", "65536"],
        ["--port", "web"],
        ["--today", "2026-13-01"],
        ["--today", "2022-03-31"],
        ["--today", "2100-01-01"],
        ["now"],
    ],
)
def test_wrong_options_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        demo.parse(arguments)

    assert refused.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.django_db
def test_the_days_that_are_taken_are_those_for_which_data_can_be_made() -> None:
    first, last = build.DAYS

    assert build.DAYS == demo.DAYS
    assert demo.parse(["--today", first.isoformat()]).today == first
    with pytest.raises(CommandError, match=f"between {first} and {last}"):
        Command().handle(today=first - datetime.timedelta(days=1))


def test_reset_never_touches_a_database_of_somebody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/awda")
    layout = demo.Layout(mode="demo", state=tmp_path, sockets=tmp_path, server_account=None)

    with pytest.raises(StackError, match="embedded database only"):
        demo.recall(layout, reset=True)
