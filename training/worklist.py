"""What waits in orientation and courses: for the orientation point and for training partners."""

import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.permissions import Permission as P
from core.clock import today
from core.worklist import LIMIT, Item, Section
from reference import rules
from training import policies
from training.enums import ApplicationStatus, EditionStatus, EnrolmentStatus
from training.filters import midnight
from training.models import (
    PARTNER_ROLES,
    Application,
    AttendanceMark,
    Edition,
    EditionOverride,
    Enrolment,
    OrientationSession,
)

WEEK = datetime.timedelta(days=7)


def sections(user: Any) -> list[Section]:
    """Sessions and roll calls, courses of today, nominations, applications, courses to end."""
    found = []
    is_partner = bool(user.organisations_for(*PARTNER_ROLES))
    if user.has_permission(P.RUN_SESSIONS):
        found += [_uncalled(user), _coming(user)]
    if is_partner:
        found += [_roll_today(user), _nominations(user)]
    elif user.has_permission(P.WRITE_ATTENDANCE):
        own = _roll_today(user)
        found += [own] if own.items else []  # few of our offices teach themselves
    if user.has_permission(P.ENROL):
        found += [_unanswered(user), _accepted(user)]
    if user.has_permission(P.DECIDE_APPLICATIONS):
        found.append(_to_decide(user))
    if user.has_permission(P.APPROVE_OVERRIDES):
        found.append(_overrides(user))
    if is_partner or user.has_permission(P.PLAN_EDITIONS):
        found.append(_to_end(user))
    return found


def _now() -> datetime.datetime:
    """This moment, on the day that the installation takes for today."""
    return datetime.datetime.combine(today(), timezone.localtime().time()).replace(
        tzinfo=timezone.get_current_timezone()
    )


def _session_item(row: OrientationSession, *, route: str, is_late: bool = False) -> Item:
    return Item(
        title=date_format(timezone.localtime(row.starts_at), "DATETIME_FORMAT"),
        detail=f"{row.office.name} · {row.reference}",
        url=reverse(route, args=[row.reference]),
        due=row.day,
        is_late=is_late,
    )


def _uncalled(user: Any) -> Section:
    rows = OrientationSession.objects.visible_to(user).without_roll_call(_now())
    rows = rows.select_related("office").order_by("starts_at", "id")[:LIMIT]
    return Section(
        title=_("Orientation sessions whose roll is not called"),
        items=[
            _session_item(row, route="training:session-roll-call", is_late=row.day < today())
            for row in rows
        ],
        empty=_("The roll of every past session is called."),
        url=f"{reverse('training:session-list')}?status=planned",
        url_label=_("All planned sessions"),
    )


def _coming(user: Any) -> Section:
    rows = OrientationSession.objects.visible_to(user).planned()
    rows = rows.between(_now(), midnight(today() + WEEK)).select_related("office")
    return Section(
        title=_("Orientation sessions of the next seven days"),
        items=[
            _session_item(row, route="training:session-detail")
            for row in rows.order_by("starts_at", "id")[:LIMIT]
        ],
        empty=_("No session is planned for the next seven days."),
        url=reverse("training:session-list"),
        url_label=_("All sessions"),
    )


def _roll_today(user: Any) -> Section:
    marked = AttendanceMark.objects.filter(enrolment__edition=OuterRef("pk"), day=today())
    rows = (
        Edition.objects.called_by(user)
        .open()
        .filter(starts_on__lte=today(), ends_on__gte=today())
        .annotate(is_marked=Exists(marked))
        .select_related("module_version__module", "office")
        .order_by("is_marked", "starts_on", "id")[:LIMIT]
    )
    return Section(
        title=_("Courses of today"),
        items=[
            Item(
                title=row.module_version.module.label,
                detail=_("Roll called") if row.is_marked else _("Roll not called yet"),
                url=row.get_absolute_url(),
            )
            for row in rows
        ],
        empty=_("No course today."),
        url=f"{reverse('training:edition-list')}?status=running",
        url_label=_("All running courses"),
    )


def _nomination_items(user: Any) -> list[Item]:
    """Nominations without an answer, the oldest first; late after the days of the rule (R104)."""
    patience = datetime.timedelta(days=rules.current(rules.TRAINING_ANSWER_DAYS, on=today()))
    rows = (
        Enrolment.objects.visible_to(user)
        .waiting()
        .select_related("case__person", "edition__module_version__module")
        .order_by("nominated_on", "id")[:LIMIT]
    )
    return [
        Item(
            title=row.name_for(user),
            detail=str(row.edition),
            url=row.get_absolute_url(),
            due=row.nominated_on + patience,
            is_late=row.nominated_on + patience < today(),
            records=[row.case],
        )
        for row in rows
    ]


def _nominations(user: Any) -> Section:
    return Section(
        title=_("Nominations to acknowledge"),
        items=_nomination_items(user),
        empty=_("Every nomination is answered."),
        url=f"{reverse('training:enrolment-list')}?status={EnrolmentStatus.NOMINATED}",
        url_label=_("All nominations"),
    )


def _unanswered(user: Any) -> Section:
    return Section(
        title=_("Nominations that the training partner has not answered"),
        items=_nomination_items(user),
        empty=_("Every nomination is answered."),
        url=f"{reverse('training:enrolment-list')}?status={EnrolmentStatus.NOMINATED}",
        url_label=_("All nominations"),
    )


def _to_decide(user: Any) -> Section:
    """Undecided applications of others, those for the nearest course first (R074)."""
    rows = (
        Application.objects.visible_to(user)
        .still_possible()
        .filter(status=ApplicationStatus.SUBMITTED)
        .exclude(applied_by=user, case__is_restricted=False)
    )
    return Section(
        title=_("Applications for vocational courses to decide"),
        items=_application_items(rows),
        empty=_("Every application is decided."),
        url=f"{reverse('training:application-list')}?status={ApplicationStatus.SUBMITTED}",
        url_label=_("All applications to decide"),
    )


def _overrides(user: Any) -> Section:
    """Other days of a course, over what some of its people have planned (R108)."""
    rows = EditionOverride.objects.visible_to(user).waiting().with_list_data()
    mine = [row for row in rows if policies.can_decide_override(user, row)]
    mine.sort(key=lambda row: (row.needed_by, row.pk))
    return Section(
        title=_("Exceptions for the days of courses, to decide"),
        items=[
            Item(
                title=str(row.edition),
                detail=row.edition.office.name,
                url=row.get_approval_url(),
                due=row.needed_by,
                is_late=row.needed_by <= today(),
            )
            for row in mine[:LIMIT]
        ],
        empty=_("No exception waits for you."),
        url=reverse("training:edition-overrides"),
        url_label=_("All exceptions"),
    )


def _accepted(user: Any) -> Section:
    """A place is kept for them, and they are not enrolled yet (R074)."""
    rows = Application.objects.visible_to(user).still_possible().promised()
    return Section(
        title=_("Accepted for a vocational course, to enrol"),
        items=_application_items(rows),
        empty=_("Everybody who was accepted is enrolled."),
        url=f"{reverse('training:application-list')}?status={ApplicationStatus.ACCEPTED}",
        url_label=_("All accepted applications"),
    )


def _application_items(rows: Any) -> list[Item]:
    """With the first day of the course, before which something has to happen."""
    rows = rows.select_related("case__person", "edition__module_version__module")
    return [
        Item(
            title=row.case.person.full_name,
            detail=str(row.edition),
            url=row.get_absolute_url(),
            due=row.edition.starts_on,
            is_late=row.edition.starts_on <= today(),
            records=[row.case],
        )
        for row in rows.order_by("edition__starts_on", "applied_on", "id")[:LIMIT]
    ]


def _to_end(user: Any) -> Section:
    rows = (
        Edition.objects.visible_to(user)
        .filter(status=EditionStatus.RUNNING, ends_on__lt=today())
        .select_related("module_version__module", "office")
        .order_by("ends_on", "id")[:LIMIT]
    )
    return Section(
        title=_("Courses to end"),
        items=[
            Item(
                title=str(row),
                detail=row.office.name,
                url=row.get_absolute_url(),
                due=row.ends_on,
                is_late=True,
            )
            for row in rows
        ],
        empty=_("Every course that is over has been ended."),
        url=f"{reverse('training:edition-list')}?status=running",
        url_label=_("All running courses"),
    )
