"""The programme of a case follows decisions recorded afterwards, and corrections (R019, R217)."""

import datetime

import pytest

from cases import services
from cases.models import Case
from core.exceptions import Refused
from core.models import AuditEntry
from programmes import services as programme_services
from programmes.models import EligibilityKind, EligibilityRule

pytestmark = pytest.mark.django_db

JANUARY = datetime.date(2019, 1, 1)


@pytest.fixture
def togolese(world, register):
    """Somebody registered before anybody recorded that Togo is covered."""

    def _togolese(**values):
        given = {
            "country": world.country("TG"),
            "nationality": world.country("TG"),
            "registered_on": datetime.date(2019, 1, 15),
        }
        return register(**given | values)

    return _togolese


@pytest.fixture
def cover_togo(world):
    def _cover():
        return programme_services.add_target_country(
            world.foras,
            country=world.country("TG"),
            from_on=JANUARY,
            note="Steering committee, recorded on 1 March",
            by=world.programme_manager,
        )

    return _cover


def counted(world):
    """Cases of the programme in the figures of its officer of evaluation."""
    return set(Case.objects.countable_by(world.fresh("me_officer")))


def test_a_decision_recorded_afterwards_reaches_who_was_registered_in_between(
    world, togolese, cover_togo, sign_in
):
    case, earlier = togolese(), togolese(registered_on=datetime.date(2018, 12, 31))
    cover_togo()
    assert counted(world) == set()
    manager, url = sign_in(world.programme_manager), "/programmes/FORAS/cases/assign/"
    page = " ".join(manager.get(url).content.decode().split())
    assert 'covered now</dt> <dd class="typed"><bdi>1</bdi>' in page

    sent = {"idempotency_key": "a", "record_version": world.foras.version}
    answer = manager.post(url, sent, follow=True)

    assert "1 case now belongs to the programme." in answer.content.decode()
    assert counted(world) == {case}
    earlier.refresh_from_db()
    assert earlier.programme is None
    entry = AuditEntry.objects.filter(model="cases.case").latest("id")
    assert entry.actor == world.programme_manager
    assert entry.changes[str(case.pk)]["programme_id"] == [None, world.foras.pk]
    again = manager.post(url, sent | {"idempotency_key": "b"}, follow=True)
    assert "0 cases now belong to the programme." in again.content.decode()


def test_conditions_are_asked_and_who_has_a_programme_keeps_it(world, togolese, cover_togo):
    EligibilityRule.objects.create(
        programme=world.foras, kind=EligibilityKind.MIN_AGE, value="18", valid_from=JANUARY
    )
    child = togolese(birth_on=datetime.date(2005, 1, 1))
    elsewhere, adult = togolese(programme=world.programmes["OTHER"]), togolese()
    cover_togo()

    assigned = services.assign_programme_many(world.foras, by=world.programme_manager)

    assert assigned == [adult]
    assert Case.objects.get(pk=adult.pk).version == adult.version + 1
    assert Case.objects.get(pk=child.pk).programme is None
    assert Case.objects.get(pk=elsewhere.pk).programme.code == "OTHER"


def test_nobody_is_taken_in_twice_where_the_programme_helps_once(world, togolese, cover_togo):
    EligibilityRule.objects.create(
        programme=world.foras, kind=EligibilityKind.ONCE_ONLY, valid_from=JANUARY
    )
    first, second = togolese(), togolese(registered_on=datetime.date(2019, 2, 1))
    Case.objects.filter(pk=second.pk).update(person=first.person)
    cover_togo()

    assert services.assign_programme_many(world.foras, by=world.programme_manager) == [first]


@pytest.mark.parametrize("person", ["other_manager", "caseworker", "administrator", "me_officer"])
def test_only_its_manager_takes_people_into_a_programme(world, person):
    with pytest.raises(Refused):
        services.assign_programme_many(world.foras, by=world.fresh(person))


def correct(world, case, *, person=None, **values):
    return services.correct_registration(
        case,
        person={"birth_on": case.person.birth_on} | (person or {}),
        values={"country": case.country} | values,
        by=world.fresh("caseworker"),
        reason="Misheard",
    )


def test_a_correction_before_the_first_step_decides_the_programme_anew(world, togolese, register):
    case = register()
    togo, guinea = world.country("TG"), world.country("GN")

    assert correct(world, case, country=togo).programme is None
    assert correct(world, Case.objects.get(pk=case.pk), country=guinea).programme == world.foras


def test_a_correction_of_something_else_leaves_the_programme(world, togolese, cover_togo):
    case = togolese()
    cover_togo()

    corrected = correct(world, case, children_in_care=2)

    assert corrected.programme is None


def test_later_the_page_says_that_the_conditions_no_longer_hold(world, ready, sign_in):
    EligibilityRule.objects.create(
        programme=world.foras, kind=EligibilityKind.MAX_AGE, value="35", valid_from=JANUARY
    )
    case = ready()
    browser = sign_in(world.caseworker)
    words = "The conditions of FORAS no longer hold"
    assert words not in browser.get(case.get_absolute_url()).content.decode()
    services.advance(
        case, to="oriented", on=datetime.date(2019, 3, 11), by=world.fresh("caseworker")
    )

    correct(world, case, person={"birth_on": datetime.date(1960, 5, 5)})

    case.refresh_from_db()
    assert case.programme == world.foras
    page = browser.get(case.get_absolute_url()).content.decode()
    assert words in page
    assert "The person is older than 35." in page


def test_the_interface_gives_each_programme_with_the_rule_that_decided(world, register, sign_in):
    url = f"/api/v1/cases/{register(country=world.country('TG')).reference}/eligibility/"

    rows = sign_in(world.caseworker).get(url).json()["results"]

    reasons = {row["programme"]: (row["eligible"], row["reason"]) for row in rows}
    words = "The country of origin is not covered by this programme on that day."
    assert reasons["FORAS"] == (False, words)
    assert sign_in(world.caseworker_oujda).get(url).status_code == 404
