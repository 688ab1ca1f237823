"""Pages on which the answers of participants are recorded (R058, R083)."""

from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases.models import Case
from core import audit
from core.views import RecordAction
from surveys.models import Response
from training import policies, services
from training.forms.common import CountsForm, FeedbackForm
from training.models import Edition, Enrolment, OrientationSession
from training.services.feedback import answers_to, participants_of, programmes_of
from training.views.opinions import address_of, picture_of


def unasked(occasion: Any) -> set[int]:
    """Cases that took part and have not answered yet."""
    answered = answers_to(occasion).filter(case__isnull=False).values_list("case", flat=True)
    return participants_of(occasion) - set(answered)


class Asking(RecordAction):
    """Recording answers about one session or course."""

    required_permission = P.ANSWER_SURVEYS
    template_name = "training/feedback.html"
    counts_route: ClassVar[str] = ""
    answer_route: ClassVar[str] = ""

    def check_permission(self, request: Any) -> None:
        super().check_permission(request)
        if not policies.can_ask(request.user, self.object):
            raise PermissionDenied

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        satisfied, answered = services.satisfaction_of(self.object)
        reference = self.object.reference
        opinion_url = address_of(self.object)
        return super().get_context_data(
            satisfied=satisfied,
            answered=answered,
            there=len(participants_of(self.object)),
            counts_url=reverse(self.counts_route, args=[reference]),
            answer_url=reverse(self.answer_route, args=[reference]),
            opinion_url=opinion_url,
            opinion_picture=picture_of(opinion_url),
            **kwargs,
        )

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()


class OneAnswer(Asking):
    """One participant's form."""

    title = _("One participant’s answers")
    form_class = FeedbackForm
    success_message = _("The answers are recorded.")

    def participants(self) -> Any:
        """Those who took part, may be seen and have not answered yet."""
        raise ImproperlyConfigured(f"{type(self).__name__} does not say who may answer")

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = self.participants()
        audit.listed(self.request.user, rows)
        return super().get_form_kwargs() | {
            "questionnaire": services.questionnaire_of(self.object),
            "participants": rows,
        }

    def perform(self, form: Any) -> Response:
        data = form.cleaned_data
        return services.record_answers(
            self.object,
            case=getattr(data["participant"], "case", data["participant"]),
            answers=form.answers(),
            answered_on=data["answered_on"],
            channel=data["channel"],
            by=self.request.user,
        )


class Counts(Asking):
    """A pile of anonymous paper forms."""

    title = _("Count paper forms")
    intro = _("How many forms ticked each answer on satisfaction.")
    form_class = CountsForm
    success_message = _("The forms are counted.")

    def get_form_kwargs(self) -> dict[str, Any]:
        questionnaire = services.questionnaire_of(self.object)
        return super().get_form_kwargs() | {
            "options": services.satisfaction_options(questionnaire),
            "programmes": programmes_of(self.object),
        }

    def perform(self, form: Any) -> list[Response]:
        data = form.cleaned_data
        return services.count_answers(
            self.object,
            counts=form.counts(),
            answered_on=data["answered_on"],
            programme=data["programme"],
            channel=data["channel"],
            by=self.request.user,
        )


class SessionAnswer(OneAnswer):
    model = OrientationSession
    answer_route = "training:session-feedback"
    counts_route = "training:session-counts"

    def participants(self) -> Any:
        seen = Case.objects.visible_to(self.request.user).filter(pk__in=unasked(self.object))
        return seen.select_related("person").order_by("person__family_name", "id")


class SessionCounts(Counts):
    model = OrientationSession
    answer_route = "training:session-feedback"
    counts_route = "training:session-counts"


class EditionAnswer(OneAnswer):
    model = Edition
    answer_route = "training:edition-survey"
    counts_route = "training:edition-counts"

    def participants(self) -> Any:
        """By enrolment: a training partner is not given the case."""
        seen = Enrolment.objects.visible_to(self.request.user).filter(
            edition=self.object, case__in=unasked(self.object)
        )
        return seen.select_related("case__person").by_name()


class EditionCounts(Counts):
    model = Edition
    answer_route = "training:edition-survey"
    counts_route = "training:edition-counts"
