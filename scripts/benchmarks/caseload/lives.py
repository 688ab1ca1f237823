"""What happened to the invented people: their cases, told one after the other."""

import datetime
import random
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from avrr.demo import setting
from cases import references
from cases.enums import (
    CaseOutcome,
    CaseStatus,
    CommitmentKind,
    ConsentAnswer,
    ConsentPurpose,
    ContactChannel,
    ContactKind,
    HandoverStatus,
)
from cases.models import (
    Case,
    CaseEvent,
    Commitment,
    Consent,
    ContactPoint,
    Declaration,
    HandOut,
    Handover,
)
from core.clock import today
from core.fields import blind_index
from reference.models import Language, Place, ReferralSource
from reintegration.enums import Initiator, PlanStatus, ProjectKind, ProjectStep
from reintegration.models import FirstContact, Plan, ProjectEvent
from scripts.benchmarks.caseload.answers import Answers
from scripts.benchmarks.caseload.offices import FIRST_DAY, IMPORT_OFFICE
from scripts.benchmarks.caseload.people import People
from scripts.benchmarks.tables import Tables
from surveys.enums import QuestionnaireKind
from surveys.models.response import SATISFACTION
from training.enums import (
    AbsenceReason,
    Attendance,
    EditionStatus,
    EnrolmentStatus,
    InvitationAnswer,
    Mark,
)
from training.enums import SessionStatus as HeldStatus
from training.models import (
    AttendanceMark,
    Edition,
    Enrolment,
    Invitation,
    ModuleVersion,
    OrientationSession,
)
from travel.enums import JourneyStatus, TicketSource
from travel.models import Journey

SEED = 20_200_531
LAST_DAY = datetime.date(2020, 5, 31)
IMPORTED_ON = datetime.date(2019, 6, 3)
IMPORTED = 3_000
"""Cases of one office that were all registered on one day, as after an import."""

OFFICES = {"casablanca": 45, "rabat": 40, "oujda": 15}
ORIENTED, TRAINED, DEPARTED = 0.57, 0.56, 0.26
NEVER_INVITED = 0.6
CONTACTED, PLANNED, SCORED = 0.53, 0.92, 0.3
AGAIN = 0.01
"""The share of people who are registered a second time."""
CONSENTS = (
    ConsentPurpose.PROCESSING,
    ConsentPurpose.SHARE_WITH_ORIGIN,
    ConsentPurpose.TRAINING_PARTNER,
    ConsentPurpose.FOLLOW_UP,
)

_Held = tuple[int, datetime.date, int]
"""An edition: its key, its first day and its length."""


@dataclass
class _Life:
    """One case while it is being told: where it stands, since when, and what it has passed."""

    case: int
    person: int
    office: str
    country: str
    day: datetime.date
    status: str = CaseStatus.REGISTERED
    events: list[tuple[str, datetime.date]] = field(default_factory=list)

    def reach(self, status: str, day: datetime.date) -> None:
        self.status, self.day = status, day
        self.events.append((status, day))


class Caseload:
    """Tells the cases one after the other and keeps the rows they leave behind."""

    def __init__(self, world: setting.Setting, cases: int) -> None:
        self.world, self.cases = world, cases
        self.dice = random.Random(SEED)  # noqa: S311
        self.tables = Tables()
        self.people = People(self.tables, self.dice)
        self.answers = Answers(world, self.tables, self.dice)
        self.until = today()
        self.now = timezone.now()
        self.foras = world.programmes[setting.FORAS].pk
        self.workers = {
            code: world.people[f"suivi.{code}"].pk for code in (*OFFICES, IMPORT_OFFICE)
        }
        self.manager = world.people["programme"].pk
        self.deputy = world.people["programme.adjoint"].pk
        self.officer = world.people["reintegration.guinee"].pk
        self.french = Language.objects.get(pk="fr").pk
        self.sources = [None, *ReferralSource.objects.values_list("pk", flat=True)]
        self.places: dict[str, list[int]] = defaultdict(list)
        for pk, country in Place.objects.values_list("pk", "country_id"):
            self.places[country].append(pk)
        self.sessions: dict[tuple[str, datetime.date], int] = {}
        self.editions: dict[tuple[str, int], list[list[_Held]]] = defaultdict(list)

    def make(self) -> None:
        self._open_editions()
        people: list[tuple[int, str]] = []
        for _number in range(self.cases):
            again = bool(people) and self.dice.random() < AGAIN
            person, country = self.dice.choice(people) if again else self.people.person()
            if not again:
                people.append((person, country))
            self._tell(person, country, again=again)
        for _number in range(IMPORTED):
            person, country = self.people.person()
            life = self._registered(person, country, IMPORT_OFFICE, IMPORTED_ON)
            self._close_chapter(life, programme=None)
        self._hand_out()
        self.tables.finish()

    def _tell(self, person: int, country: str, *, again: bool) -> None:
        dice = self.dice
        office = dice.choices(list(OFFICES), list(OFFICES.values()))[0]
        day = FIRST_DAY + datetime.timedelta(days=dice.randrange((LAST_DAY - FIRST_DAY).days + 1))
        programme = self.foras if again or dice.random() < 0.9 else None
        life = self._registered(person, country, office, day)
        if not again:
            self._go_on(life)
        self._close_chapter(life, programme=programme)

    def _go_on(self, life: _Life) -> None:
        """From the invitation to what became of the return, as far as it goes."""
        if self.dice.random() >= ORIENTED:
            self._stay_away(life)
        elif self._orient(life):
            is_trained = self.dice.random() < TRAINED and self._train(life)
            if self.dice.random() < DEPARTED and self._travel(life):
                self._reintegrate(life, is_trained=is_trained)

    def _registered(self, person: int, country: str, office: str, day: datetime.date) -> _Life:
        case = next(self.tables.numbers[Case]) + 1
        life = _Life(case=case, person=person, office=office, country=country, day=day)
        life.reach(CaseStatus.REGISTERED, day)
        phone = f"+2126{case % 100_000_000:08d}"
        self.tables.add(
            ContactPoint,
            case_id=case,
            kind=ContactKind.PHONE,
            value=phone,
            value_index=blind_index(phone),
            may_be_used=True,
        )
        self._consents(life, CONSENTS[:1])
        return life

    def _consents(self, life: _Life, purposes: tuple[str, ...]) -> None:
        for purpose in purposes:
            self.tables.add(
                Consent,
                case_id=life.case,
                purpose=purpose,
                answer=ConsentAnswer.GIVEN,
                answered_on=life.day,
                recorded_by_id=self.workers[life.office],
            )

    def _later(self, day: datetime.date, least: int, most: int) -> datetime.date | None:
        """Some days after a day, unless that is still to come."""
        later = day + datetime.timedelta(days=self.dice.randint(least, most))
        return later if later <= self.until else None

    def _stay_away(self, life: _Life) -> None:
        """Some were invited and declined or did not come; the others never were."""
        day = self._later(life.day, 0, 20)
        if day is None or self.dice.random() < NEVER_INVITED:
            return
        is_absent = self.dice.random() < 0.5
        self.tables.add(
            Invitation,
            session_id=self._session(life.office, day),
            case_id=life.case,
            invited_on=life.day,
            invited_by_id=self.workers[life.office],
            answer=InvitationAnswer.ACCEPTED if is_absent else InvitationAnswer.DECLINED,
            answered_on=life.day,
            attendance=Attendance.ABSENT if is_absent else Attendance.UNKNOWN,
            called_on=day if is_absent else None,
            reason=self.dice.choice(AbsenceReason.values),
            outcomes=[],
        )

    def _orient(self, life: _Life) -> bool:
        day = self._later(life.day, 0, 20)
        if day is None:
            return False
        worker = self.workers[life.office]
        self._consents(life, CONSENTS[1:])
        self.tables.add(Declaration, case_id=life.case, signed_on=life.day, recorded_by_id=worker)
        self.tables.add(
            Invitation,
            session_id=self._session(life.office, day),
            case_id=life.case,
            invited_on=life.day,
            invited_by_id=worker,
            answer=InvitationAnswer.ACCEPTED,
            answered_on=life.day,
            attendance=Attendance.PRESENT,
            called_on=day,
            attended_on=day,
            outcomes=["none"],
        )
        if self.dice.random() < 0.6:
            self.answers.feedback(
                QuestionnaireKind.ORIENTATION_FEEDBACK, SATISFACTION, life.office, day
            )
        life.reach(CaseStatus.ORIENTED, day)
        return True

    def _session(self, office: str, day: datetime.date) -> int:
        if (office, day) not in self.sessions:
            starts_at = datetime.datetime.combine(day, datetime.time(10), tzinfo=datetime.UTC)
            self.sessions[office, day] = self.tables.add(
                OrientationSession,
                reference=f"O-{office[:3]}-{day:%y%m%d}",
                office_id=self.world.offices[office].pk,
                starts_at=starts_at,
                minutes=90,
                facilitator_id=self.workers[office],
                language_id=self.french,
                status=HeldStatus.CLOSED,
                capacity=20,
            )
        return self.sessions[office, day]

    def _open_editions(self) -> None:
        """Every month each module in force, in each city; the more cases, the more of them."""
        trainer = self.world.organisations["cerf"].pk
        month = FIRST_DAY
        while month <= LAST_DAY:
            starts_on = month + datetime.timedelta(days=6)
            for version in ModuleVersion.objects.in_force(starts_on).order_by("pk"):
                ends_on = starts_on + datetime.timedelta(days=version.days - 1)
                for office in OFFICES:
                    numbers = [
                        self.tables.add(
                            Edition,
                            reference=f"E-{office[:3]}-{version.pk}-{month:%y%m}-{number}",
                            module_version_id=version.pk,
                            office_id=self.world.offices[office].pk,
                            starts_on=starts_on,
                            ends_on=ends_on,
                            trainer_organisation_id=trainer,
                            language_id=self.french,
                            status=EditionStatus.COMPLETED,
                            planned_by_id=self.workers[office],
                            capacity=500,
                        )
                        for number in range(max(1, self.cases // 10_000))
                    ]
                    held = [(number, starts_on, version.days) for number in numbers]
                    self.editions[office, _month(month)].append(held)
            month = (month + datetime.timedelta(days=31)).replace(day=1)

    def _train(self, life: _Life) -> bool:
        month = _month(life.day)
        attended = False
        for _course in range(self.dice.choices((1, 2, 3), (50, 35, 15))[0]):
            month += 1
            modules = self.editions.get((life.office, month))
            if not modules:
                break
            self._attend(life, *self.dice.choice(self.dice.choice(modules)))
            attended = True
        return attended

    def _attend(self, life: _Life, edition: int, starts_on: datetime.date, days: int) -> None:
        ends_on = starts_on + datetime.timedelta(days=days - 1)
        enrolment = self.tables.add(
            Enrolment,
            edition_id=edition,
            case_id=life.case,
            status=EnrolmentStatus.COMPLETED,
            nominated_on=life.day,
            ended_on=ends_on,
            commitment_id=self._commit(life, CommitmentKind.COURSE, starts_on, ends_on),
        )
        for number in range(min(days, 5)):
            self.tables.add(
                AttendanceMark,
                enrolment_id=enrolment,
                day=starts_on + datetime.timedelta(days=number),
                half="am",
                mark=self.dice.choices((Mark.PRESENT, Mark.LATE, Mark.ABSENT), (85, 5, 10))[0]
                if number
                else Mark.PRESENT,
                marked_by_id=self.workers[life.office],
            )
        if self.dice.random() < 0.8:
            self.answers.feedback(
                QuestionnaireKind.MODULE_FEEDBACK, SATISFACTION, life.office, ends_on
            )
        if life.status == CaseStatus.ORIENTED:
            life.reach(CaseStatus.IN_TRAINING, starts_on)
        life.day = ends_on

    def _commit(self, life: _Life, kind: str, first: datetime.date, last: datetime.date) -> int:
        return self.tables.add(
            Commitment,
            person_id=life.person,
            kind=kind,
            label=life.office,
            days=DateRange(first, last + datetime.timedelta(days=1)),
            is_binding=kind == CommitmentKind.COURSE,
        )

    def _travel(self, life: _Life) -> bool:
        departed_on = self._later(life.day, 5, 40)
        if departed_on is None:
            return False
        confirmed_on = departed_on - datetime.timedelta(days=3)
        self.tables.add(
            Journey,
            case_id=life.case,
            status=JourneyStatus.ARRIVED,
            planned_on=departed_on,
            confirmed_for=departed_on,
            confirmed_on=confirmed_on,
            departed_on=departed_on,
            arrived_on=departed_on,
            arrival_confirmed_by_id=self.officer,
            arrival_confirmed_at=self.now,
            route=f"Casablanca – {life.country}",
            ticket_source=TicketSource.PROGRAMME,
            commitment_id=self._commit(life, CommitmentKind.TRAVEL, departed_on, departed_on),
        )
        self.tables.add(
            Handover,
            case_id=life.case,
            status=HandoverStatus.ACCEPTED,
            sent_at=self.now,
            sent_by_id=self.workers[life.office],
            answered_at=self.now,
            answered_by_id=self.officer,
        )
        life.reach(CaseStatus.READY_TO_TRAVEL, confirmed_on)
        life.reach(CaseStatus.DEPARTED, departed_on)
        life.reach(CaseStatus.ARRIVED, departed_on)
        return True

    def _reintegrate(self, life: _Life, *, is_trained: bool) -> None:
        dice = self.dice
        asked_on = self._later(life.day, 60, 200)
        if asked_on and dice.random() < SCORED:
            self.answers.score(life.case, asked_on)
        contacted_on = self._later(life.day, 5, 40)
        if contacted_on is None or dice.random() >= CONTACTED:
            return
        self.tables.add(
            FirstContact,
            case_id=life.case,
            on=contacted_on,
            initiated_by=dice.choice(Initiator.values),
            channel=ContactChannel.CALL,
            by_id=self.officer,
        )
        life.reach(CaseStatus.CONTACTED, contacted_on)
        if is_trained:
            self.answers.usefulness(life.case, contacted_on)
        begun_on = self._later(contacted_on, 20, 90)
        if begun_on and dice.random() < PLANNED:
            self._plan(life, contacted_on, begun_on)

    def _plan(self, life: _Life, opened_on: datetime.date, begun_on: datetime.date) -> None:
        signed_on = opened_on + (begun_on - opened_on) / 2
        plan = self.tables.add(
            Plan,
            case_id=life.case,
            status=PlanStatus.IN_PROGRESS,
            project_kind=ProjectKind.INDIVIDUAL,
            opened_on=opened_on,
            opened_by_id=self.officer,
            submitted_on=signed_on,
            submitted_by_id=self.officer,
            signed_on=signed_on,
            agreed_by_id=self.manager,
        )
        self.tables.add(
            ProjectEvent, plan_id=plan, step=ProjectStep.BEGUN, on=begun_on, by_id=self.officer
        )
        life.reach(CaseStatus.PLAN_AGREED, signed_on)
        life.reach(CaseStatus.PROJECT_RUNNING, begun_on)

    def _close_chapter(self, life: _Life, *, programme: int | None) -> None:
        """Write the case as it stands at last, with its steps."""
        worker = self.workers[life.office]
        closed_on = None
        if life.status == CaseStatus.REGISTERED and self.dice.random() < 0.6:
            closed_on = self._later(life.day, 60, 120)
        if closed_on:
            life.reach(CaseStatus.CLOSED, closed_on)
        departed = any(status == CaseStatus.DEPARTED for status, _day in life.events)
        registered_on = life.events[0][1]
        self.tables.rows[Case].append(
            {
                "id": life.case,
                "reference": self._reference(),
                "person_id": life.person,
                "office_id": self.world.offices[life.office].pk,
                "registered_on": registered_on,
                "registered_by_id": worker,
                "country_id": life.country,
                "destination_id": self.dice.choice(self.places[life.country] or [None]),
                "programme_id": programme,
                "referral_source_id": self.dice.choice(self.sources),
                "is_restricted": self.dice.random() < 0.01,
                "status": life.status,
                "outcome": CaseOutcome.SILENT if closed_on else "",
                "closed_on": closed_on,
                "closed_by_id": worker if closed_on else None,
                "handed_over_at": self.now if departed else None,
                "is_shared_with_origin": departed,
            }
        )
        before = ""
        for status, day in life.events:
            self.tables.add(
                CaseEvent,
                case_id=life.case,
                from_status=before,
                to_status=status,
                on=day,
                by_id=worker,
            )
            before = status

    def _reference(self) -> str:
        body = "".join(self.dice.choices(references.ALPHABET, k=references.LENGTH))
        return references.printed(body + references.check_character(body))

    def _hand_out(self) -> None:
        for office in OFFICES:
            for number in range(33):
                self.tables.add(
                    HandOut,
                    office_id=self.world.offices[office].pk,
                    programme_id=self.foras,
                    on=FIRST_DAY + datetime.timedelta(days=30 * number),
                    occasion=HandOut.Occasion.ORIENTATION,
                    material="Brochure",
                    language_id=self.french,
                    quantity=self.dice.randint(5, 60),
                    by_id=self.workers[office],
                )


def _month(day: datetime.date) -> int:
    """The months since the year 0."""
    return day.year * 12 + day.month
