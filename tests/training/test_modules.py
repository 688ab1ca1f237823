"""The catalogue: what is in force when, equivalences, retirement."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core.exceptions import Refused
from tests.training.figures import people_by_group
from training import policies, services
from training.enums import EditionStatus
from training.models import Enrolment, Equivalence, Module, ModuleVersion

D = datetime.date
pytestmark = pytest.mark.django_db


def codes(day):
    return set(ModuleVersion.objects.in_force(day).values_list("module", flat=True))


@pytest.mark.req("R071")
def test_the_catalogue_is_that_of_the_day():
    assert codes(D(2018, 10, 1)) == {
        "life_skills",
        "soft_skills",
        "entrepreneurship",
        "commercialization",
    }
    versions = ModuleVersion.objects.in_force(D(2019, 2, 1))
    assert {(v.module_id, v.days) for v in versions.filter(is_preparatory=True)} == {
        ("personal_development", 5),
        ("business", 9),
    }
    assert {(v.module_id, v.days) for v in versions.filter(is_vocational=True)} == {
        ("agriculture", 9),
        ("handicraft", 9),
    }
    assert codes(D(2018, 7, 31)) == set()


def test_a_preparatory_group_is_done_whole_or_in_all_its_parts():
    worth = policies.wholes()

    assert policies.groups_missing({"life_skills", "soft_skills"}, worth) == ["business"]
    assert policies.groups_missing({"life_skills", "business"}, worth) == ["personal_development"]
    assert policies.groups_missing({"personal_development", "business"}, worth) == []
    assert (
        policies.groups_missing(
            {"personal_development", "entrepreneurship", "commercialization"}, worth
        )
        == []
    )


def test_a_module_is_a_part_of_one_that_counts_under_the_same_group():
    for row in Equivalence.objects.all():
        row.full_clean(validate_unique=False, validate_constraints=False)

    wrong = Equivalence(part_id="life_skills", whole_id="business")
    with pytest.raises(ValidationError, match="different groups"):
        wrong.full_clean()


@pytest.mark.req("R092")
def test_retiring_the_technical_modules_leaves_earlier_figures_unchanged(
    world, ready, orient, complete
):
    case = ready()
    orient(case)
    complete(case, "personal_development", D(2019, 6, 10))
    complete(case, "business", D(2019, 7, 1))
    complete(case, "handicraft", D(2019, 9, 2))
    before = people_by_group(Enrolment.objects.trained_by(D(2019, 12, 31)))

    for module in ("agriculture", "handicraft"):
        services.retire_version(
            ModuleVersion.objects.get(module=module),
            from_on=D(2020, 4, 1),
            reason="Found less relevant by the evaluation",
            by=world.programme_manager,
        )

    assert codes(D(2020, 3, 31)) >= {"agriculture", "handicraft"}
    assert codes(D(2020, 4, 1)) == {"personal_development", "business"}
    after = people_by_group(Enrolment.objects.trained_by(D(2019, 12, 31)))
    assert after == before == {"personal_development": 1, "business": 1, "handicraft": 1}


def test_a_retired_module_is_not_planned_any_more(world, edition):
    version = ModuleVersion.objects.get(module="handicraft")
    planned = edition("handicraft", starts_on=D(2020, 5, 4))
    with pytest.raises(ValidationError, match=planned.reference):
        services.retire_version(
            version, from_on=D(2020, 4, 1), reason="Evaluation", by=world.programme_manager
        )
    services.cancel_edition(planned, reason="Retired", by=world.fresh("programme_manager"))
    assert planned.steps.last().to_status == EditionStatus.CANCELLED
    services.retire_version(
        version, from_on=D(2020, 4, 1), reason="Evaluation", by=world.programme_manager
    )

    version.refresh_from_db()
    with pytest.raises(ValidationError, match="not in force"):
        edition("handicraft", module_version=version, starts_on=D(2020, 5, 4))


def test_a_new_version_ends_the_one_before(world):
    module = Module.objects.get(pk="business")

    version = services.add_version(
        module,
        valid_from=D(2020, 7, 1),
        days=6,
        is_preparatory=True,
        reason="Shorter",
        by=world.programme_manager,
    )

    assert version.number == 2
    assert ModuleVersion.objects.in_force(D(2020, 6, 30)).get(module=module).days == 9
    assert ModuleVersion.objects.in_force(D(2020, 7, 1)).get(module=module).days == 6


def test_two_versions_of_a_module_are_never_in_force_together(world):
    module = Module.objects.get(pk="business")

    with pytest.raises(ValidationError, match="when the last version began"):
        services.add_version(module, valid_from=D(2018, 12, 1), days=6, by=world.programme_manager)
    overlapping = ModuleVersion(
        module=module, number=5, valid_from=D(2018, 12, 1), valid_until=D(2019, 2, 1), days=3
    )
    with pytest.raises(ValidationError, match="Another version"):
        overlapping.full_clean()


@pytest.mark.req("R071")
def test_a_mistake_in_the_catalogue_is_corrected_until_a_course_has_used_it(world, edition):
    by = world.fresh("programme_manager")
    module = services.add_module(
        code="tailoring",
        label_fr="Coutur",
        label_en="Tailoring",
        label_ar="خياطة",
        group="handicraft",
        by=by,
    )
    version = services.add_version(
        module, valid_from=D(2019, 1, 1), days=8, is_vocational=True, by=by, reason="New"
    )
    labels = {"label_fr": "Couture", "label_en": "Tailoring", "label_ar": "خياطة"}
    content = {
        "completion_percent": 80,
        "aims_fr": "Coudre",
        "aims_en": "Sew",
        "aims_ar": "خياطة",
        "is_preparatory": False,
        "is_vocational": True,
    }
    with pytest.raises(Refused):
        services.correct_module(
            module, **labels, group="handicraft", reason="Typo", by=world.fresh("caseworker")
        )

    module = services.correct_module(module, **labels, group="agriculture", reason="Typo", by=by)
    version = services.correct_version(version, **content, days=9, reason="Nine days", by=by)

    assert (module.label_fr, module.group, version.days) == ("Couture", "agriculture", 9)
    edition(module_version=version, criteria=["Has a project"])
    version = services.correct_version(
        version, **content | {"aims_en": "To sew"}, days=9, reason="Typo", by=by
    )
    assert version.aims_en == "To sew"
    with pytest.raises(ValidationError, match="planned by it already"):
        services.correct_version(version, **content, days=8, reason="Eight", by=by)
    with pytest.raises(ValidationError, match="planned by it already"):
        services.correct_module(module, **labels, group="handicraft", reason="Other", by=by)


@pytest.mark.req("R092")
def test_a_retirement_by_mistake_is_taken_back_unless_a_later_version_stands(world):
    by = world.fresh("programme_manager")
    version = services.retire_version(
        ModuleVersion.objects.get(module="handicraft"),
        from_on=D(2020, 4, 1),
        reason="Evaluation",
        by=by,
    )

    version = services.take_back_retirement(version, reason="Wrong module", by=by)

    assert version.valid_until is None
    with pytest.raises(ValidationError, match="not retired"):
        services.take_back_retirement(version, reason="Again", by=by)
    services.add_version(version.module, valid_from=D(2020, 7, 1), days=6, by=by, reason="Shorter")
    version.refresh_from_db()
    with pytest.raises(ValidationError, match="Another version"):
        services.take_back_retirement(version, reason="Still wrong", by=by)


@pytest.mark.req("R072")
def test_equivalences_are_set_within_a_group(world, call):
    by, module = world.fresh("programme_manager"), Module.objects.get(pk="personal_development")
    parts = Module.objects.filter(pk__in=["life_skills"])

    services.set_equivalences(module, parts=parts, reason="Soft skills were no part", by=by)

    assert list(module.parts.values_list("part", flat=True)) == ["life_skills"]
    found = call("caseworker", "get", "modules/?on=2019-07-01").json()["results"]
    (row,) = [row for row in found if row["code"] == "personal_development"]
    assert row["parts"] == ["life_skills"]
    with pytest.raises(ValidationError, match="different groups"):
        services.set_equivalences(
            module, parts=Module.objects.filter(pk="entrepreneurship"), reason="Wrong", by=by
        )
