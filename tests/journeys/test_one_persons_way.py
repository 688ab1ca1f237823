"""One person's whole way, from the referral to the donor's PDF, in French, in a real browser."""

import datetime
import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest
from celery.contrib.testing.worker import start_worker
from celery.signals import task_postrun
from django.db import connections
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from accounts.models import User
from avrr.celery import app
from cases.enums import CaseStatus
from cases.models import Case, Referral
from partners.models import Agreement, CityDuty
from reintegration.enums import ItemStatus, PlanStatus
from reintegration.models import AssistanceItem, Plan
from reports.models import ReportRun
from surveys.models import Response
from tests import personas
from tests.journeys.conftest import Visitor
from training.days import days_of
from training.models import Edition, Enrolment, ModuleVersion, OrientationSession
from travel.models import CHECK_ITEMS, Journey

D = datetime.date
ONE_DAY = datetime.timedelta(days=1)
ANSWERS = Path(__file__).parent.parent / "surveys" / "worked_examples.json"

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]


@pytest.fixture
def setting(transactional_db: None) -> personas.World:
    """Everybody reads French; a consortium teaches in Rabat."""
    world = personas.build()
    User.objects.filter(is_system=False).update(language="fr")
    for code, duty in (("asticude", CityDuty.Duty.LEAD), ("cerf", CityDuty.Duty.TRAINING)):
        agreement = Agreement.objects.create(
            organisation=world.organisations[code],
            title="Consortium",
            duties="Courses",
            starts_on=D(2025, 1, 1),
            ends_on=D(2027, 12, 31),
        )
        CityDuty.objects.create(agreement=agreement, office=world.rabat, duty=duty)
    return world


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """A Celery worker at the real broker, with the database of the test."""

    def hang_up(**_task: Any) -> None:
        connections.close_all()

    task_postrun.connect(hang_up)
    app.control.purge()
    with start_worker(app, pool="solo", perform_ping_check=False):
        yield
    task_postrun.disconnect(hang_up)


class Way:
    """The one person, and everybody who helps them."""

    def __init__(self, visit: Callable[..., Visitor], calendar: Callable[..., D]) -> None:
        self.visit = visit
        self.day = calendar
        self.visitors: dict[str, Visitor] = {}
        self.reference = ""

    def by(self, name: str) -> Visitor:
        """The browser of one of the world's people; everybody signs in once."""
        if name not in self.visitors:
            self.visitors[name] = self.visit(f"{name}@example.org")
            assert self.visitors[name].page.locator("html").get_attribute("lang") == "fr"
        return self.visitors[name]

    @property
    def case(self) -> Case:
        return Case.objects.get(reference=self.reference)

    def is_at(self, status: CaseStatus) -> None:
        """The case stands at this step of its way."""
        assert self.case.status == status


@pytest.fixture
def way(visit: Callable[..., Visitor], calendar: Callable[..., D], setting: Any) -> Way:
    return Way(visit, calendar)


@pytest.mark.req("R002")
def test_one_person_goes_from_a_referral_to_the_donors_report(way, worker):
    is_referred(way, D(2025, 9, 1))
    is_registered(way)
    is_not_registered_twice(way)
    is_oriented(way, D(2025, 9, 2))
    edition = is_enrolled(way, D(2025, 9, 3), starts_on=D(2025, 9, 8))
    earliest = begins_the_course(way, edition)
    plans_the_journey(way, edition, earliest)
    ends_the_course(way, edition)
    is_handed_over(way)
    departs(way, earliest)
    arrives(way, earliest + ONE_DAY)
    is_contacted(way, earliest + 3 * ONE_DAY)
    plan = has_a_plan(way)
    is_paid_for(way, plan)
    is_followed_up(way, earliest + 200 * ONE_DAY)
    is_counted(way)


def in_french(day: D) -> str:
    with translation.override("fr"):
        return date_format(day)


def is_referred(way: Way, day: D) -> None:
    way.day(day)
    referrer = way.by("referrer")
    referrer.go("/referrals/new/")
    office = referrer.page.locator("[name=office] option", has_text="Rabat")
    referrer.send(
        family_name="Diallo",
        given_name="Ibrahima",
        sex="male",
        nationality="GN",
        phone="+212600112233",
        office=office.get_attribute("value"),
        reason="Souhaite rentrer",
    )
    referral = Referral.objects.get()
    assert referrer.path == reverse("cases:referral-detail", args=[referral.reference])
    referrer.go("/cases/", status=403)


def is_registered(way: Way) -> None:
    referral = Referral.objects.get()
    clerk = way.by("clerk")
    clerk.go("/referrals/")
    clerk.press(f'main a[href*="{referral.reference}"]')
    clerk.press(f'main a[href*="referral={referral.reference}"]')
    assert clerk.page.input_value("[name=family_name]") == "Diallo"
    clerk.enter(
        birth_on="1996-04-12",
        country="GN",
        wished_travel_on="2025-09-20",
        declaration_signed_on="2025-09-02",
    )
    for purpose in ("processing", "share_with_origin", "training_partner", "follow_up"):
        clerk.enter_one(f"consent_{purpose}", "given")
    # a declaration of tomorrow is refused, and nothing typed is lost
    clerk.refused()
    assert clerk.page.input_value("[name=birth_on]") == "1996-04-12"
    assert not Case.objects.exists()
    clerk.send(declaration_signed_on="2025-09-01")
    way.reference = Case.objects.get().reference
    assert clerk.path == f"/cases/{way.reference}/"
    assert clerk.reads("Diallo")
    assert clerk.reads("FORAS")
    way.is_at(CaseStatus.REGISTERED)
    referrer = way.by("referrer")
    referrer.go(f"/referrals/{referral.reference}/")
    assert not referrer.reads(way.reference)
    way.by("focal_point").go(f"/cases/{way.reference}/", status=404)


def is_not_registered_twice(way: Way) -> None:
    """Another spelling, the same year of birth: the earlier case is offered first."""
    clerk = way.by("clerk")
    clerk.go("/cases/new/")
    clerk.refused(
        family_name="DIALO",
        given_name="Ibrahim",
        birth_on="1996-01-01",
        nationality="GN",
        country="GN",
    )
    assert clerk.reads(way.reference)
    assert clerk.page.input_value("[name=given_name]") == "Ibrahim"
    assert Case.objects.count() == 1


def registers_another(way: Way, *, family_name: str, country: str) -> str:
    """Somebody else at the same point; their reference."""
    clerk = way.by("clerk")
    clerk.does("/cases/new/", family_name=family_name, nationality=country, country=country)
    return Case.objects.get(person__family_name=family_name).reference


def is_oriented(way: Way, day: D) -> None:
    caseworker = way.by("caseworker")
    caseworker.does("/orientation-sessions/plan/", starts_at=f"{day}T10:00", room="Salle 1")
    session = OrientationSession.objects.get()
    page = f"/orientation-sessions/{session.reference}/"
    assert caseworker.path == page
    others = [
        registers_another(way, family_name="Traoré", country="ML"),
        registers_another(way, family_name="Ndiaye", country="SN"),
    ]
    caseworker.go(f"{page}invite/")
    complaint = caseworker.refused(cases=[way.reference, *others])
    assert "nationalités" in complaint
    assert not session.invitations.exists()
    caseworker.go(f"{page}invite/")
    caseworker.send(cases=[way.reference])
    invitation = session.invitations.get()
    roll = {f"attendance_{invitation.pk}": "present"}
    caseworker.go(f"{page}roll-call/")
    caseworker.refused(**roll)  # the day has not come
    way.day(day)
    caseworker.does(f"{page}roll-call/", **roll)
    way.is_at(CaseStatus.ORIENTED)
    outcomes = ["personal_development", "documents"]
    caseworker.does(f"{page}outcomes/", **{f"outcomes_{invitation.pk}": outcomes})
    caseworker.go(f"{page}checklist/")
    for box in caseworker.page.locator("main [name=items]").all():
        box.check()
    caseworker.send()
    answers_the_feedback(caseworker, f"{page}feedback/", way.reference)
    caseworker.does(f"{page}close/")
    session.refresh_from_db()
    assert session.status == "closed"


def answers_the_feedback(person: Visitor, path: str, participant: str) -> None:
    """The first answer to every question with a choice."""
    person.go(path)
    person.enter(participant=participant)
    for fieldset in person.page.locator("main fieldset:has(input[type=radio])").all():
        fieldset.locator("input[type=radio]").first.check()
    person.send()


def is_enrolled(way: Way, day: D, *, starts_on: D) -> Edition:
    way.day(day)
    version = (
        ModuleVersion.objects.in_force(starts_on)
        .filter(module__group="personal_development", is_vocational=False)
        .order_by("days")[0]
    )
    coordinator = way.by("partner_coordinator")
    coordinator.does(
        "/editions/plan/",
        module_version=version.pk,
        office="rabat",
        starts_on=starts_on,
        trainer_organisation="cerf",
        capacity=12,
    )
    edition = Edition.objects.get()
    assert coordinator.path == f"/editions/{edition.reference}/"
    caseworker = way.by("caseworker")
    caseworker.go(f"/cases/{way.reference}/training/")
    caseworker.press(f'main a[href="/cases/{way.reference}/training/enrol/"]')
    caseworker.send(edition=edition.reference)
    enrolment = Enrolment.objects.get()
    trainer = way.by("trainer")
    trainer.does(f"/enrolments/{enrolment.reference}/acknowledge/")
    trainer.go(f"/cases/{way.reference}/", status=404)
    caseworker.does(f"/enrolments/{enrolment.reference}/confirm/")
    enrolment.refresh_from_db()
    assert enrolment.status == "enrolled"
    return edition


def calls_the_roll(way: Way, edition: Edition, day: D) -> None:
    way.day(day)
    enrolment = Enrolment.objects.get()
    marks = {f"{half}_{enrolment.pk}": "present" for half in ("am", "pm")}
    way.by("trainer").does(f"/editions/{edition.reference}/attendance/{day}/", **marks)


def begins_the_course(way: Way, edition: Edition) -> D:
    """From the first half-day on the course binds; the earliest day of travel."""
    first = days_of(edition)[0]
    calls_the_roll(way, edition, first)
    way.is_at(CaseStatus.IN_TRAINING)
    return edition.ends_on + ONE_DAY


def plans_the_journey(way: Way, edition: Edition, earliest: D) -> None:
    caseworker = way.by("caseworker")
    caseworker.go(f"/cases/{way.reference}/journey/")
    caseworker.press(f'main a[href="/cases/{way.reference}/journey/plan/"]')
    complaint = caseworker.refused(planned_on=edition.ends_on, route="Rabat – Casablanca – Conakry")
    assert in_french(earliest) in complaint
    assert not Journey.objects.exists()
    caseworker.send(planned_on=earliest)
    assert caseworker.path == f"/cases/{way.reference}/journey/"


def ends_the_course(way: Way, edition: Edition) -> None:
    for day in days_of(edition)[1:]:
        calls_the_roll(way, edition, day)
    trainer = way.by("trainer")
    enrolment = Enrolment.objects.get()
    answers_the_feedback(trainer, f"/editions/{edition.reference}/survey/", enrolment.reference)
    trainer.does(f"/editions/{edition.reference}/complete/")
    enrolment.refresh_from_db()
    assert enrolment.status == "completed"


def is_handed_over(way: Way) -> None:
    caseworker = way.by("caseworker")
    journey = Journey.objects.get()
    caseworker.does(
        f"/journeys/{journey.reference}/confirm/",
        route="Rabat – Casablanca – Conakry",
        ticket_source="programme",
        flight="AT 525",
    )
    way.is_at(CaseStatus.READY_TO_TRAVEL)
    focal_point = way.by("focal_point")
    focal_point.go(f"/cases/{way.reference}/", status=404)
    caseworker.does(f"/cases/{way.reference}/handover/send/", message="Bonne réception")
    focal_point.go(f"/cases/{way.reference}/")
    assert focal_point.reads("Diallo")
    focal_point.does(f"/cases/{way.reference}/handover/accept/")
    assert way.case.handover.status == "accepted"
    way.by("focal_point_mali").go(f"/cases/{way.reference}/", status=404)


def departs(way: Way, day: D) -> None:
    way.day(day)
    caseworker = way.by("caseworker")
    journey = Journey.objects.get()
    caseworker.go(f"/journeys/{journey.reference}/depart/")
    caseworker.refused(on=day)  # the checklist is open
    done = dict.fromkeys(CHECK_ITEMS, True)
    caseworker.does(f"/journeys/{journey.reference}/checklist/", close=True, **done)
    caseworker.does(f"/journeys/{journey.reference}/depart/", on=day)
    way.is_at(CaseStatus.DEPARTED)


def arrives(way: Way, day: D) -> None:
    way.day(day)
    journey = Journey.objects.get()
    focal_point = way.by("focal_point")
    focal_point.go("/arrivals/")
    assert focal_point.reads("Diallo")
    focal_point.does(f"/journeys/{journey.reference}/arrive/", on=day)
    way.is_at(CaseStatus.ARRIVED)


def is_contacted(way: Way, day: D) -> None:
    way.day(day)
    way.by("focal_point").does(
        f"/cases/{way.reference}/reintegration/first-contact/new/",
        on=day,
        initiated_by="office",
        channel="call",
    )
    way.is_at(CaseStatus.CONTACTED)


def has_a_plan(way: Way) -> Plan:
    focal_point = way.by("focal_point")
    focal_point.does(
        f"/cases/{way.reference}/reintegration/plan/new/",
        project_kind="individual",
        description="Élevage de volailles",
    )
    plan = Plan.objects.get()
    page = f"/plans/{plan.reference}/"
    for side, text in (("economic", "Ouvrir un poulailler"), ("social", "Loger chez sa sœur")):
        focal_point.does(
            f"{page}goals/new/?side={side}",
            side=side,
            text=text,
            due_on=plan.opened_on + 90 * ONE_DAY,
        )
    item = {
        "programme": plan.case.programme_id,
        "kind": "business",
        "form": "cash",
        "description": "Poussins et aliments",
        "due_on": plan.opened_on + 30 * ONE_DAY,
        "payee_name": "Ibrahima Diallo",
        "payment_method": "cash",
    }
    focal_point.go(f"{page}items/new/")
    complaint = focal_point.refused(amount="1500,01", **item)
    assert "500" in complaint
    assert not AssistanceItem.objects.exists()
    focal_point.send(amount="1 200,50")
    focal_point.does(f"{page}submit/", psychosocial_not_needed="Entouré par sa famille")
    focal_point.go(f"{page}agree/", status=403)  # nobody agrees to their own plan
    way.by("programme_manager").does(f"{page}agree/")
    plan.refresh_from_db()
    assert plan.status == PlanStatus.AGREED
    way.is_at(CaseStatus.PLAN_AGREED)
    return plan


def is_paid_for(way: Way, plan: Plan) -> None:
    item = plan.items.get()
    assert item.amount == Decimal("1200.50")
    page = f"/assistance-items/{item.reference}/"
    way.by("focal_point").go(f"{page}approve/", status=403)
    manager = way.by("programme_manager")
    manager.go("/approvals/")
    assert item.reference in manager.page.content()
    manager.does(f"{page}approve/")
    item.refresh_from_db()
    assert item.is_half_approved  # so much money takes a second person
    way.by("second_manager").does(f"{page}approve/")
    manager.go(f"{page}pay/", status=403)
    finance = way.by("finance_officer")
    finance.go("/payments/")
    assert finance.reads("Diallo")  # the payee; of the file itself nothing
    finance.go(f"/cases/{way.reference}/", status=404)
    finance.does(f"{page}pay/")
    item.refresh_from_db()
    assert item.status == ItemStatus.PAID
    way.by("focal_point").does(f"/plans/{plan.reference}/begin/")
    way.is_at(CaseStatus.PROJECT_RUNNING)


def is_followed_up(way: Way, day: D) -> None:
    way.day(day)
    focal_point = way.by("focal_point")
    focal_point.go(f"/cases/{way.reference}/follow-up/")
    focal_point.press(f'main a[href^="/cases/{way.reference}/surveys/"]')
    answers = {row["name"]: row["answers"] for row in json.loads(ANSWERS.read_text("utf-8"))}
    focal_point.send(**answers["all_best"])
    score = Response.objects.get(questionnaire__kind="reintegration").score
    assert (score.composite, score.is_sustainable) == (Decimal(1), True)
    way.is_at(CaseStatus.MONITORED)
    focal_point.go(f"/cases/{way.reference}/follow-up/")


def is_counted(way: Way) -> None:
    officer = way.by("me_officer")
    officer.go("/indicators/")
    officer.go(f"/cases/{way.reference}/", status=404)
    officer.does("/reports/new/", programme="FORAS", language="fr")
    run = ReportRun.objects.get()
    page = f"/reports/{run.reference}/"
    waits_for_the_worker(officer, page)
    officer.go(f"{page}preview/")
    officer.go(f"{page}release/", status=403)
    donor = way.by("donor")
    donor.go(page, status=404)
    manager = way.by("programme_manager")
    manager.does(f"{page}release/", reason="Chiffres vérifiés")
    donor.go("/reports/")
    donor.press(f'main a[href="{page}"]')
    with donor.page.expect_download() as download:
        donor.page.locator(f'main a[href="{page}pdf/"]').first.click()
    content = Path(download.value.path()).read_bytes()
    document = pypdf.PdfReader(io.BytesIO(content))
    text = "\n".join(page.extract_text() for page in document.pages)
    assert "FORAS" in text
    assert "Diallo" not in text
    assert way.reference not in text
    way.by("other_donor").go(page, status=404)


def waits_for_the_worker(person: Visitor, page: str) -> None:
    """Until the page itself says that the file is there."""
    for _attempt in range(60):
        person.go(page)
        if person.page.locator(f'main a[href="{page}pdf/"]').count():
            return
        assert not ReportRun.objects.get().is_failed, ReportRun.objects.get().message
        person.page.wait_for_timeout(500)
    raise AssertionError("The worker has not made the report.")
