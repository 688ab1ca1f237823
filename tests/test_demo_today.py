"""The programme of today in the demonstration: everybody finds work waiting, whatever the day."""

import datetime
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import pytest
from django.test import SimpleTestCase, TestCase, override_settings

from accounts.models import User
from accounts.permissions import Role
from avrr.demo import setting, todays_cases
from avrr.demo.todays_people import people
from cases import services as case_services
from cases import worklist as cases_worklist
from cases.enums import CaseOutcome, CaseStatus, ConsentAnswer, HandoverStatus, ReferralStatus
from cases.models import Case, CaseEvent, Consent, Document, Handover, Merge, Person, Referral
from core.overrides import OverrideStatus
from core.worklist import Item
from reintegration import worklist as reintegration_worklist
from reintegration.enums import ItemStatus, PlanStatus
from reintegration.models import AssistanceItem, FirstContact, Plan
from surveys import worklist as surveys_worklist
from surveys.models import FollowUp, Response, Score
from training import worklist as training_worklist
from training.enums import EditionStatus, EnrolmentStatus, SessionStatus
from training.models import (
    Application,
    AttendanceMark,
    Edition,
    EditionOverride,
    Enrolment,
    OrientationSession,
)
from travel import worklist as travel_worklist
from travel.enums import JourneyStatus
from travel.models import ArrivalNeed, ChildGate, Journey, TravelOverride, TravelStep

WORKLISTS = (
    cases_worklist,
    training_worklist,
    travel_worklist,
    reintegration_worklist,
    surveys_worklist,
)
WORKING_ROLES = {
    Role.CLERK,
    Role.CASEWORKER,
    Role.PROTECTION_OFFICER,
    Role.TRAINER,
    Role.PARTNER_COORDINATOR,
    Role.FOCAL_POINT,
    Role.REINTEGRATION_OFFICER,
    Role.PROGRAMME_MANAGER,
    Role.FINANCE_OFFICER,
    Role.REFERRER,
}


def waiting_for(user: User) -> dict[str, list[Item]]:
    """The sections of somebody's home page that are not empty."""
    sections = [section for module in WORKLISTS for section in module.sections(user)]
    return {section.title: section.items for section in sections if section.items}


class PeopleTests(SimpleTestCase):
    def test_the_same_day_gives_the_same_people(self) -> None:
        day = datetime.date(2026, 11, 22)

        assert people(day) == people(day)

    def test_there_are_ninety_to_a_hundred_and_thirty_people(self) -> None:
        assert 90 <= len(people(datetime.date(2026, 11, 22))) <= 130


class LivingCaseload:
    """What every day must offer."""

    day: ClassVar[datetime.date]
    world: ClassVar[setting.Setting]

    @classmethod
    def setUpTestData(cls) -> None:
        with tempfile.TemporaryDirectory() as folder:
            accounts = Path(folder) / "accounts.json"
            with mock.patch.object(setting, "ACCOUNTS_FILE", accounts):
                cls.world = setting.build(cls.day)
        todays_cases.build(cls.world)

    def user(self, key: str) -> User:
        return User.objects.get(pk=self.world.person(key).pk)

    def test_everybody_who_works_on_cases_finds_something_waiting(self) -> None:
        idle = [
            account.key
            for account in setting.ACCOUNTS
            if account.role in WORKING_ROLES and not waiting_for(self.user(account.key))
        ]

        assert idle == []

    def test_nearly_every_list_of_the_home_page_has_an_entry_for_somebody(self) -> None:
        titles: dict[str, int] = {}
        for account in setting.ACCOUNTS:
            user = self.user(account.key)
            for module in WORKLISTS:
                for section in module.sections(user):
                    titles[section.title] = titles.get(section.title, 0) + len(section.items)

        # A course that is over and not ended would have to be forgotten by its trainer.
        assert [title for title, count in titles.items() if not count] == ["Courses to end"]

    def test_every_status_of_the_way_occurs(self) -> None:
        assert set(Case.objects.values_list("status", flat=True)) == set(CaseStatus.values)
        outcomes = Counter(Case.objects.exclude(outcome="").values_list("outcome", flat=True))
        assert len(outcomes) >= 4
        assert CaseOutcome.WITHDRAWN in outcomes

    def test_nothing_has_happened_after_today(self) -> None:
        assert not CaseEvent.objects.filter(on__gt=self.day).exists()
        assert not Consent.objects.filter(answered_on__gt=self.day).exists()

    def test_the_steps_of_each_case_follow_each_other_in_time(self) -> None:
        days: dict[int, datetime.date] = {}
        for case, on in CaseEvent.objects.order_by("id").values_list("case", "on"):
            assert on >= days.get(case, on)
            days[case] = on

    def test_everybody_belongs_to_the_programme_of_today(self) -> None:
        codes = set(Case.objects.values_list("programme__code", flat=True))

        assert codes == {setting.TODAYS}
        offices = set(Case.objects.values_list("office__code", flat=True))
        assert offices == {"rabat", "casablanca", "oujda"}

    def test_orientation_and_courses_are_past_present_and_to_come(self) -> None:
        statuses = set(OrientationSession.objects.values_list("status", flat=True))
        assert statuses == {SessionStatus.PLANNED, SessionStatus.HELD, SessionStatus.CLOSED}
        states = set(Edition.objects.values_list("status", flat=True))
        assert states == {EditionStatus.PLANNED, EditionStatus.RUNNING, EditionStatus.COMPLETED}
        running = Edition.objects.get(status=EditionStatus.RUNNING)
        assert running.starts_on < self.day < running.ends_on
        assert not AttendanceMark.objects.filter(day__gte=self.day).exists()
        statuses = set(Enrolment.objects.values_list("status", flat=True))
        assert {
            EnrolmentStatus.NOMINATED,
            EnrolmentStatus.ACKNOWLEDGED,
            EnrolmentStatus.ENROLLED,
            EnrolmentStatus.STARTED,
            EnrolmentStatus.COMPLETED,
        } <= statuses

    def test_vocational_places_are_given_refused_with_a_reason_and_to_decide(self) -> None:
        assert Counter(Application.objects.values_list("status", flat=True)) == {
            "accepted": 2,
            "waiting": 1,
            "refused": 2,
            "submitted": 2,
        }
        assert not Application.objects.filter(status="refused", reason="").exists()
        places = Enrolment.objects.filter(edition__module_version__is_vocational=True)
        assert [row.application.status for row in places] == ["accepted"]

    def test_journeys_wait_for_papers_answers_and_decisions(self) -> None:
        states = set(Journey.objects.values_list("status", flat=True))
        assert states == set(JourneyStatus.values)
        assert Journey.objects.before_departure().without_papers(on=self.day).count() >= 3
        month_ago = self.day - datetime.timedelta(days=30)
        assert TravelStep.objects.waiting().filter(requested_on__lte=month_ago).exists()
        assert Journey.objects.overdue(on=self.day, after_days=3).count() == 1
        assert TravelOverride.objects.filter(status=OverrideStatus.REQUESTED).count() == 1
        assert EditionOverride.objects.waiting().count() == 1
        assert ArrivalNeed.objects.unanswered().exists()
        assert ArrivalNeed.objects.filter(acknowledged_at__isnull=False).exists()

    def test_one_child_may_travel_and_the_other_not_yet(self) -> None:
        children = Case.objects.filter(is_unaccompanied_child=True)

        assert children.count() == 2
        assert ChildGate.objects.signed().count() == 1
        assert ChildGate.objects.get(determination="").case.status == CaseStatus.REGISTERED

    def test_handovers_referrals_and_consents_are_answered_in_every_way(self) -> None:
        answers = set(Handover.objects.values_list("status", flat=True))
        assert answers == set(HandoverStatus.values) - {HandoverStatus.DRAFT}
        assert set(Referral.objects.values_list("status", flat=True)) == set(ReferralStatus.values)
        consents = set(Consent.objects.values_list("answer", flat=True))
        assert consents == set(ConsentAnswer.values)
        assert Document.objects.count() >= 3

    def test_one_pair_registered_twice_is_joined_and_one_waits_for_a_second_person(self) -> None:
        done, waiting = Merge.objects.in_force().get(), Merge.objects.waiting().get()

        for merge in (done, waiting):
            assert merge.is_two_person
            assert merge.kept_case.office != merge.other_case.office
        assert done.other_case.outcome == CaseOutcome.DUPLICATE
        assert done.other_case.person == done.kept_case.person
        assert done.decided_by != done.proposed_by
        assert waiting.other_case.person != waiting.kept_case.person
        found = case_services.likely_the_same(waiting.kept_case, by=self.user("protection"))
        assert waiting.other_case in [case for case, _reasons in found]

    def test_plans_and_money_are_at_every_step(self) -> None:
        plans = set(Plan.objects.values_list("status", flat=True))
        assert {
            PlanStatus.DRAFT,
            PlanStatus.SUBMITTED,
            PlanStatus.AGREED,
            PlanStatus.IN_PROGRESS,
            PlanStatus.COMPLETED,
        } <= plans
        items = set(AssistanceItem.objects.values_list("status", flat=True))
        assert items == set(ItemStatus.values) - {ItemStatus.CANCELLED}
        waiting = AssistanceItem.objects.filter(approved_by__isnull=False)
        assert waiting.filter(status=ItemStatus.PROPOSED, amount__gt=1_000).exists()
        amounts = " ".join(AssistanceItem.objects.values_list("local_amount", flat=True))
        assert all(currency in amounts for currency in ("GNF", "XOF", "XAF", "CDF"))

    def test_follow_up_is_done_late_and_to_come(self) -> None:
        assert FollowUp.objects.overdue(self.day).exists()
        assert FollowUp.objects.upcoming(self.day).exists()
        assert FirstContact.objects.exists()
        assert Response.objects.filter(questionnaire__code="rss").count() >= 8
        assert Score.objects.filter(composite__isnull=True).exists()
        assert Score.objects.filter(is_sustainable=True).exists()

    def test_the_people_are_as_awkward_as_in_life(self) -> None:
        twins = Person.objects.filter(name_key="traore aminata")
        assert {case.office.code for twin in twins for case in twin.cases.all()} == {
            "rabat",
            "casablanca",
        }
        found = case_services.possible_duplicates(
            family_name="Traoré", given_name="Aminata", birth_on=twins[0].birth_on
        )
        assert len(found) >= 2
        assert not Merge.objects.filter(kept__in=twins).exists()
        assert Person.objects.filter(birth_on__isnull=True, sex="").exists()
        assert Person.objects.filter(family_name__startswith="ولد").exists()
        assert any(len(person.full_name) > 90 for person in Person.objects.all())
        assert any(
            case.person.nationality_id != case.country_id
            for case in Case.objects.select_related("person")
        )
        withdrawn = Case.objects.filter(outcome=CaseOutcome.WITHDRAWN)
        assert Journey.objects.filter(case__in=withdrawn, status=JourneyStatus.CANCELLED).exists()
        assert "People to trace" in waiting_for(self.user("pointfocal.guinee"))


def on(day: datetime.date) -> Any:
    return override_settings(TODAY=day.isoformat())


@on(datetime.date(2026, 11, 25))
@pytest.mark.long
class WednesdayTests(LivingCaseload, TestCase):
    day = datetime.date(2026, 11, 25)


@on(datetime.date(2027, 2, 28))
@pytest.mark.long
class SundayTests(LivingCaseload, TestCase):
    day = datetime.date(2027, 2, 28)
