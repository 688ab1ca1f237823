"""People on their way, as bare facts with days: what the indicators read."""

import datetime
import itertools
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateRange

from cases.enums import CommitmentKind, ContactChannel
from cases.models import Case, Commitment, HandOut, Person
from programmes.models import TargetCountry
from reference.models import Language
from reintegration.enums import Initiator, PlanStatus, ProjectKind, ProjectStep
from reintegration.models import FirstContact, Plan, ProjectEvent
from surveys.models import Answer, Option, Questionnaire, Response, Score
from tests.personas import World
from training.enums import Attendance, EditionStatus, Half, InvitationAnswer, Mark
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

D = datetime.date
MOROCCO = ZoneInfo("Africa/Casablanca")
REGISTERED = D(2019, 1, 7)
ORIENTED = D(2019, 1, 16)
ATTENDED = D(2019, 2, 4)
DEPARTED = D(2019, 4, 8)
CONTACTED = D(2019, 4, 22)
BEGUN = D(2019, 6, 3)
SCORED = D(2019, 11, 4)
ADULT, CHILD = D(1990, 5, 1), D(2004, 5, 1)
SEXES = {"men": "male", "women": "female", "boys": "male", "girls": "female", "not_stated": ""}


class Scene:
    """Adds people to the tests' world and lets things happen to them on given days."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.by = world.people["caseworker"]
        self.counter = itertools.count(1)
        self.french = Language.objects.get(pk="fr")
        self.sessions: dict[Any, OrientationSession] = {}
        self.editions: dict[Any, Edition] = {}
        days = DateRange(D(2017, 9, 1), D(2030, 12, 31))
        for code in ("CM", "SN"):
            TargetCountry.objects.create(
                programme=world.foras, country=world.country(code), days=days
            )

    def person(
        self,
        group: str = "men",
        *,
        on: datetime.date = REGISTERED,
        office: str = "rabat",
        country: str = "GN",
        programme: str = "FORAS",
        source: str | None = None,
        again: Case | None = None,
    ) -> Case:
        """Somebody registered, sent by a source; ``again``: the same person a second time."""
        number = next(self.counter)
        person = (
            again.person
            if again
            else Person.objects.create(
                family_name=f"Camara{number}",
                sex=SEXES[group],
                birth_on=None
                if group == "not_stated"
                else CHILD
                if group in ("boys", "girls")
                else ADULT,
                nationality=self.world.country(country),
            )
        )
        return Case.objects.create(
            person=person,
            office=self.world.offices[office],
            country=self.world.country(country),
            programme=self.world.programmes[programme],
            registered_on=on,
            registered_by=self.by,
            referral_source_id=source,
        )

    def people(self, number: int, group: str = "men", **values: Any) -> list[Case]:
        return [self.person(group, **values) for _ in range(number)]

    def session(self, on: datetime.date) -> OrientationSession:
        if on not in self.sessions:
            self.sessions[on] = OrientationSession.objects.create(
                reference=f"OS-{on}",
                office=self.world.rabat,
                starts_at=datetime.datetime.combine(on, datetime.time(10), tzinfo=MOROCCO),
                minutes=60,
                facilitator=self.by,
                language=self.french,
            )
        return self.sessions[on]

    def orient(self, *cases: Case, on: datetime.date = ORIENTED) -> None:
        for case in cases:
            self.invite(case, on=on, attendance=Attendance.PRESENT, called_on=on, attended_on=on)

    def invite(self, *cases: Case, on: datetime.date = ORIENTED, **values: Any) -> None:
        """To a session of that day, invited on the same day; nothing else is known of it."""
        for case in cases:
            Invitation.objects.create(
                session=self.session(on), case=case, invited_on=on, invited_by=self.by, **values
            )

    def decline(self, *cases: Case, reason: str, on: datetime.date = ORIENTED) -> None:
        """Those invited said no on the day."""
        answer = InvitationAnswer.DECLINED
        self.invite(*cases, on=on, answer=answer, answered_on=on, reason=reason)

    def miss(self, *cases: Case, reason: str = "", on: datetime.date = ORIENTED) -> None:
        """The roll was called and they were not there."""
        self.invite(*cases, on=on, attendance=Attendance.ABSENT, called_on=on, reason=reason)

    def edition(self, module: str, on: datetime.date = ATTENDED, office: str = "rabat") -> Edition:
        key = (module, on, office)
        if key not in self.editions:
            self.editions[key] = Edition.objects.create(
                reference=f"E-{module[:8]}-{on:%m%d}-{office[:3]}",
                module_version=ModuleVersion.objects.filter(module=module).latest("valid_from"),
                office=self.world.offices[office],
                starts_on=on,
                ends_on=on + datetime.timedelta(days=4),
                trainer_organisation=self.world.organisations["cerf"],
                capacity=100,
                planned_by=self.by,
            )
        return self.editions[key]

    def attend(self, case: Case, *modules: str, on: datetime.date = ATTENDED) -> None:
        """At least one half-day of each module."""
        for module in modules:
            enrolment = self.enrol(case, module, on=on)
            for half in Half:
                AttendanceMark.objects.create(
                    enrolment=enrolment, day=on, half=half, mark=Mark.PRESENT, marked_by=self.by
                )

    def enrol(self, case: Case, module: str, on: datetime.date = ATTENDED) -> Enrolment:
        return Enrolment.objects.create(
            edition=self.edition(module, on), case=case, nominated_on=on
        )

    def depart(self, *cases: Case, on: datetime.date = DEPARTED) -> None:
        for case in cases:
            days = Commitment.objects.create(
                person=case.person,
                kind=CommitmentKind.TRAVEL,
                label="Home",
                days=DateRange(on, on + datetime.timedelta(days=1)),
            )
            Journey.objects.create(
                case=case,
                status=JourneyStatus.DEPARTED,
                planned_on=on,
                confirmed_for=on,
                confirmed_on=on,
                departed_on=on,
                route="Home",
                ticket_source=TicketSource.PROGRAMME,
                commitment=days,
            )

    def contact(self, *cases: Case, on: datetime.date = CONTACTED) -> None:
        for case in cases:
            FirstContact.objects.create(
                case=case,
                on=on,
                initiated_by=Initiator.OFFICE,
                channel=ContactChannel.CALL,
                by=self.by,
            )

    def begin_project(self, *cases: Case, on: datetime.date = BEGUN) -> None:
        for case in cases:
            plan = Plan.objects.create(
                case=case,
                status=PlanStatus.DRAFT,
                project_kind=ProjectKind.INDIVIDUAL,
                opened_on=on,
                opened_by=self.by,
            )
            ProjectEvent.objects.create(plan=plan, step=ProjectStep.BEGUN, on=on, by=self.by)

    def score(self, case: Case, composite: str, *, on: datetime.date = SCORED) -> None:
        """A reintegration survey with a composite score; the threshold is 0.5."""
        response = self.answer("rss", on=on, case=case)
        value = Decimal(composite)
        Score.objects.create(
            response=response,
            economic=value,
            social=value,
            psychosocial=value,
            composite=value,
            is_sustainable=value >= Decimal("0.5"),
            threshold=Decimal("0.5"),
            minimum_coverage=Decimal("0.5"),
            scoring_status="provisional",
        )

    def answer(
        self, code: str, *, on: datetime.date = SCORED, case: Case | None = None, **answers: str
    ) -> Response:
        """A filled-in questionnaire, without a name unless a case is given."""
        questionnaire = Questionnaire.objects.get(code=code, version=1)
        response = Response.objects.create(
            questionnaire=questionnaire,
            case=case,
            programme=None if case else self.world.foras,
            answered_on=on,
            entered_by=self.by,
        )
        for question, option in answers.items():
            chosen = Option.objects.get(
                question__questionnaire=questionnaire, question__code=question, code=option
            )
            Answer.objects.create(response=response, question=chosen.question, option=chosen)
        return response

    def hand_out(self, copies: int, *, on: datetime.date = ORIENTED, office: str = "rabat") -> None:
        HandOut.objects.create(
            office=self.world.offices[office],
            programme=self.world.foras,
            on=on,
            occasion=HandOut.Occasion.ORIENTATION,
            material="Brochure",
            language=self.french,
            quantity=copies,
            by=self.by,
        )

    def cancel(self, edition: Edition) -> None:
        Edition.objects.filter(pk=edition.pk).update(status=EditionStatus.CANCELLED)

    def with_two_girls(self) -> dict[str, list[Case]]:
        """Enough people to be split, two of them girls who were oriented and trained."""
        numbers = {"men": 26, "women": 14, "boys": 9, "girls": 2}
        cases = {group: self.people(number, group) for group, number in numbers.items()}
        self.people(12)
        for people in cases.values():
            self.orient(*people)
        for case in (*cases["men"][:16], *cases["women"][:8], *cases["boys"][:4], *cases["girls"]):
            self.attend(case, "personal_development")
        return cases

    def returned(self, number: int = 1, group: str = "men", **values: Any) -> list[Case]:
        """People who were oriented and departed."""
        cases = self.people(number, group, **values)
        self.orient(*cases)
        self.depart(*cases)
        return cases
