"""Conditions of a programme are changed on its page, each with its days (R217)."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core.exceptions import Refused
from core.models import AuditAction, AuditEntry
from programmes import services
from programmes.models import EligibilityRule

pytestmark = pytest.mark.django_db

URL = "/programmes/FORAS/conditions/new/"
SPRING, LATER = datetime.date(2019, 3, 1), datetime.date(2019, 7, 1)


@pytest.fixture
def manager(world, sign_in):
    return sign_in(world.programme_manager)


@pytest.fixture
def add(world, manager):
    def _add(key="a", **values):
        given = {"kind": "min_age", "from_on": "2019-03-01", "reason": "Steering committee"}
        sent = {"idempotency_key": key, "record_version": world.foras.version}
        return manager.post(URL, sent | given | values)

    return _add


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.mark.req("R217")
def test_the_case_says_which_condition_of_the_page_decided(add, world, register, sign_in):
    assert add(age="18")["Location"] == "/programmes/FORAS/"
    assert add("b", kind="excluded_nationality", nationality="NG")["Location"]

    born = datetime.date(2004, 1, 1)
    child = register(birth_on=born, registered_on=SPRING)
    other = register(nationality=world.country("NG"), registered_on=SPRING)
    adult = register(registered_on=SPRING)
    before = register(birth_on=born, registered_on=datetime.date(2019, 2, 28))

    codes = [case.programme and case.programme.code for case in (child, other, adult, before)]
    assert codes == [None, None, "FORAS", "FORAS"]
    browser = sign_in(world.caseworker)
    for case, words in (
        (child, "<strong>FORAS</strong> The person is younger than 18."),
        (other, "<strong>FORAS</strong> This nationality is not covered by the programme."),
        (adult, "<strong>FORAS</strong> All conditions of the programme are met."),
    ):
        assert words in text_of(browser.get(case.get_absolute_url()))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Enter the age in years for this condition."),
        ({"age": "130"}, "less than or equal to 120"),
        ({"age": "18", "nationality": "NG"}, "This condition is not about nationality."),
        ({"kind": "excluded_nationality"}, "Choose the nationality for this condition."),
        ({"kind": "once_only", "age": "18"}, "This condition is not about age."),
        ({"age": "18", "from_on": "2016-01-01"}, "within the programme"),
        ({"age": "18", "until_on": "2019-02-01"}, "The end lies before the beginning."),
    ],
)
def test_a_value_that_the_condition_does_not_take_is_refused(add, values, words):
    page = add(**values)

    assert page.status_code == 422
    assert words in text_of(page)
    assert not EligibilityRule.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [("min_age", "old"), ("max_age", ""), ("excluded_nationality", "XX"), ("once_only", "1")],
)
def test_the_service_checks_the_value_by_its_kind(world, kind, value):
    with pytest.raises(ValidationError) as refusal:
        services.add_condition(
            world.foras,
            kind=kind,
            value=value,
            from_on=SPRING,
            reason="x",
            by=world.programme_manager,
        )

    assert "value" in refusal.value.message_dict


def test_a_condition_ends_with_its_last_day_and_the_history_keeps_it(add, manager, register):
    add(age="18")
    rule = EligibilityRule.objects.get()
    sent = {"idempotency_key": "e", "record_version": rule.version, "reason": "Amendment"}

    early = manager.post(f"/conditions/{rule.pk}/end/", sent | {"last_on": "2019-02-01"})
    assert "The end lies before the beginning." in text_of(early)
    manager.post(f"/conditions/{rule.pk}/end/", sent | {"last_on": "2019-06-30"})

    born = datetime.date(2004, 1, 1)
    assert register(birth_on=born, registered_on=LATER).programme is not None
    assert register(birth_on=born, registered_on=SPRING).programme is None
    entry = AuditEntry.objects.filter(model="programmes.eligibilityrule").latest("id")
    assert (entry.reason, entry.changes["valid_until"]) == ("Amendment", [None, "2019-06-30"])
    page = text_of(manager.get("/programmes/FORAS/"))
    assert "Minimum age in years 18" in page
    assert "End the condition" not in page


def test_a_condition_added_by_mistake_is_taken_back_before_it_counts(add, manager, today):
    add(age="18", from_on=today.isoformat())
    rule = EligibilityRule.objects.get()
    sent = {"idempotency_key": "t", "record_version": rule.version, "reason": "Not decided"}
    manager.post(f"/conditions/{rule.pk}/take-back/", sent)
    entry = AuditEntry.objects.get(model="programmes.eligibilityrule", action=AuditAction.DELETE)
    assert entry.reason == "Not decided"

    add("b", age="18")
    rule = EligibilityRule.objects.get()
    late = manager.post(f"/conditions/{rule.pk}/take-back/", sent | {"idempotency_key": "u"})
    assert "End it instead." in text_of(late)


@pytest.mark.parametrize("person", ["other_manager", "caseworker", "donor", "administrator"])
def test_nobody_but_its_own_manager_changes_conditions(world, person):
    with pytest.raises(Refused):
        services.add_condition(
            world.foras,
            kind="once_only",
            value="",
            from_on=SPRING,
            reason="x",
            by=world.fresh(person),
        )
