"""What the people of the invented cases answer to questionnaires."""

import datetime
import random

from avrr.demo import setting
from scripts.benchmarks.tables import Tables
from surveys.enums import QuestionnaireKind, ScoreBand, ScoringStatus
from surveys.models import Answer, Option, Question, Response, Score
from surveys.models.response import SATISFACTION, USEFULNESS


class Answers:
    """Answers of one person, and answers without a name."""

    def __init__(self, world: setting.Setting, tables: Tables, dice: random.Random) -> None:
        self.world, self.tables, self.dice = world, tables, dice
        self.foras = world.programmes[setting.FORAS].pk
        self.officer = world.people["reintegration.guinee"].pk
        self.options = self._options()

    @staticmethod
    def _options() -> dict[tuple[str, str], tuple[int, int, list[int]]]:
        """By kind and question: the questionnaire, the question and the options."""
        found = {}
        for question in Question.objects.filter(code__in=(SATISFACTION, USEFULNESS)):
            kind = question.questionnaire.kind
            options = Option.objects.filter(question=question).order_by("order")
            found[str(kind), question.code] = (
                question.questionnaire_id,
                question.pk,
                list(options.values_list("pk", flat=True)),
            )
        return found

    def feedback(self, kind: str, question: str, office: str, day: datetime.date) -> None:
        """An answer without a name."""
        response = self.tables.add(
            Response,
            questionnaire_id=self.options[kind, question][0],
            programme_id=self.foras,
            office_id=self.world.offices[office].pk,
            context=f"day:{day:%Y-%m-%d}",
            answered_on=day,
            entered_by_id=self.world.people[f"suivi.{office}"].pk,
        )
        self._answer(response, kind, question)

    def _answer(self, response: int, kind: str, question: str) -> None:
        _questionnaire, asked, options = self.options[kind, question]
        weights = (55, 35, 6, 2, 2)[: len(options)]
        option = self.dice.choices(options[: len(weights)], weights)[0]
        self.tables.add(Answer, response_id=response, question_id=asked, option_id=option)

    def usefulness(self, case: int, day: datetime.date) -> None:
        kind = str(QuestionnaireKind.USEFULNESS)
        response = self.tables.add(
            Response,
            questionnaire_id=self.options[kind, USEFULNESS][0],
            case_id=case,
            answered_on=day,
            entered_by_id=self.officer,
        )
        self._answer(response, kind, USEFULNESS)
        if self.dice.random() < 0.9:
            self._answer(response, kind, SATISFACTION)

    def score(self, case: int, day: datetime.date) -> None:
        questionnaire = self._reintegration_survey
        response = self.tables.add(
            Response,
            questionnaire_id=questionnaire,
            case_id=case,
            answered_on=day,
            entered_by_id=self.officer,
        )
        composite = round(self.dice.triangular(0.1, 1, 0.6), 4)
        self.tables.add(
            Score,
            response_id=response,
            economic=composite,
            social=composite,
            psychosocial=composite,
            composite=composite,
            is_sustainable=composite >= 0.5,
            band=ScoreBand.MEDIUM,
            coverage="{}",
            threshold=0.5,
            minimum_coverage=0.7,
            scoring_status=ScoringStatus.PROVISIONAL,
        )

    @property
    def _reintegration_survey(self) -> int:
        if not hasattr(self, "_survey"):
            kind = QuestionnaireKind.REINTEGRATION
            self._survey = (
                Question.objects.filter(questionnaire__kind=kind)
                .values_list("questionnaire_id", flat=True)
                .first()
            )
        return self._survey or 0
