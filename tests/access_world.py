"""The world of the access matrix: one object for every kind of address, in each relation.

Guinea and Rabat have somebody far along (``case``), somebody in training who is not handed over
yet (``waiting``) and a child travelling alone whose file is handed over (``child``). Mali and
Oujda have somebody else (``oujda``), so that every person is outside of something. The day is
16 September 2019.
"""

import contextlib
import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from accounts import services as account_services
from accounts.models import Assignment, User
from cases import services as case_services
from cases.enums import ContactChannel
from cases.models import Case, HandOut, ProtectionEntry
from core import uploads
from core.models import AuditEntry
from partners.models import Agreement, CityDuty
from programmes.models import EligibilityRule, TargetCountry
from reference.models import Country, Holiday, Language, Place
from reintegration import services as reintegration_services
from reintegration.enums import Initiator, ItemKind, ProjectKind, Side, SupportForm
from reintegration.models import AssistanceItem, Disbursement, Goal, Plan
from reports import services as report_services
from reports.models import ReportRun
from surveys import services as survey_services
from surveys.models import FollowUp, Questionnaire
from tests import personas
from training import services as training_services
from training.days import days_of
from training.enums import Attendance, Fit, Half, Mark, Outcome
from training.models import Edition, Enrolment, ModuleVersion, OrientationSession
from travel import services as travel_services
from travel.models import CHECK_ITEMS, Journey

D = datetime.date
TODAY = D(2019, 9, 16)
MOROCCO = ZoneInfo("Africa/Casablanca")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
ANSWERS = json.loads(
    (Path(__file__).parent / "surveys" / "worked_examples.json").read_text("utf-8")
)
CONSENTS = dict.fromkeys(
    ("processing", "share_with_origin", "training_partner", "follow_up"), "given"
)
SAFEGUARDS = {
    "determination": "return",
    "determined_on": D(2019, 5, 2),
    "determined_by": "Best-interest panel",
    "guardian_name": "M. Camara",
    "guardian_consented_on": D(2019, 5, 6),
    "child_assented_on": D(2019, 5, 6),
    "family_assessed_on": D(2019, 5, 13),
    "escort_name": "S. Bah",
    "receiver_name": "F. Camara",
}


@dataclass
class AccessWorld:
    """People, and the parts of addresses that lead to each object: ``kwargs["case"]``."""

    world: personas.World
    kwargs: dict[str, dict[str, Any]] = field(default_factory=lambda: {"": {}})
    rows: dict[str, Any] = field(default_factory=dict)

    def person(self, name: str) -> User:
        """Somebody as a new request sees them."""
        return self.world.fresh(name)

    def add(self, name: str, row: Any, **kwargs: Any) -> Any:
        """Give an object a name; its address is by reference unless said otherwise."""
        self.rows[name] = row
        self.kwargs[name] = kwargs or {"reference": row.reference}
        return row


@contextlib.contextmanager
def built(blocker: Any) -> Iterator[AccessWorld]:
    """The world for the tests of one module, taken back at its end."""
    with (
        blocker.unblock(),
        override_settings(TODAY=TODAY.isoformat()),
        translation.override("en"),
        transaction.atomic(),
    ):
        yield build()
        transaction.set_rollback(True)


def build() -> AccessWorld:
    """Everybody and everything, through the services, each on its day."""
    access = AccessWorld(personas.build())
    _duties(access)
    _cases(access)
    _merges(access)
    _sessions(access)
    _finished_course(access)
    _journey_home(access)
    _plan(access)
    _follow_up(access)
    _running_courses(access)
    _selection(access)
    _journeys_ahead(access)
    _journeys_under_way(access)
    _papers(access)
    _referrals(access)
    _accounts(access)
    _reference(access)
    _reports(access)
    return access


@contextlib.contextmanager
def on(day: datetime.date) -> Iterator[datetime.date]:
    """Make it an earlier day."""
    with override_settings(TODAY=day.isoformat()):
        yield day


def pdf(name: str = "paper.pdf") -> dict[str, Any]:
    """A file as a form hands it to a service."""
    return uploads.describe(SimpleUploadedFile(name, PDF, content_type="application/pdf"))


def _duties(access: AccessWorld) -> None:
    world = access.world
    agreement = Agreement.objects.create(
        organisation=world.organisations["asticude"],
        title="Consortium",
        duties="Courses",
        starts_on=D(2018, 1, 1),
        ends_on=D(2020, 12, 31),
    )
    duty = CityDuty.objects.create(agreement=agreement, office=world.rabat, duty=CityDuty.Duty.LEAD)
    access.add("agreement", agreement, pk=agreement.pk)
    access.add("city_duty", duty, pk=duty.pk)
    access.kwargs["organisation"] = {"code": "cerf"}
    access.kwargs["office"] = {"code": "oujda"}
    access.kwargs["reset_link"] = {"uidb36": "1", "key": "no-such-key"}
    access.kwargs["programme"] = {"code": "FORAS"}
    access.kwargs["other_programme"] = {"code": "OTHER"}
    country = TargetCountry.objects.filter(programme=world.foras).order_by("pk").first()
    access.add("target_country", country, pk=country.pk)  # type: ignore[union-attr]
    condition = EligibilityRule.objects.create(
        programme=world.foras, kind="once_only", valid_from=D(2020, 1, 1)
    )
    access.add("condition", condition, pk=condition.pk)


def _register(access: AccessWorld, name: str, *, by: str, **values: Any) -> Case:
    person = {
        "family_name": f"Zq{name}",
        "given_name": "Sentinel",
        "sex": "male",
        "birth_on": D(1990, 1, 1) + datetime.timedelta(days=40 * len(access.rows)),
        "nationality": values["country"],
    } | values.pop("person", {})
    case = {
        "office": access.world.rabat,
        "registered_on": D(2019, 3, 4),
    } | values
    with on(D(2019, 3, 4)):
        row = case_services.register(
            by=access.person(by),
            person=person,
            case=case,
            duplicates_checked=True,
            consents=CONSENTS,
            given_by="guardian" if case.get("is_unaccompanied_child") else "self",
            declaration={"on": D(2019, 3, 4)},
        )
    return access.add(name, row)


def _cases(access: AccessWorld) -> None:
    guinea, mali = access.world.country("GN"), access.world.country("ML")
    _register(access, "case", by="caseworker", country=guinea)
    _register(access, "waiting", by="caseworker", country=guinea)
    item = case_services.add_handover_item(
        access.rows["waiting"], kind="wish", text="A shop", by=access.person("caseworker")
    )
    access.add("handover_item", item, pk=item.pk)
    for name in ("applicant", "leaving", "away"):
        _register(access, name, by="caseworker", country=guinea)
    _register(access, "oujda", by="caseworker_oujda", country=mali, office=access.world.oujda)
    child = _register(
        access,
        "child",
        by="protection_officer",
        country=guinea,
        is_unaccompanied_child=True,
        person={"birth_on": D(2004, 2, 1), "sex": "female"},
    )
    officer = access.person("protection_officer")
    case_services.send_handover(child, by=officer)
    travel_services.record_gate(child, values=SAFEGUARDS, by=officer)


def _sessions(access: AccessWorld) -> None:
    world = access.world
    officer = access.person("protection_officer")
    for name, office, people in (
        ("session", world.rabat, ("case", "waiting", "applicant")),
        ("session_oujda", world.oujda, ("oujda",)),
    ):
        with on(D(2019, 3, 12)) as day:
            session = training_services.plan_session(
                office=office,
                starts_at=datetime.datetime.combine(day, datetime.time(10), tzinfo=MOROCCO),
                facilitator=world.caseworker if office == world.rabat else world.caseworker_oujda,
                language=Language.objects.get(pk="fr"),
                by=officer,
            )
            invited = training_services.invite(
                session, cases=[access.rows[person] for person in people], by=officer
            )
            session = training_services.call_roll(
                session, attendance=dict.fromkeys(invited, Attendance.PRESENT), by=officer
            )
            training_services.recommend(
                session, outcomes={row: [Outcome.NONE] for row in invited}, by=officer
            )
        access.add(name, OrientationSession.objects.get(pk=session.pk))
        access.kwargs[f"{name}_person"] = {
            "reference": session.reference,
            "case": access.rows[people[0]].reference,
        }
        access.kwargs[f"{name}_opinion"] = {"sealed": training_services.seal(session)}


def _edition(
    access: AccessWorld,
    name: str,
    *,
    office: Any,
    starts_on: datetime.date,
    partner: str,
    module: str = "personal_development",
) -> Edition:
    with on(D(2019, 3, 20)):
        edition = training_services.plan_edition(
            module_version=ModuleVersion.objects.in_force(starts_on).get(module=module),
            office=office,
            starts_on=starts_on,
            trainer_organisation=access.world.organisations[partner],
            transit_reason="The people of this course stay" if office.is_transit else "",
            criteria=["Has a project"] if module == "handicraft" else (),
            by=access.person("programme_manager"),
        )
    access.kwargs[f"{name}_day"] = {
        "reference": edition.reference,
        "day": edition.starts_on.isoformat(),
    }
    return access.add(name, edition)


def _enrol(access: AccessWorld, name: str, edition: Edition, case: str) -> Enrolment:
    with on(edition.starts_on):
        enrolment = training_services.enrol(
            edition,
            case=access.rows[case],
            on=edition.starts_on,
            by=access.person("protection_officer"),
            is_confirmed=True,
        )
    return access.add(name, enrolment)


def _attend(access: AccessWorld, enrolment: Enrolment, *, days: int | None, by: str) -> Edition:
    edition = enrolment.edition
    for day in days_of(edition)[:days]:
        with on(day):
            edition = training_services.record_attendance(
                edition,
                day=day,
                marks=[
                    training_services.HalfDay(enrolment=enrolment, half=half, mark=Mark.PRESENT)
                    for half in Half
                ],
                by=access.person(by),
            )
    return edition


def _file_sheet(access: AccessWorld, name: str, edition: Edition) -> None:
    with on(edition.starts_on) as day:
        sheet = training_services.file_sheet(
            edition, day=day, file=pdf("sheet.pdf"), by=access.person("trainer")
        )
    access.add(name, sheet)


def _finished_course(access: AccessWorld) -> None:
    """A course that ended more than a month ago: its partner no longer reads the roster."""
    edition = _edition(
        access,
        "edition_past",
        office=access.world.rabat,
        starts_on=D(2019, 4, 1),
        partner="cerf",
    )
    enrolment = _enrol(access, "enrolment_past", edition, "case")
    edition = _attend(access, enrolment, days=None, by="trainer")
    with on(edition.ends_on):
        training_services.complete_edition(edition, by=access.person("trainer"))
    _file_sheet(access, "edition_past_sheet", edition)
    access.kwargs["module"] = {"code": "personal_development"}
    version = edition.module_version
    access.add("module_version", version, code=version.module_id, number=version.number)


def _journey_home(access: AccessWorld) -> None:
    caseworker = access.person("caseworker")
    with on(D(2019, 6, 3)) as day:
        journey = travel_services.plan(
            Case.objects.get(pk=access.rows["case"].pk),
            planned_on=D(2019, 6, 21),
            by=caseworker,
            route="Rabat – Conakry",
            ticket_source="programme",
        )
        journey = travel_services.confirm(journey, on=day, by=caseworker)
        step = travel_services.add_step(
            journey,
            kind="laissez_passer",
            status="obtained",
            requested_on=day,
            answered_on=day,
            by=caseworker,
        )
        access.add("step", step, pk=step.pk)
        need = travel_services.announce_need(journey, kind="medical", text="Insulin", by=caseworker)
        access.add("need", need, pk=need.pk)
        travel_services.save_check(
            journey, items=dict.fromkeys(CHECK_ITEMS, True), close=True, by=caseworker
        )
        case_services.send_handover(Case.objects.get(pk=journey.case_id), by=caseworker)
    with on(D(2019, 6, 21)) as day:
        journey = travel_services.depart(
            Journey.objects.get(pk=journey.pk), on=day, by=access.person("caseworker")
        )
    with on(D(2019, 6, 22)) as day:
        journey = travel_services.arrive(journey, on=day, by=access.person("focal_point"))
    access.add("journey", journey)


def _plan(access: AccessWorld) -> None:
    focal_point = access.person("focal_point")
    with on(D(2019, 6, 28)) as day:
        case = Case.objects.get(pk=access.rows["case"].pk)
        reintegration_services.record_first_contact(
            case,
            on=day,
            initiated_by=Initiator.OFFICE,
            channel=ContactChannel.CALL,
            by=focal_point,
        )
    with on(D(2019, 7, 1)) as day:
        plan = reintegration_services.open_plan(
            Case.objects.get(pk=case.pk),
            project_kind=ProjectKind.INDIVIDUAL,
            description="Poultry farm",
            grant_category="family",
            grant_grounds="Returned with four children",
            opened_on=day,
            by=focal_point,
        )
        goal = reintegration_services.add_goal(
            plan, side=Side.ECONOMIC, text="Sell chickens", due_on=D(2019, 12, 31), by=focal_point
        )
        plan = reintegration_services.submit(
            Plan.objects.get(pk=plan.pk),
            not_needed={Side.SOCIAL: "Lives with family", Side.PSYCHOSOCIAL: "Feels well"},
            on=day,
            by=focal_point,
        )
        plan = reintegration_services.agree(
            plan,
            signed_on=day,
            grant_category="family",
            by=access.person("reintegration_officer"),
        )
    access.add("plan", plan)
    goal = Goal.objects.get(pk=goal.pk)
    access.add("goal", goal, reference=plan.reference, pk=goal.pk)
    version = plan.versions.get()
    access.add("plan_version", version, reference=plan.reference, number=version.number)
    with on(D(2019, 7, 5)) as day:
        for name in ("item", "item_rejected", "item_approved", "item_paid", "item_delivered"):
            item = reintegration_services.propose_item(
                Plan.objects.get(pk=plan.pk),
                programme=access.world.foras,
                kind=ItemKind.BUSINESS,
                form=SupportForm.IN_KIND,
                description=f"Incubator {name}",
                amount=Decimal(300),
                due_on=D(2019, 10, 31),
                proposed_on=day,
                payee_name="Ets Diallo",
                account_number="GN00 1234",
                by=access.person("focal_point"),
            )
            access.add(name, item)
        exclusion = reintegration_services.exclude_kind(
            programme=access.world.foras,
            kind=ItemKind.HOUSING,
            rule="Rules of the donor",
            from_on=D(2020, 1, 1),
            by=access.person("programme_manager"),
        )
        access.add("exclusion", exclusion, pk=exclusion.pk)
    _pay(access)


def _pay(access: AccessWorld) -> None:
    manager, finance = access.person("programme_manager"), access.person("finance_officer")
    reintegration_services.reject(access.rows["item_rejected"], reason="Too dear", by=manager)
    with on(D(2019, 7, 9)) as day:
        for name in ("item_approved", "item_paid", "item_delivered"):
            item = reintegration_services.approve(access.rows[name], on=day, by=manager)
            if name != "item_approved":
                access.rows[name] = reintegration_services.pay(
                    item,
                    paid_on=day,
                    amount=item.amount,
                    method="supplier",
                    payee_name="Ets Diallo",
                    by=finance,
                )
        reintegration_services.deliver(
            access.rows["item_delivered"].item, delivered_on=day, by=access.person("focal_point")
        )
        payment = access.rows["item_paid"]
        receipt = reintegration_services.add_receipt(payment, file=pdf("receipt.pdf"), by=finance)
    access.add("payment", Disbursement.objects.get(pk=payment.pk))
    access.add("receipt", receipt)
    for name in ("item_rejected", "item_approved", "item_paid", "item_delivered"):
        reference = access.kwargs[name]["reference"]
        access.add(name, AssistanceItem.objects.get(reference=reference))


def _follow_up(access: AccessWorld) -> None:
    case = Case.objects.get(pk=access.rows["case"].pk)
    rss = Questionnaire.objects.get(code="rss", version=1)
    with on(D(2019, 9, 2)) as day:
        response = survey_services.submit(
            rss,
            case=case,
            answers=ANSWERS[0]["answers"],
            answered_on=day,
            by=access.person("focal_point"),
        )
    access.add("response", response)
    follow_up = FollowUp.objects.filter(case=case, status="planned").order_by("due_on").last()
    access.add("follow_up", follow_up)
    access.kwargs["questionnaire"] = {"key": "rss-v1"}
    for name in ("case", "waiting", "oujda", "child"):
        access.kwargs[f"{name}_survey"] = {
            "reference": access.rows[name].reference,
            "key": "rss-v1",
        }


def _running_courses(access: AccessWorld) -> None:
    world = access.world
    edition = _edition(
        access, "edition", office=world.rabat, starts_on=D(2019, 9, 13), partner="cerf"
    )
    enrolment = _enrol(access, "enrolment", edition, "waiting")
    _attend(access, enrolment, days=1, by="trainer")
    _file_sheet(access, "edition_sheet", edition)
    elsewhere = _edition(
        access, "edition_oujda", office=world.oujda, starts_on=D(2019, 9, 16), partner="ccsm"
    )
    _enrol(access, "enrolment_oujda", elsewhere, "oujda")
    _edition(access, "edition_own", office=world.rabat, starts_on=D(2019, 9, 12), partner="iom")
    _edition(access, "edition_empty", office=world.oujda, starts_on=D(2019, 10, 14), partner="ccsm")


def _selection(access: AccessWorld) -> None:
    """Somebody with both preparatory modules, who applies for a vocational course."""
    world, case = access.world, access.rows["applicant"]
    for module, day in (("personal_development", D(2019, 6, 10)), ("business", D(2019, 7, 1))):
        name = f"edition_{module}"
        edition = _edition(
            access, name, office=world.rabat, starts_on=day, partner="cerf", module=module
        )
        (enrolment,) = training_services.enrol_many(
            [training_services.Place(edition=edition, case=case)],
            by=access.person("caseworker"),
            have_started=True,
        )
        marks = [
            training_services.DayMark(enrolment=enrolment, day=day, half=half, mark=Mark.PRESENT)
            for day in days_of(edition)
            for half in Half
        ]
        training_services.mark_many(marks, by=access.person("trainer"))
        training_services.complete_many([edition], by=access.person("trainer"))
    course = _edition(
        access,
        "edition_vocational",
        office=world.rabat,
        starts_on=D(2019, 10, 7),
        partner="cerf",
        module="handicraft",
    )
    application = training_services.apply(
        course,
        case=Case.objects.get(pk=case.pk),
        motivation="Learnt to weave",
        answers=[
            training_services.Answer(criterion=row, fit=Fit.MET) for row in course.criteria.all()
        ],
        by=access.person("caseworker"),
    )
    access.add("application", application)
    access.kwargs["applicant_course"] = {"reference": case.reference, "edition": course.reference}


def _exception_for_a_course(access: AccessWorld) -> None:
    """A course asked for on the day on which one of its people flies."""
    course = _edition(
        access,
        "edition_asked",
        office=access.world.rabat,
        starts_on=D(2019, 10, 7),
        partner="cerf",
        module="business",
    )
    _enrol(access, "enrolment_asked", course, "waiting")
    override = training_services.request_override(
        course,
        starts_on=D(2019, 10, 14),
        reason="The trainer is ill",
        override_reason="No other room",
        by=access.person("partner_coordinator"),
    )
    access.add("edition_override", override, pk=override.pk)


def _journeys_ahead(access: AccessWorld) -> None:
    for name, case, caseworker in (
        ("journey_ahead", "waiting", "caseworker"),
        ("journey_oujda", "oujda", "caseworker_oujda"),
    ):
        journey = travel_services.plan(
            Case.objects.get(pk=access.rows[case].pk),
            planned_on=D(2019, 10, 21),
            by=access.person(caseworker),
            route="Rabat – Conakry",
            ticket_source="programme",
        )
        access.add(name, journey)
    override = travel_services.request_override(
        access.rows["journey_ahead"],
        day=D(2019, 9, 18),
        cause="medical",
        reason="Operation at home",
        by=access.person("caseworker"),
    )
    access.add("override", override, pk=override.pk)
    _exception_for_a_course(access)
    ahead, caseworker = access.rows["journey_ahead"], access.person("caseworker")
    step = travel_services.add_step(ahead, kind="fitness", status="not_needed", by=caseworker)
    access.add("step_ahead", step, pk=step.pk)
    need = travel_services.announce_need(ahead, kind="shelter", text="A bed", by=caseworker)
    access.add("need_ahead", need, pk=need.pk)
    draft = reintegration_services.open_plan(
        Case.objects.get(pk=access.rows["waiting"].pk),
        project_kind=ProjectKind.INDIVIDUAL,
        by=access.person("caseworker"),
    )
    access.add("plan_draft", draft)


def _journeys_under_way(access: AccessWorld) -> None:
    for name, case, planned_on in (
        ("journey_confirmed", "leaving", D(2019, 10, 21)),
        ("journey_departed", "away", D(2019, 6, 21)),
    ):
        with on(D(2019, 6, 3)) as day:
            caseworker = access.person("caseworker")
            journey = travel_services.plan(
                Case.objects.get(pk=access.rows[case].pk),
                planned_on=planned_on,
                by=caseworker,
                route="Rabat – Conakry",
                ticket_source="programme",
            )
            access.add(name, travel_services.confirm(journey, on=day, by=caseworker))
    with on(D(2019, 6, 3)):
        travel_services.save_check(
            journey, items=dict.fromkeys(CHECK_ITEMS, True), close=True, by=caseworker
        )
        case_services.send_handover(Case.objects.get(pk=journey.case_id), by=caseworker)
    with on(D(2019, 6, 21)) as day:
        departed = travel_services.depart(journey, on=day, by=access.person("caseworker"))
    access.add("journey_departed", departed)


def _papers(access: AccessWorld) -> None:
    """Each written by the side in charge: of ``case``, the country of origin."""
    host, origin = access.person("protection_officer"), access.person("origin_protection_officer")
    for name, case, sensitivity, by in (
        ("document", "case", "ordinary", origin),
        ("document_protection", "case", "protection", origin),
        ("document_waiting", "waiting", "identity", host),
        ("document_child", "child", "ordinary", host),
    ):
        document = case_services.add_document(
            Case.objects.get(pk=access.rows[case].pk),
            kind="other",
            title=name,
            sensitivity=sensitivity,
            file=pdf(),
            by=by,
        )
        access.add(name, document)
    returned = Case.objects.get(pk=access.rows["case"].pk)
    case_services.add_note(returned, text="Likes football", by=origin)
    point = case_services.add_contact_point(
        returned, kind="phone", value="+212 661 00 00 00", by=origin
    )
    access.add("contact_point", point, pk=point.pk)
    attempt = case_services.log_attempt(
        returned, on=TODAY, channel="call", result="no_answer", by=origin
    )
    access.add("attempt", attempt, pk=attempt.pk)
    entry = AuditEntry.objects.filter(model="cases.contactpoint").latest("id")
    access.add("audit_entry", entry, pk=entry.pk)
    case_services.add_protection_entry(
        returned,
        kind=ProtectionEntry.Kind.MEDICAL,
        text="Diabetes",
        on=TODAY,
        by=origin,
    )
    hand_out = case_services.hand_out(
        on=TODAY,
        by=access.person("caseworker"),
        office=access.world.rabat,
        programme=access.world.foras,
        occasion=HandOut.Occasion.REGISTRATION,
        material="Brochure",
        language=Language.objects.get(pk="fr"),
        quantity=3,
    )
    access.add("hand_out", hand_out, pk=hand_out.pk)


def _referrals(access: AccessWorld) -> None:
    for name, office in (("referral", "rabat"), ("referral_oujda", "oujda")):
        referral = case_services.refer(
            by=access.person("referrer"),
            referred_on=D(2019, 9, 10),
            family_name=f"Zq{name}",
            nationality=access.world.country("GN"),
            office=access.world.offices[office],
        )
        access.add(name, referral)


def _accounts(access: AccessWorld) -> None:
    world = access.world
    administrator = access.person("administrator")
    access.add("account", world.clerk, pk=world.clerk.pk)
    access.add("own_account", world.administrator, pk=world.administrator.pk)
    assignment = Assignment.objects.get(user=world.clerk)
    access.add("assignment", assignment, pk=assignment.pk)
    machine = User.objects.create_user(
        email="machine@example.org",
        name="Machine of CERF",
        organisation=world.organisations["cerf"],
        is_machine=True,
    )
    access.add("machine", machine, pk=machine.pk)
    key, _secret = account_services.issue_key(
        user=machine, label="Attendance", expires_on=D(2019, 12, 31), by=administrator
    )
    access.add("key", key, prefix=key.prefix)


def _reference(access: AccessWorld) -> None:
    holiday = Holiday.objects.order_by("pk").first()
    place = Place.objects.filter(country=Country.objects.get(pk="GN")).order_by("pk").first()
    assert holiday is not None
    assert place is not None
    access.add("holiday", holiday, pk=holiday.pk)
    access.add("place", place, pk=place.pk)
    access.kwargs |= {
        "rule": {"code": "usual_window_days"},
        "list": {"name": "languages"},
        "list_row": {"name": "languages", "code": "fr"},
    }


def _reports(access: AccessWorld) -> None:
    """One report that nobody has released, one that the donor was given; the files are small."""
    with mock.patch("core.pdf.render", return_value=PDF):
        for name, as_of in (("report", D(2019, 8, 31)), ("report_released", D(2019, 7, 31))):
            run = report_services.request_report(
                programme=access.world.foras,
                as_of=as_of,
                language="en",
                by=access.person("me_officer"),
            )
            access.add(name, report_services.compile_run(run))
    report_services.release(
        access.rows["report_released"], reason="Checked", by=access.person("programme_manager")
    )
    access.rows["report_released"] = ReportRun.objects.get(pk=access.rows["report_released"].pk)


def _merges(access: AccessWorld) -> None:
    """Two files of Rabat joined; one of Rabat and one of Oujda that wait for a second person."""
    guinea = access.world.country("GN")
    files = [
        _register(access, name, by="caseworker", country=guinea) for name in ("twin", "other_twin")
    ]
    done = case_services.merge(
        kept=files[0], other=files[1], reason="Same photo", by=access.person("caseworker")
    )
    access.add("merge", done)
    proposed = case_services.merge(
        kept=Case.objects.get(pk=access.rows["waiting"].pk),
        other=Case.objects.get(pk=access.rows["oujda"].pk),
        reason="Same photo",
        by=access.person("protection_officer"),
    )
    access.add("merge_proposed", proposed)
