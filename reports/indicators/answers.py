"""What people answered about orientation, courses and the skills they gained (R058, R083, R162)."""

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reports.indicators.base import Answers, Indicator, Scope
from surveys.enums import QuestionnaireKind
from surveys.models import Response
from surveys.models.response import SATISFACTION, USEFULNESS


def answered(kind: str) -> Callable[[Scope], QuerySet]:
    def rows(scope: Scope) -> QuerySet:
        of_programme = Q(programme=scope.programme) | Q(case__programme=scope.programme)
        responses = Response.objects.countable_by(scope.user).of_kind(kind)
        return responses.filter(of_programme).answered_by(scope.as_of)

    return rows


INDICATORS = (
    Indicator(
        slug="satisfied_orientation",
        label=_("Satisfied with the orientation"),
        definition=_(
            "Answers “very satisfied” or “satisfied”, of all answers to the questionnaire after "
            "orientation sessions on or before the day. Answers are counted, not persons: the "
            "questionnaire bears no name."
        ),
        sentence=_(
            "%(value)s of %(denominator)s answers after orientation sessions were satisfied "
            "(%(percent)s)."
        ),
        rows=answered(QuestionnaireKind.ORIENTATION_FEEDBACK),
        measure=Answers(kind=QuestionnaireKind.ORIENTATION_FEEDBACK, question=SATISFACTION),
        of="answers",
    ),
    Indicator(
        slug="satisfied_training",
        label=_("Satisfied with the course"),
        definition=_(
            "Answers “very satisfied” or “satisfied”, of all answers to the survey at the end of "
            "course modules on or before the day. Answers are counted, not persons: the survey "
            "bears no name, and whoever attended two modules was asked twice."
        ),
        sentence=_(
            "%(value)s of %(denominator)s answers at the end of courses were satisfied "
            "(%(percent)s)."
        ),
        rows=answered(QuestionnaireKind.MODULE_FEEDBACK),
        measure=Answers(kind=QuestionnaireKind.MODULE_FEEDBACK, question=SATISFACTION),
        of="answers",
    ),
    Indicator(
        slug="satisfied_skills",
        label=_("Satisfied with the skills gained"),
        definition=_(
            "Answers “very satisfied” or “satisfied” with the knowledge and skills gained before "
            "departure, of all answers to the survey after the return on or before the day, those "
            "without an answer to this question included."
        ),
        sentence=_(
            "%(value)s of %(denominator)s people asked after the return were satisfied with the "
            "skills they had gained (%(percent)s)."
        ),
        rows=answered(QuestionnaireKind.USEFULNESS),
        measure=Answers(kind=QuestionnaireKind.USEFULNESS, question=SATISFACTION),
        of="answers",
    ),
    Indicator(
        slug="skills_useful",
        label=_("Skills found useful"),
        definition=_(
            "Answers “useful” or “quite useful” about the knowledge and skills gained before "
            "departure, of all answers to the survey after the return on or before the day, those "
            "without an answer to this question included."
        ),
        sentence=_(
            "%(value)s of %(denominator)s people asked after the return found the skills useful or "
            "quite useful (%(percent)s)."
        ),
        rows=answered(QuestionnaireKind.USEFULNESS),
        measure=Answers(kind=QuestionnaireKind.USEFULNESS, question=USEFULNESS),
        of="answers",
    ),
)
