"""REST: what participants think, one by one or as counts of paper forms (R058, R083)."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from cases.models import Case
from core.api import InputSerializer
from programmes.models import Programme
from surveys.enums import Channel
from training.api.fields import chosen
from training.models import Enrolment
from training.services.feedback import Occasion, programmes_of


class FormIn(InputSerializer):
    answered_on = serializers.DateField()
    channel = serializers.ChoiceField(Channel.choices, default=Channel.PAPER)


class AnswersIn(FormIn):
    """Option codes, lists of them, numbers or texts by question code."""

    answers = serializers.DictField(child=serializers.JSONField(), allow_empty=False)


class SessionFeedbackIn(AnswersIn):
    case = chosen(Case, "reference")


class EditionSurveyIn(AnswersIn):
    """By enrolment: a training partner is not given the case."""

    enrolment = chosen(Enrolment, "reference")


class CountsIn(FormIn):
    """How many forms ticked each answer on satisfaction, by the answer's code."""

    counts = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=500), allow_empty=False
    )
    programme = serializers.SlugRelatedField(
        slug_field="code", queryset=Programme.objects.all(), required=False
    )


def require_participants(occasion: Occasion, programme: Any) -> None:
    """Forms are counted for a programme of which somebody took part."""
    if programme is not None and programme not in programmes_of(occasion):
        raise serializers.ValidationError({"programme": [_("Nobody of this programme took part.")]})
