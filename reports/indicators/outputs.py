"""What was held and handed out, by place and month (R243). Nobody is counted here."""

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from cases.models import HandOut
from programmes.models import Programme
from reports.indicators.base import Indicator, Scope, Things
from training.models import Edition

SPLITS = ("mop", "month")


def editions(scope: Scope) -> QuerySet:
    own = Programme.objects.countable_by(scope.user).filter(pk=scope.programme.pk)
    return Edition.objects.held_by(scope.as_of).of_programme(own.values("pk")[:1])


def brochures(scope: Scope) -> QuerySet:
    rows = HandOut.objects.countable_by(scope.user).filter(programme=scope.programme)
    return rows.handed_by(scope.as_of)


INDICATORS = (
    Indicator(
        slug="editions",
        label=_("Editions of courses"),
        definition=_(
            "Editions of course modules that began on or before the day, were not cancelled and "
            "had at least one person of the programme."
        ),
        sentence=_("%(value)s editions of courses were held."),
        rows=editions,
        measure=Things(aggregate=Count("pk"), office="office__code", on="starts_on"),
        split_by=SPLITS,
    ),
    Indicator(
        slug="brochures",
        label=_("Brochures handed out"),
        definition=_("Copies of information material handed out on or before the day."),
        sentence=_("%(value)s brochures were handed out."),
        rows=brochures,
        measure=Things(aggregate=Sum("quantity"), office="office__code", on="on"),
        split_by=SPLITS,
    ),
)
