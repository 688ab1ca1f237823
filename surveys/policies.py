"""Who may ask, correct and plan what, and who may be asked."""

import datetime
from typing import Any

from accounts.permissions import Permission
from cases import policies as case_policies
from cases.enums import CaseStatus
from cases.models import Case
from cases.workflow import BEFORE_DEPARTURE as CASE_BEFORE_DEPARTURE
from cases.workflow import IN_COUNTRY_OF_ORIGIN
from surveys.enums import AFTER_RETURN, BEFORE_DEPARTURE, OF_A_CASE
from surveys.models import FollowUp, Questionnaire, Response


def is_meant_for(questionnaire: Questionnaire, case: Case, on: datetime.date) -> bool:
    """May this person be asked at all? Questionnaires for adults are not given to children."""
    if not questionnaire.is_for_adults:
        return True
    age_is_unknown = case.person.birth_on is None
    return not (case.person.is_child_on(on) or (age_is_unknown and case.is_unaccompanied_child))


def can_submit(user: Any, questionnaire: Questionnaire, case: Case | None) -> bool:
    """Questionnaires of a case are recorded by the side that looks after the person.

    The others belong to a session or a course, whose app says who may record them.
    """
    if not user.has_permission(Permission.ANSWER_SURVEYS):
        return False
    if case is None or questionnaire.kind not in OF_A_CASE:
        return True
    return case.status != CaseStatus.CLOSED and _looks_after(user, questionnaire, case)


def can_offer(user: Any, questionnaire: Questionnaire, case: Case, on: datetime.date) -> bool:
    """Is this questionnaire offered to this user on the page of this case today?"""
    if questionnaire.kind in AFTER_RETURN:
        is_time = case.status in IN_COUNTRY_OF_ORIGIN
    elif questionnaire.kind in BEFORE_DEPARTURE:
        is_time = case.status in CASE_BEFORE_DEPARTURE
    else:
        is_time = False
    return (
        is_time and can_submit(user, questionnaire, case) and is_meant_for(questionnaire, case, on)
    )


def can_correct(user: Any, response: Response) -> bool:
    """Whoever may record such a response may correct it, also after the case was closed."""
    if not response.is_current or not user.has_permission(Permission.ANSWER_SURVEYS):
        return False
    if response.case is None or response.questionnaire.kind not in OF_A_CASE:
        return True
    return _looks_after(user, response.questionnaire, response.case)


def can_follow_up(user: Any, case: Case) -> bool:
    """Follow-up is planned and recorded by the country of origin while the case is open."""
    return (
        user.has_permission(Permission.ANSWER_SURVEYS)
        and case.status != CaseStatus.CLOSED
        and case_policies.works_in_origin(user, case)
    )


def can_issue(user: Any) -> bool:
    """May the user bring out another version of a questionnaire?"""
    return bool(user.has_permission(Permission.MANAGE_SURVEYS))


def can_act_on(user: Any, follow_up: FollowUp) -> bool:
    return can_follow_up(user, follow_up.case)


def _looks_after(user: Any, questionnaire: Questionnaire, case: Case) -> bool:
    if questionnaire.kind in AFTER_RETURN:
        return case_policies.works_in_origin(user, case)
    return case_policies.works_at_host(user, case)
