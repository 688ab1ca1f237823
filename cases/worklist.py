"""What waits at an orientation point and in an office of origin."""

import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission as P
from cases import policies
from cases.enums import CaseStatus, HandoverStatus, ReferralStatus
from cases.models import Case, Handover, MarkRemoval, Merge, Referral
from cases.presenters import clock_of, usual_window
from core.clock import today
from core.worklist import LIMIT, Item, Section

#: Days within which a handover, or a question about it, is answered: somebody waits to travel.
ANSWER_DAYS = 3


def sections(user: object) -> list[Section]:
    """Referrals to answer, handovers to accept, people whose usual window is running out."""
    found = []
    if user.has_permission(P.HANDLE_REFERRALS):  # type: ignore[attr-defined]
        found.append(_referrals(user))
    elif user.has_permission(P.REFER_PEOPLE):  # type: ignore[attr-defined]
        found.append(_own_referrals(user))
    if user.has_permission(P.RECEIVE_HANDOVER) and policies.own_countries(user):  # type: ignore[attr-defined]
        found.append(_handovers(user))
    if user.has_permission(P.SEND_HANDOVER):  # type: ignore[attr-defined]
        found += [_questions(user), *_no_longer_shared(user)]
    if user.has_permission(P.REGISTER_CASES):  # type: ignore[attr-defined]
        found += [_undeclared(user), _long_waits(user)]
    if user.has_permission(P.MERGE_CASES):  # type: ignore[attr-defined]
        found.append(_merges(user))
    if user.has_permission(P.DECIDE_CHILD_RETURN):  # type: ignore[attr-defined]
        found += _mark_removals(user)
    return found


def _days_after(moment: datetime.datetime | None, days: int) -> datetime.date | None:
    return moment and timezone.localtime(moment).date() + datetime.timedelta(days=days)


def _case_item(row: Case, *, detail: str, is_late: bool = False) -> Item:
    return Item(
        title=row.person.full_name,
        detail=detail,
        url=row.get_absolute_url(),
        is_late=is_late,
        records=[row],
    )


def _referrals(user: object) -> Section:
    rows = Referral.objects.visible_to(user).waiting().select_related("organisation")
    return Section(
        title=_("Referrals to answer"),
        items=[
            Item(
                title=str(row),
                detail=row.organisation.name,
                url=row.get_absolute_url(),
                due=row.referred_on,
                is_late=(today() - row.referred_on).days > 7,
                records=[row],
            )
            for row in rows.order_by("referred_on", "id")[:LIMIT]
        ],
        empty=_("No referral waits."),
        url=reverse("cases:referral-list"),
        url_label=_("All referrals"),
    )


def _own_referrals(user: object) -> Section:
    rows = Referral.objects.visible_to(user).exclude(status=ReferralStatus.RECEIVED)
    return Section(
        title=_("Latest answers to your referrals"),
        items=[
            Item(
                title=str(row),
                detail=row.get_status_display(),
                url=row.get_absolute_url(),
                due=row.answered_on,
                records=[row],
            )
            for row in rows.order_by("-answered_on", "-id")[:LIMIT]
        ],
        empty=_("No referral was answered yet."),
        url=reverse("cases:referral-list"),
        url_label=_("All referrals"),
    )


def _handovers(user: object) -> Section:
    waiting = Handover.objects.visible_to(user).filter(
        status__in=[HandoverStatus.SENT, HandoverStatus.OPENED],
        case__country__in=policies.own_countries(user),
    )
    rows = waiting.select_related("case__person").order_by("sent_at", "id")[:LIMIT]
    return Section(
        title=_("Handovers to accept"),
        items=[
            Item(
                title=row.case.person.full_name,
                detail=row.case.reference,
                url=row.case.get_absolute_url(),
                due=row.sent_at.date() if row.sent_at else None,
                is_late=bool(row.sent_at) and (today() - row.sent_at.date()).days > ANSWER_DAYS,
                records=[row.case],
            )
            for row in rows
        ],
        empty=_("Every handover is answered."),
    )


def _questions(user: object) -> Section:
    asked = Handover.objects.visible_to(user).filter(
        status=HandoverStatus.QUESTIONED, case__office__in=policies.own_offices(user)
    )
    rows = asked.select_related("case__person").order_by("answered_at", "id")[:LIMIT]
    return Section(
        title=_("Handovers returned with a question"),
        items=[
            Item(
                title=row.case.person.full_name,
                detail=row.case.reference,
                url=row.case.get_absolute_url(),
                due=(due := _days_after(row.answered_at, ANSWER_DAYS)),
                is_late=due is not None and due < today(),
                records=[row.case],
            )
            for row in rows
        ],
        empty=_("No question about a handover waits."),
    )


def _no_longer_shared(user: object) -> list[Section]:
    """Seldom, so that an empty list is not shown: the person withdrew the sharing while away."""
    rows = (
        Case.objects.visible_to(user)
        .filter(
            office__in=policies.own_offices(user),
            handed_over_at__isnull=False,
            is_shared_with_origin=False,
        )
        .open()
        .select_related("person")
        .order_by("registered_on", "id")[:LIMIT]
    )
    items = [_case_item(row, detail=row.reference) for row in rows]
    title = _("No longer shared with the country of origin: yours again")
    return [Section(title=title, items=items)] if items else []


def _undeclared(user: object) -> Section:
    declared = Case.objects.declared(on=today()).filter(pk=OuterRef("pk"))
    rows = (
        Case.objects.visible_to(user)
        .before_departure()
        .exclude(status=CaseStatus.REGISTERED)
        .filter(~Exists(declared))
        .select_related("person")
        .order_by("registered_on", "id")[:LIMIT]
    )
    return Section(
        title=_("Declarations to be signed"),
        items=[_case_item(row, detail=row.reference) for row in rows],
        empty=_("Nobody on the way lacks the declaration of voluntary return."),
    )


def _long_waits(user: object) -> Section:
    window = usual_window()
    rows = (
        Case.objects.visible_to(user)
        .before_departure()
        .select_related("person")
        .order_by("registered_on", "id")[:LIMIT]
    )
    items = []
    for row in rows:
        clock = clock_of(row, window)
        is_late = clock is not None and clock.is_late
        items.append(_case_item(row, detail=str(clock), is_late=is_late))
    return Section(
        title=_("Waiting longest since registration"),
        items=items,
        empty=_("Nobody is waiting to travel."),
        url=reverse("cases:list"),
        url_label=_("All cases"),
    )


def _mark_removals(user: object) -> list[Section]:
    """Seldom, so that an empty list is not shown: a second person decides (R018)."""
    rows = (
        MarkRemoval.objects.visible_to(user)
        .waiting()
        .exclude(proposed_by=user)
        .select_related("case__person")
        .order_by("proposed_on", "id")[:LIMIT]
    )
    items = [
        Item(
            title=row.case.person.full_name,
            detail=row.case.reference,
            url=reverse("cases:confirm-mark-removal", args=[row.case.reference]),
            due=row.proposed_on,
            is_late=(today() - row.proposed_on).days > 7,
            records=[row.case],
        )
        for row in rows
    ]
    title = _("No child travelling alone? To be confirmed")
    return [Section(title=title, items=items)] if items else []


def _merges(user: object) -> Section:
    rows = (
        Merge.objects.visible_to(user)
        .waiting()
        .exclude(proposed_by=user)
        .select_related("kept", "kept_case", "other_case")
        .order_by("proposed_on", "id")[:LIMIT]
    )
    return Section(
        title=_("Is it the same person? To be confirmed"),
        items=[
            Item(
                title=row.kept.full_name,
                detail=f"{row.kept_case.reference} · {row.other_case.reference}",
                url=row.get_absolute_url(),
                due=row.proposed_on,
                is_late=(today() - row.proposed_on).days > 7,
                records=[row.kept_case, row.other_case],
            )
            for row in rows
        ],
        empty=_("Nobody has to be compared."),
    )
