"""REST: what participants think, one by one or as counts of paper forms (R058, R083)."""

from rest_framework import serializers

from cases.fields import CaseField
from core.api import DateField, InputSerializer, VisibleField
from programmes.models import Programme
from surveys.enums import Channel
from training.models import Enrolment


class FormIn(InputSerializer):
    answered_on = DateField()
    channel = serializers.ChoiceField(Channel.choices, default=Channel.PAPER)


class AnswersIn(FormIn):
    """Option codes, lists of them, numbers or texts by question code."""

    answers = serializers.DictField(child=serializers.JSONField(), allow_empty=False)


class SessionFeedbackIn(AnswersIn):
    case = CaseField()


class EditionSurveyIn(AnswersIn):
    """By enrolment: a training partner is not given the case."""

    enrolment = VisibleField(slug_field="reference", queryset=Enrolment.objects.all())


class CountsIn(FormIn):
    """How many forms ticked each answer on satisfaction, by the answer's code."""

    counts = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=500), allow_empty=False
    )
    programme = serializers.SlugRelatedField(
        slug_field="code", queryset=Programme.objects.all(), required=False
    )
