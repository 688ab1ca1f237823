"""The chapters, from registration to what became of people after their return."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.document import Chart, Section, days_text
from reports.figures import Figures
from reports.indicators import ANSWERS, ATTENDANCES, COURSES, FUNNEL, OUTPUTS
from reports.indicators import splits as names
from reports.presenters.tables import Tables

BY_MONTH = ("registered", "oriented", "trained", "departed")
AFTER_RETURN = ("contacted", "with_project", "scored", "sustainable")


def sections_of(figures: Figures) -> tuple[Section, ...]:
    """All chapters that have something to say, in the active language."""
    tables = Tables(figures)
    return tuple(section for chapter in CHAPTERS if (section := chapter(tables)).blocks)


def funnel(tables: Tables) -> Section:
    return Section(
        anchor="funnel",
        title=_("From registration to reintegration"),
        paragraphs=(
            _(
                "Each stage counts people of the stage that it is measured against, as they "
                "stood on the day of the figures."
            ),
            coverage_of_scores(tables),
        ),
        blocks=(
            *tables.figure_table(
                "stages",
                _("People at each stage"),
                FUNNEL,
                Chart.FUNNEL,
                description=_("Bars that get narrower from stage to stage."),
            ),
        ),
    )


def coverage_of_scores(tables: Tables) -> str:
    """How many could be asked, were reached and have a score, on one line (R153)."""
    contacted, scored, sustainable = tables.rows(("contacted", "scored", "sustainable"))
    return _("Coverage: %(contacted)s %(scored)s %(sustainable)s") % {
        "contacted": contacted.in_words,
        "scored": scored.in_words,
        "sustainable": sustainable.in_words,
    }


def coverage_of_answers(tables: Tables) -> Iterator[str]:
    """How many could be asked after the return, were reached and answered, on one line (R153)."""
    if "satisfied_skills" not in tables.figures.totals:
        return
    yield _("Coverage of the survey after the return: %(contacted)s %(answered)s") % {
        "contacted": tables.row("contacted").in_words,
        "answered": tables.answered("satisfied_skills", of="departed").in_words,
    }


def people_reached(tables: Tables) -> Section:
    return Section(
        anchor="people",
        title=_("Who was reached"),
        paragraphs=(
            _("The same stages by group, orientation point, country of origin and month."),
        ),
        blocks=(
            *tables.split_table(names.GROUP, _("Stages by group"), FUNNEL),
            *tables.parts("oriented", names.TRAVELLING, _("Children travelling alone")),
            *tables.split_table(names.MOP, _("Stages by orientation point"), FUNNEL),
            tables.conversion("oriented", _("Oriented people by orientation point")),
            tables.conversion("trained", _("Trained people by orientation point")),
            *tables.split_table(names.COUNTRY, _("Stages by country of origin"), FUNNEL),
            *tables.split_table(names.MONTH, _("Stages by month"), BY_MONTH),
            *tables.parts("registered", names.SOURCE, _("Registered people by referral source")),
        ),
    )


def participation(tables: Tables) -> Section:
    """Who was registered and never came, and why (R056)."""
    return Section(
        anchor="participation",
        title=_("Participation by choice"),
        paragraphs=(
            _(
                "Orientation is an offer. Those who were registered and did not take part, and "
                "what is known of their reasons from the latest invitation."
            ),
        ),
        blocks=(
            *tables.parts("not_oriented", names.REASON, _("People not oriented by reason")),
            *tables.reasons_by_place(),
        ),
    )


def courses(tables: Tables) -> Section:
    return Section(
        anchor="courses",
        title=_("Courses and material"),
        blocks=(
            *tables.figure_table("modules", _("Trained people by course"), COURSES, Chart.BARS),
            *tables.split_table(names.GROUP, _("Courses by group"), COURSES, anchor="courses"),
            *tables.figure_table(
                "outputs", _("What was held and handed out"), (*ATTENDANCES, *OUTPUTS)
            ),
            *tables.split_table(
                names.MOP, _("Editions and brochures by place"), OUTPUTS, anchor="outputs"
            ),
        ),
        limits=(
            _(
                "Shares of courses add up to more than 100 %, because one person may attend "
                "several courses."
            ),
        ),
    )


def satisfaction(tables: Tables) -> Section:
    return Section(
        anchor="satisfaction",
        title=_("Satisfaction and usefulness"),
        paragraphs=tuple(coverage_of_answers(tables)),
        blocks=(
            *tables.figure_table(
                "satisfied", _("Favourable answers of all answers"), ANSWERS, Chart.BARS
            ),
            *tables.answers("satisfied_skills", _("Satisfaction with the skills gained")),
            *tables.answers("skills_useful", _("Usefulness of the skills after the return")),
        ),
        limits=(
            _("Only those who answered are counted. Whoever did not answer may think differently."),
        ),
    )


def time_until_departure(tables: Tables) -> Section:
    """Days from registration to departure, beside the usual time (R036)."""
    slug = "days_to_departure"
    medians = tables.figures.medians.get(slug)
    paragraphs: list[str] = []
    if medians is not None and medians.total is not None:
        paragraphs.append(
            _(
                "Half of the people left within %(median)s days of their registration; the "
                "usual time is %(usual)s days."
            )
            % {"median": days_text(medians.total), "usual": medians.usual}
        )
    if tables.figures.audience.is_protected:
        paragraphs.append(
            _("The median of fewer than %(least)s people is not shown.")
            % {"least": tables.figures.limits.breakdown_min}
        )
    return Section(
        anchor="time-until-departure",
        title=_("Time until departure"),
        paragraphs=tuple(paragraphs),
        blocks=(
            *tables.times(slug, names.MOP, _("Median days by orientation point")),
            *tables.times(slug, names.MONTH, _("Median days by month of departure")),
        ),
    )


def after_return(tables: Tables) -> Section:
    limits = [
        _(
            "The score says how people stood when they were asked. It does not show what the "
            "programme has brought about."
        )
    ]
    if tables.figures.content["is_score_provisional"]:
        limits.append(
            _(
                "The score is computed with provisional questions and weights; it cannot be "
                "compared with scores of the official instrument."
            )
        )
    return Section(
        anchor="after-return",
        title=_("After the return"),
        paragraphs=(coverage_of_scores(tables),),
        blocks=(
            *tables.figure_table(
                "outcomes", _("Contact, projects and scores"), AFTER_RETURN, Chart.BARS
            ),
            *tables.parts(
                "departed", names.REGION, _("People who returned by region"), only_people=True
            ),
            *tables.parts(
                "departed",
                names.AREA,
                _("People who returned by prefecture or locality"),
                only_people=True,
            ),
        ),
        limits=tuple(limits),
    )


CHAPTERS = (
    funnel,
    people_reached,
    participation,
    courses,
    satisfaction,
    time_until_departure,
    after_return,
)
