"""The form that participants fill in themselves, without signing in (R058, R083)."""

from dataclasses import dataclass
from typing import Any

import qrcode
from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.clock import today
from core.views import PUBLIC, FormPage, Page
from surveys.enums import Channel
from surveys.models import Response
from training import services
from training.forms.opinions import OpinionForm
from training.models import OrientationSession


class OfOccasion(Page):
    """A page about a session or course whose address was sealed."""

    required_permission = PUBLIC
    occasion: Any = None

    def find(self, request: Any) -> None:
        self.occasion = services.occasion_of(self.kwargs["sealed"])
        if self.occasion is None:
            raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        subject = subject_of(self.occasion)
        return super().get_context_data(occasion=self.occasion, subject=subject, **kwargs)


class Opinion(OfOccasion, FormPage):
    """The questions; who shares a tablet comes with ``?kiosk=1``, and so does the next person."""

    template_name = "training/opinion.html"
    title = _("What do you think?")
    form_class = OpinionForm
    submit_label = _("Send")

    def writer(self) -> Any:
        """Nobody signs in: the system writes."""
        return User.objects.system()

    @property
    def is_kiosk(self) -> bool:
        return self.request.GET.get("kiosk") == "1"

    def get_form_kwargs(self) -> dict[str, Any]:
        questionnaire = services.questionnaire_of(self.occasion)
        return super().get_form_kwargs() | {"questionnaire": questionnaire}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        closed = services.why_closed(self.occasion, today())
        return super().get_context_data(closed=closed, **kwargs)

    def perform(self, form: Any) -> Response:
        channel = Channel.KIOSK if self.is_kiosk else Channel.OWN_PHONE
        return services.give_opinion(self.occasion, answers=form.answers(), channel=channel)

    def get_success_url(self, result: Any) -> str:
        thanks = reverse("training:opinion-thanks", kwargs=self.kwargs)
        return f"{thanks}?kiosk=1" if self.is_kiosk else thanks


class Thanks(OfOccasion):
    """After sending; on a shared tablet the way to an empty form."""

    template_name = "training/opinion_thanks.html"
    title = _("Thank you")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        again = ""
        if self.request.GET.get("kiosk") == "1":
            again = f"{reverse('training:opinion', kwargs=self.kwargs)}?kiosk=1"
        return super().get_context_data(again=again, **kwargs)


def subject_of(occasion: Any) -> str:
    """What is asked about, in words that a participant knows."""
    if isinstance(occasion, OrientationSession):
        return gettext("Orientation of %(day)s") % {"day": date_format(occasion.day)}
    return str(occasion.module_version.module)


def address_of(occasion: Any) -> str:
    """Where participants answer, for their own phones."""
    path = reverse("training:opinion", kwargs={"sealed": services.seal(occasion)})
    return f"{settings.SITE_URL.rstrip('/')}{path}"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A QR code: an SVG path over a square of ``size`` units, the quiet border included."""

    size: int
    path: str


def picture_of(address: str) -> Picture:
    """An address to be photographed."""
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    rows = code.get_matrix()
    dark = [(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return Picture(size=len(rows), path="".join(f"M{x} {y}h1v1h-1z" for x, y in dark))
