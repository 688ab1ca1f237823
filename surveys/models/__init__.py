"""Models of surveys, one file per aggregate."""

from surveys.models.follow_up import FollowUp, FollowUpEvent, FollowUpQuerySet
from surveys.models.questionnaire import Option, Question, Questionnaire, QuestionnaireQuerySet
from surveys.models.response import Answer, Response, ResponseQuerySet, Score

__all__ = [
    "Answer",
    "FollowUp",
    "FollowUpEvent",
    "FollowUpQuerySet",
    "Option",
    "Question",
    "Questionnaire",
    "QuestionnaireQuerySet",
    "Response",
    "ResponseQuerySet",
    "Score",
]
