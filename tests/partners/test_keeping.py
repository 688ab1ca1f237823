"""Administrators keep organisations, agreements and duties in the cities (R087, R203, R269)."""

import datetime

import pytest

from accounts.models import Assignment
from core.models import AuditEntry
from partners.models import Agreement, CityDuty, Organisation
from training.models import Edition, ModuleVersion
from training.policies import can_plan_edition, default_support

pytestmark = pytest.mark.django_db

FIRST, LAST = datetime.date(2019, 1, 1), datetime.date(2030, 12, 31)


@pytest.fixture
def administrator(world, sign_in):
    return sign_in(world.administrator)


@pytest.fixture
def agreement(world):
    return Agreement.objects.create(
        organisation=world.organisations["ccsm"],
        title="Basic needs",
        duties="Child care",
        starts_on=FIRST,
        ends_on=LAST,
    )


def form(key, record=None, **values):
    sent = {"idempotency_key": key} | values
    return sent if record is None else sent | {"record_version": record.version}


def added(administrator, **values):
    given = {"code": "amal", "name": "Association Amal", "kind": "training", "is_displayed": "on"}
    return administrator.post("/partners/new/", form("o1", **given | values))


def test_a_course_is_planned_for_an_organisation_that_was_added_on_the_pages(
    administrator, world, sign_in, today
):
    assert added(administrator)["Location"] == "/partners/amal/"
    amal = Organisation.objects.get(code="amal")
    until = today + datetime.timedelta(days=300)
    role = form(
        "r1",
        world.nobody,
        role="trainer",
        organisation=amal.pk,
        starts_on=today.isoformat(),
        ends_on=until.isoformat(),
    )
    administrator.post(f"/users/{world.nobody.pk}/roles/new/", role)
    assert Assignment.objects.get(user=world.nobody).organisation == amal

    course = form(
        "e1",
        module_version=ModuleVersion.objects.in_force(today).filter(module="business").first().pk,
        office="rabat",
        trainer_organisation="amal",
        starts_on=(today + datetime.timedelta(days=7 - today.weekday())).isoformat(),
        capacity="15",
    )
    answer = sign_in(world.programme_manager).post("/editions/plan/", course)

    edition = Edition.objects.get(trainer_organisation=amal)
    assert answer["Location"] == edition.get_absolute_url()
    assert sign_in(world.fresh("nobody")).get(answer["Location"]).status_code == 200


def test_a_code_is_taken_once_and_never_an_address(administrator, world):
    for code, words in (("cerf", "already exists"), ("new", "Choose another code.")):
        page = added(administrator, code=code)

        assert page.status_code == 422
        assert words in page.content.decode()


def test_an_organisation_is_corrected_and_retired(administrator, world):
    cerf = world.organisations["cerf"]
    values = {"name": "CERF Maroc", "kind": "training", "is_displayed": "on"}

    administrator.post("/partners/cerf/change/", form("c1", cerf, **values))

    cerf.refresh_from_db()
    assert (cerf.name, cerf.is_active, cerf.version) == ("CERF Maroc", False, 2)
    assert "CERF Maroc" not in administrator.get("/users/new/").content.decode()
    assert "ASTICUDE" in administrator.get("/users/new/").content.decode()
    late = administrator.post("/partners/cerf/change/", form("c2", version_of(cerf, 1), **values))
    assert late.status_code == 409


def version_of(record, version):
    record.version = version
    return record


def test_an_agreement_is_added_once_changed_and_ended(administrator, world):
    values = {"title": "Courses", "duties": "Teach", "starts_on": FIRST, "ends_on": LAST}
    sent = form("a1", world.organisations["cerf"], **values)
    for _ in range(2):
        assert administrator.post("/partners/cerf/agreements/new/", sent).status_code == 302
    agreement = Agreement.objects.get(title="Courses")

    wrong = values | {"ends_on": "2018-01-01"}
    page = administrator.post(f"/agreements/{agreement.pk}/change/", form("a2", agreement, **wrong))
    assert "The end lies before the beginning." in page.content.decode()

    values["title"] = "Courses and exams"
    administrator.post(f"/agreements/{agreement.pk}/change/", form("a3", agreement, **values))
    agreement.refresh_from_db()
    assert (agreement.title, agreement.version) == ("Courses and exams", 2)

    end = {"ends_on": "2019-06-30", "reason": "Funds ended"}
    administrator.post(f"/agreements/{agreement.pk}/end/", form("a4", agreement, **end))
    agreement.refresh_from_db()
    assert agreement.ends_on == datetime.date(2019, 6, 30)
    entry = AuditEntry.objects.filter(model="partners.agreement").latest("id")
    assert (entry.reason, entry.changes["ends_on"][0]) == ("Funds ended", "2030-12-31")

    longer = end | {"ends_on": "2020-01-01"}
    page = administrator.post(f"/agreements/{agreement.pk}/end/", form("a5", agreement, **longer))
    assert "Change its dates instead." in page.content.decode()


def test_a_duty_counts_in_its_days_only(administrator, world, agreement):
    url = f"/agreements/{agreement.pk}/duties/new/"
    duty = {"office": world.rabat.pk, "duty": "support"}
    page = administrator.post(url, form("d1", agreement, **duty, starts_on="2018-12-31"))
    assert "Choose a day within the agreement&#x27;s dates." in page.content.decode()

    administrator.post(url, form("d2", agreement, **duty, starts_on="2019-03-01"))
    row = CityDuty.objects.get()
    again = administrator.post(url, form("d3", agreement, **duty))
    assert "names this duty in this city already" in again.content.decode()
    end = {"ends_on": "2019-06-30", "reason": "Moved away"}
    administrator.post(f"/city-duties/{row.pk}/end/", form("d4", row, **end))

    days = [datetime.date(2019, *day) for day in ((2, 28), (3, 1), (6, 30), (7, 1))]
    ccsm = world.organisations["ccsm"]
    assert [default_support(world.rabat, day) for day in days] == [None, ccsm, ccsm, None]
    row.refresh_from_db()
    assert [row.runs_on(day) for day in days] == [False, True, True, False]
    assert "End the duty" not in administrator.get("/partners/ccsm/").content.decode()
    assert administrator.post(url, form("d5", agreement, **duty, starts_on="2019-08-01"))[
        "Location"
    ] == ("/partners/ccsm/")


def test_a_coordinator_plans_in_the_city_while_the_duty_lasts(administrator, world, agreement):
    Agreement.objects.update(organisation=world.organisations["asticude"])
    CityDuty.objects.create(
        agreement=agreement, office=world.rabat, duty="lead", ends_on=datetime.date(2019, 6, 30)
    )
    coordinator, cerf = world.fresh("partner_coordinator"), world.organisations["cerf"]

    def can_plan(day):
        return can_plan_edition(coordinator, office=world.rabat, trainer_organisation=cerf, on=day)

    assert can_plan(datetime.date(2019, 6, 30))
    assert not can_plan(datetime.date(2019, 7, 1))


def test_only_administrators_are_offered_to_change_partners(
    administrator, world, agreement, sign_in
):
    reader = sign_in(world.programme_manager)

    for url in ("/partners/", "/partners/ccsm/"):
        assert "Add an " in administrator.get(url).content.decode()
        assert "Add an " not in reader.get(url).content.decode()
