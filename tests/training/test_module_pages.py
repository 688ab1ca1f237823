"""Pages of the catalogue."""

import datetime

import pytest

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


def test_only_a_manager_changes_the_catalogue(trainer):
    assert trainer.get(page("module-list")).status_code == 200
    assert trainer.get(page("version-add", "business")).status_code == 403
