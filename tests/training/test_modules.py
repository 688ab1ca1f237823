"""The catalogue: what is in force when, equivalences, retirement."""

import datetime

import pytest
from django.core.exceptions import ValidationError

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
    before = Enrolment.objects.trained_by(D(2019, 12, 31)).people_by_group()

    for module in ("agriculture", "handicraft"):
        services.retire_version(
            ModuleVersion.objects.get(module=module),
            from_on=D(2020, 4, 1),
            reason="Found less relevant by the evaluation",
            by=world.programme_manager,
        )

    assert codes(D(2020, 3, 31)) >= {"agriculture", "handicraft"}
    assert codes(D(2020, 4, 1)) == {"personal_development", "business"}
    after = Enrolment.objects.trained_by(D(2019, 12, 31)).people_by_group()
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
