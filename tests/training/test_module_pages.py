"""Pages of the catalogue."""

import datetime

import pytest

from reference.services import set_rule
from tests.training.test_session_pages import page, post
from training.models import ModuleVersion

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(sign_in, world):
    return sign_in(world.programme_manager)


@pytest.fixture
def trainer(sign_in, world):
    return sign_in(world.trainer)


@pytest.mark.req("R071")
def test_the_catalogue_page_shows_the_modules_of_a_day(sign_in, world):
    client = sign_in(world.evaluator)

    first = client.get(page("module-list"), {"on": "2018-10-01"}).context["versions"]
    second = client.get(page("module-list"), {"on": "2019-02-01"}).context["versions"]

    assert len(first) == 4
    assert [v.is_preparatory for v in second] == [True, True, False, False]
    assert "2019-13-01" in client.get(page("module-list"), {"on": "2019-13-01"}).content.decode()


@pytest.mark.req("R071")
def test_a_module_that_the_catalogue_lacks_is_added_with_its_first_version(
    manager, trainer, sign_in, world
):
    url = page("module-add")
    assert url in manager.get(page("module-list")).content.decode()
    assert url not in trainer.get(page("module-list")).content.decode()
    given = {
        "code": "digital",
        "label_fr": "Outils numériques",
        "label_en": "Digital tools",
        "label_ar": "الأدوات الرقمية",
        "group": "business",
    }

    response = post(manager, url, **given)
    assert response.url == page("version-add", "digital")
    assert not ModuleVersion.objects.filter(module="digital").exists()
    first = {"valid_from": "2021-01-01", "days": 4, "reason": "Asked for"}
    words = {"aims_fr": "Écrire", "aims_en": "Writing", "aims_ar": "الكتابة"}
    assert post(manager, response.url, **first, **words).status_code == 302

    assert ModuleVersion.objects.in_force(D(2021, 2, 1)).get(module="digital").number == 1
    again = post(manager, url, **given)
    assert "code" in again.context["form"].errors
    assert post(manager, url, **given | {"code": "não"}).status_code == 422


def test_a_module_shows_its_versions_and_what_it_is_worth(manager):
    text = manager.get(page("module-detail", "personal_development")).content.decode()

    assert "Life skills + Soft skills" in text
    assert page("version-retire", "personal_development", 1) in text


def test_a_version_is_retired_and_followed_by_another(manager):
    url = page("version-retire", "handicraft", 1)
    response = post(manager, url, from_on="2020-04-01", reason="Found less relevant")
    assert response.url == page("module-detail", "handicraft")
    assert ModuleVersion.objects.get(module="handicraft").valid_until == D(2020, 3, 31)

    response = post(
        manager,
        page("version-add", "handicraft"),
        valid_from="2021-01-01",
        days=4,
        reason="Asked for again",
    )
    assert response.status_code == 302
    assert ModuleVersion.objects.in_force(D(2021, 2, 1)).get(module="handicraft").days == 4


def test_a_new_version_begins_with_the_length_of_the_rule(manager, world, today):
    set_rule("module_days_business", value=7, from_on=today, note="x", by=world.administrator)

    form = manager.get(page("version-add", "business")).context["form"]

    assert form["days"].value() == 7


def test_only_a_manager_changes_the_catalogue(trainer):
    assert trainer.get(page("module-list")).status_code == 200
    assert trainer.get(page("version-add", "business")).status_code == 403
