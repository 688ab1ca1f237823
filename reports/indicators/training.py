"""Which courses people attended, whichever scheme the modules belong to (R072, R081, R082)."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reports.indicators.base import Indicator, People, Scope, Sums
from training.enums import ModuleGroup
from training.models import Enrolment

SPLITS = ("group", "mop", "country")


def courses(scope: Scope) -> Any:
    """Enrolments of people who attended at least one half-day of the course."""
    return Enrolment.objects.filter(case__programme=scope.programme).trained_by(scope.as_of)


def in_group(group: str) -> Callable[[Scope], QuerySet]:
    def rows(scope: Scope) -> QuerySet:
        found: QuerySet = courses(scope).in_group(group)
        return found

    return rows


MODULES = (
    "module_personal_development",
    "module_business",
    "module_handicraft",
    "module_agriculture",
)

INDICATORS = (
    Indicator(
        slug="trained_two_modules",
        label=_("Trained in two or more modules"),
        definition=_(
            "Trained persons who attended at least one half-day of two or more modules. Counting "
            "rule: each module of the scheme of 2018 counts on its own, so that life skills and "
            "soft skills are two."
        ),
        sentence=_(
            "%(value)s of %(denominator)s trained people attended two or more modules, each module "
            "of the scheme of 2018 counted on its own (%(percent)s)."
        ),
        rows=lambda scope: courses(scope).two_modules(by_group=False),
        measure=People(),
        of="trained",
        split_by=SPLITS,
    ),
    Indicator(
        slug="trained_two_groups",
        label=_("Trained in two or more subjects"),
        definition=_(
            "Trained persons who attended at least one half-day in two or more subjects. Counting "
            "rule: the modules of the scheme of 2018 count under the subject that replaced them, "
            "so that life skills and soft skills are both personal development, and are one."
        ),
        sentence=_(
            "%(value)s of %(denominator)s trained people attended two or more subjects "
            "(%(percent)s)."
        ),
        rows=lambda scope: courses(scope).two_modules(by_group=True),
        measure=People(),
        of="trained",
        split_by=SPLITS,
    ),
    Indicator(
        slug="module_personal_development",
        label=_("Personal development"),
        definition=_(
            "Trained persons who attended at least one half-day of personal development, or of "
            "life skills or soft skills, which it replaced."
        ),
        sentence=_(
            "%(value)s of %(denominator)s trained people attended personal development "
            "(%(percent)s)."
        ),
        rows=in_group(ModuleGroup.PERSONAL_DEVELOPMENT),
        measure=People(),
        of="trained",
        split_by=SPLITS,
    ),
    Indicator(
        slug="module_business",
        label=_("Business creation"),
        definition=_(
            "Trained persons who attended at least one half-day of business creation, or of "
            "entrepreneurship or commercialization, which it replaced."
        ),
        sentence=_(
            "%(value)s of %(denominator)s trained people attended business creation (%(percent)s)."
        ),
        rows=in_group(ModuleGroup.BUSINESS),
        measure=People(),
        of="trained",
        split_by=SPLITS,
    ),
    Indicator(
        slug="module_handicraft",
        label=_("Handicraft"),
        definition=_("Trained persons who attended at least one half-day of handicraft."),
        sentence=_(
            "%(value)s of %(denominator)s trained people attended handicraft (%(percent)s)."
        ),
        rows=in_group(ModuleGroup.HANDICRAFT),
        measure=People(),
        of="trained",
        split_by=SPLITS,
    ),
    Indicator(
        slug="module_agriculture",
        label=_("Agricultural products"),
        definition=_(
            "Trained persons who attended at least one half-day of the course on agricultural "
            "products."
        ),
        sentence=_(
            "%(value)s of %(denominator)s trained people attended the course on agricultural "
            "products (%(percent)s)."
        ),
        rows=in_group(ModuleGroup.AGRICULTURE),
        measure=People(),
        of="trained",
        split_by=SPLITS,
    ),
    Indicator(
        slug="module_attendances",
        label=_("Module attendances"),
        definition=_(
            "Trained persons, each as often as the number of the four course modules they attended "
            "at least one half-day of. A person in three modules is one trained person and three "
            "module attendances. The modules of the scheme of 2018 count under the subject that "
            "replaced them."
        ),
        sentence=_(
            "The people trained attended %(value)s course modules, each person counted "
            "once for each module."
        ),
        rows=courses,
        measure=Sums(of=MODULES),
        split_by=SPLITS,
    ),
)
