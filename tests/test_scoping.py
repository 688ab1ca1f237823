"""Every model with personal or programme data starts from ``visible_to`` (design §4.1)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models

from core.models import ScopedQuerySet
from tests import access_world

pytestmark = pytest.mark.django_db

OWN_APPS = {
    "accounts",
    "cases",
    "core",
    "partners",
    "programmes",
    "reference",
    "reintegration",
    "reports",
    "surveys",
    "training",
    "travel",
}
# Without a scope of their own, and why.
EXCEPTIONS = {
    "core.AuditEntry": "read on one page, by data protection officers",
    "core.AuditHead": "counters of the audit's chains",
    "core.IdempotencyKey": "found by person and key",
    "core.SentMail": "the demonstration's mail, absent elsewhere",
    "core.StagedUpload": "found by person and token",
    "programmes.Donor": "read through the programme",
    "reports.ReportFile": "read through the report, which is scoped",
    "reports.Release": "read through the report, which is scoped",
}
# Neither personal nor bound to a programme: read by everybody who has signed in, or by all staff.
SHARED = {
    "accounts.Office",
    "partners.Agreement",
    "partners.CityDuty",
    "partners.Organisation",
    "programmes.EligibilityRule",
    "programmes.GrantCeiling",
    "programmes.Programme",
    "programmes.TargetCountry",
    "reference.Country",
    "reference.Holiday",
    "reference.Language",
    "reference.Place",
    "reference.ReferralSource",
    "reference.RuleValue",
    "reference.Sector",
    "reference.Service",
    "reference.Vulnerability",
    "reintegration.KindExclusion",
    "surveys.Option",
    "surveys.Question",
    "surveys.Questionnaire",
    "training.ChecklistItem",
    "training.Equivalence",
    "training.Module",
    "training.ModuleVersion",
}
# Everybody sees the own account and roles.
OWN_ROWS = {"accounts.User", "accounts.Assignment"}
# What a donor may see besides: the reports released to it.
OF_THE_DONOR = {"reports.ReportRun"}
OUTSIDERS = ("focal_point_mali", "caseworker_oujda")


@pytest.fixture(scope="module")
def access(django_db_setup: None, django_db_blocker: Any) -> Iterator[access_world.AccessWorld]:
    with access_world.built(django_db_blocker) as built:
        yield built


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OWN_APPS]


def scoped() -> list[type[models.Model]]:
    """Models with personal or programme data."""
    return [m for m in own_models() if m._meta.label not in EXCEPTIONS.keys() | SHARED]


def seen(model: type[models.Model], user: Any) -> models.QuerySet:
    rows: models.QuerySet = model._default_manager.visible_to(user)  # type: ignore[attr-defined]
    return rows


def test_every_model_says_who_sees_its_rows() -> None:
    without = {
        model._meta.label
        for model in own_models()
        if getattr(type(model._default_manager.all()), "visible_to", ScopedQuerySet.visible_to)
        is ScopedQuerySet.visible_to
    }

    assert without == set(EXCEPTIONS)


def test_the_lists_name_models_that_exist() -> None:
    labels = {model._meta.label for model in own_models()}

    assert (EXCEPTIONS.keys() | SHARED | OWN_ROWS | OF_THE_DONOR) <= labels


def test_strangers_and_people_without_a_role_see_nothing(access: access_world.AccessWorld) -> None:
    wrong = []
    for model in scoped():
        if seen(model, AnonymousUser()).exists():
            wrong.append(f"{model._meta.label}: anonymous")
        rows = seen(model, access.person("nobody"))
        if model._meta.label in OWN_ROWS:
            rows = rows.exclude(pk=access.world.nobody.pk)
        if rows.exists():
            wrong.append(f"{model._meta.label}: nobody")
    assert wrong == []


def test_strangers_see_no_reference_data_either(access: access_world.AccessWorld) -> None:
    shared = [model for model in own_models() if model._meta.label in SHARED]

    assert [m._meta.label for m in shared if seen(m, AnonymousUser()).exists()] == []


def test_a_donor_sees_no_row_but_released_reports(access: access_world.AccessWorld) -> None:
    donor, other = access.person("donor"), access.person("other_donor")
    found = {
        model._meta.label
        for model in scoped()
        if model._meta.label not in OWN_ROWS and seen(model, donor).exists()
    }

    assert found == OF_THE_DONOR
    assert list(seen(type(access.rows["report"]), donor)) == [access.rows["report_released"]]
    assert not any(seen(m, other).exists() for m in scoped() if m._meta.label not in OWN_ROWS)


@pytest.mark.parametrize("name", OUTSIDERS)
def test_another_country_and_office_see_nothing_of_guinea_and_rabat(
    access: access_world.AccessWorld, name: str
) -> None:
    """Of every model that leads to a case, by whatever path, only their own case is left."""
    user, wrong, checked = access.person(name), [], 0
    own = access.rows["oujda"]
    for model in scoped():
        path = path_to_case(model)
        if path is None:
            continue
        checked += 1
        rows = seen(model, user)
        if rows.exclude(**{path: own.pk}).exclude(**{f"{path}__isnull": True}).exists():
            wrong.append(model._meta.label)
    assert wrong == []
    assert checked > 30


def path_to_case(model: type[models.Model], depth: int = 3) -> str | None:
    """The foreign keys from a model to its case: ``item__plan__case``."""
    if model._meta.label == "cases.Case":
        return "pk"
    if model._meta.label == "cases.Person":
        return "cases"
    for field in model._meta.concrete_fields if depth else ():
        if not field.is_relation or field.related_model._meta.app_label not in OWN_APPS:  # type: ignore[union-attr]
            continue
        if field.related_model._meta.label == "cases.Case":  # type: ignore[union-attr]
            return field.name
    for field in model._meta.concrete_fields if depth else ():
        if not field.is_relation or field.related_model in (model, None):
            continue
        if field.related_model._meta.label in {"accounts.User", "accounts.Office"}:  # type: ignore[union-attr]
            continue
        further = path_to_case(field.related_model, depth - 1)  # type: ignore[arg-type]
        if further not in (None, "pk"):
            return f"{field.name}__{further}"
    return None


def test_the_world_has_a_row_of_nearly_every_scoped_model(
    access: access_world.AccessWorld,
) -> None:
    """What has no row proves nothing: these few are made by other tests."""
    empty = {m._meta.label for m in scoped() if not m._default_manager.exists()}

    assert len(empty) <= 6, sorted(empty)
