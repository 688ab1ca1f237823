"""What a program sends: no text, day or reference that a form would refuse gets any further."""

import datetime
import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import django_filters
import pytest
from django import forms
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers

from cases.fields import CaseField
from core import api
from core import forms as core_forms
from core.forms import ActionFormMixin, DateTimeField
from training.api.orientation import InviteIn, RollIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(sign_in):
    def _post(user, path, body, **headers):
        return sign_in(user).post(
            f"/api/v1/{path}",
            json.dumps(body),
            content_type="application/json",
            headers=headers,
        )

    return _post


# --- shapes -------------------------------------------------------------------------------------
@pytest.mark.parametrize("depth", [400, 990, 20_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_what_is_nested_too_deeply_is_refused(world, sign_in, depth, opening, closing):
    body = opening * depth + "1" + closing * depth

    for path in ("cases", "referrals"):
        answer = sign_in(world.caseworker).post(
            f"/api/v1/{path}/", body, content_type="application/json"
        )
        assert answer.status_code in (400, 403), answer.content


# --- versions -----------------------------------------------------------------------------------
@pytest.mark.parametrize("version", ["²", "٣", "-1", "1.0", "W/1", "9" * 5_000])
def test_a_version_that_is_no_number_is_named(world, register, post, version):
    case, body = register(), {"outcome": "withdrawn", "on": "2019-03-05"}
    path = f"cases/{case.reference}/close/"

    answer = post(world.caseworker, path, body, **{"If-Match": version.encode().decode("latin-1")})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["If-Match"])
    case.refresh_from_db()
    assert case.status != "closed"


# --- texts --------------------------------------------------------------------------------------
REFERRAL = {"family_name": "Diallo", "nationality": "GN", "office": "rabat"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("office", "rab\x00at"),
        ("nationality", "\x00"),
        ("nationality", "\ud800"),
        ("family_name", "Dia\x00llo"),
        ("reason", ["\x00"]),
        ("reason", {"a": [{"\x00": 1}]}),
    ],
)
def test_a_hidden_character_is_an_error_of_its_field(world, post, name, value):
    answer = post(world.fresh("referrer"), "referrals/", REFERRAL | {name: value})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]
    assert "hidden control characters" in str(answer.json()["errors"][name])


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("editions/", "office", "\x00"),
        ("cases/", "experience", ["FARM\x00"]),
        ("plans/", "case", "\x00"),
        ("responses/", "answers", {"q1": "\x00"}),
        ("disbursements/", "item", "\x00"),
        ("journeys/", "case", "\x00"),
    ],
)
def test_no_field_reads_a_hidden_character(world, post, path, field, value):
    who = {
        "plans/": "focal_point",
        "responses/": "focal_point",
        "disbursements/": "finance_officer",
    }
    who |= {"editions/": "partner_coordinator"}
    answer = post(world.fresh(who.get(path, "caseworker")), path, {field: value})

    assert answer.status_code == 400
    assert "hidden control characters" in str(answer.json()["errors"][field])


def test_an_unknown_field_with_half_a_character_is_named_all_the_same(world, post):
    answer = post(world.fresh("referrer"), "referrals/", REFERRAL | {"a\ud800": 1})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["a?"])


# --- days ---------------------------------------------------------------------------------------
OWN = {config.name for config in apps.get_app_configs() if "." not in config.name} | {"avrr"}


def subclasses(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


def ours(kind: type) -> list[Any]:
    """Classes of the product that are of a kind, once all of it is loaded."""
    import_module("avrr.urls")
    import_module("avrr.api")
    return sorted({c for c in subclasses(kind) if c.__module__.split(".")[0] in OWN}, key=repr)


def test_every_day_of_an_input_of_the_api_is_bounded() -> None:
    unbounded = [
        f"{kind.__module__}.{kind.__name__}.{name}"
        for kind in ours(api.InputSerializer)
        for name, field in kind._declared_fields.items()
        for part in (field, getattr(field, "child", None))
        if isinstance(part, serializers.DateField | serializers.DateTimeField)
        and not isinstance(part, api.DateField | api.DateTimeField)
    ]
    assert unbounded == []


def test_every_day_of_a_form_or_filter_is_bounded() -> None:
    fields = [
        (kind, name, field)
        for kind in ours(ActionFormMixin)
        for name, field in getattr(kind, "base_fields", {}).items()
    ] + [
        (kind, name, item.field)
        for kind in ours(django_filters.FilterSet)
        for name, item in kind.base_filters.items()
        if isinstance(item, django_filters.DateFilter | django_filters.DateTimeFilter)
    ]
    assert fields
    unbounded = [
        f"{kind.__module__}.{kind.__name__}.{name}"
        for kind, name, field in fields
        if isinstance(field, forms.DateField | forms.DateTimeField)
        and not isinstance(field, core_forms.DateField | core_forms.DateTimeField)
    ]
    assert unbounded == []


IMPOSSIBLE = ["0219-03-04", "9999-12-31", "0001-01-01", "1899-12-31", "2101-01-01"]


@pytest.mark.parametrize("day", IMPOSSIBLE)
def test_a_day_far_away_is_an_error_of_its_field(world, post, day):
    body = {"module": "business", "office": "rabat", "starts_on": day, "trainer_organisation": "x"}
    answer = post(world.fresh("partner_coordinator"), "editions/", body)

    assert answer.status_code == 400
    assert answer.json()["errors"]["starts_on"] == ["Enter a date between 1900 and 2100."]


@pytest.mark.parametrize("day", [*IMPOSSIBLE[:3], "1899-06-30", "2101-06-30"])
@pytest.mark.parametrize("time", ["00:00", "23:30"])
def test_a_moment_far_away_is_refused_by_page_and_api(world, post, day, time):
    moment = f"{day}T{time}"
    with pytest.raises(forms.ValidationError):
        DateTimeField().clean(moment)

    for offset in ("", "Z", "+13:00", "-13:00"):
        answer = post(world.caseworker, "orientation-sessions/", {"starts_at": moment + offset})
        assert answer.status_code == 400
        assert "starts_at" in answer.json()["errors"]


def test_a_usual_moment_is_accepted() -> None:
    assert DateTimeField().clean("2019-03-04T10:00").year == 2019
    assert api.DateField().run_validation("2019-03-04") == datetime.date(2019, 3, 4)


# --- references ---------------------------------------------------------------------------------
def context(user: Any) -> dict[str, Any]:
    return {"request": type("Request", (), {"user": user})()}


def test_records_of_many_rows_are_read_at_once(world, register):
    cases = [register() for _number in range(4)]
    user = world.fresh("caseworker")
    user.has_permission("warm up the roles")

    def queries_for(count: int) -> int:
        rows = [{"case": c.reference, "attendance": "present"} for c in cases[:count]]
        roll = RollIn(data={"marks": rows}, context=context(user))
        invite = InviteIn(data={"cases": [r["case"] for r in rows]}, context=context(user))
        with CaptureQueriesContext(connection) as seen:
            assert roll.is_valid()
            assert invite.is_valid()
        assert [row["case"] for row in roll.validated_data["marks"]] == cases[:count]
        assert invite.validated_data["cases"] == cases[:count]
        return len(seen)

    assert queries_for(4) == queries_for(1)


def test_among_many_rows_the_unknown_one_is_named(world, register):
    case, hidden = register(), register(office=world.oujda)
    data = {"cases": [case.reference.lower(), hidden.reference, 7, {"a": 1}]}
    invite = InviteIn(data=data, context=context(world.fresh("caseworker")))

    assert not invite.is_valid()
    messages = [str(error) for error in invite.errors["cases"]]
    assert any(hidden.reference in message for message in messages), messages


def test_a_case_is_read_forgivingly(world, register):
    case = register()
    field = CaseField()
    field._context = context(world.fresh("caseworker"))

    assert field.run_validation(f" {case.reference.lower().replace('-', ' ')} ") == case
