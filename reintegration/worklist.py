"""What waits for focal points, programme managers and finance officers."""

import datetime
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Permission as P
from accounts.permissions import Role
from cases.enums import CaseStatus
from cases.models import Case
from cases.models.case import ORIGIN_SIDE
from core.clock import today
from core.worklist import LIMIT, Item, Section
from reference import rules
from reintegration import reach
from reintegration.enums import ItemStatus, PlanStatus
from reintegration.models import AssistanceItem, Plan, PlanVersion

#: Days after the last attempt within which somebody hard to reach is tried again.
TRACE_DAYS = 14


def sections(user: Any) -> list[Section]:
    """First contacts and plans that are due, items to repeat, approve and pay."""
    found = []
    if user.has_permission(P.WRITE_PLANS) and _countries(user):
        found += [_contacts(user), _plans(user), _rejected(user), _to_trace(user)]
    if user.has_permission(P.AGREE_PLANS) and (
        _countries(user) or user.programmes_for(Role.PROGRAMME_MANAGER)
    ):
        found.append(_to_agree(user))
    if user.has_permission(P.APPROVE_ITEMS):
        found.append(_to_approve(user))
    if user.has_permission(P.PAY):
        found.append(_to_pay(user))
    return found


def _countries(user: Any) -> set[str]:
    return user.countries_for(*ORIGIN_SIDE)


def arrived_cases(user: Any, *statuses: str) -> QuerySet:
    """Arrivals of people this office of origin follows, whose case stands at one of the steps."""
    return reach.arrivals().filter(
        case__in=Case.objects.visible_to(user),
        case__country__in=_countries(user),
        case__status__in=statuses,
    )


def contacts_due(user: Any) -> QuerySet:
    """Arrivals without a first contact."""
    return arrived_cases(user, CaseStatus.ARRIVED)


def plans_due(user: Any) -> QuerySet:
    """Arrivals without an agreed plan."""
    return arrived_cases(user, CaseStatus.ARRIVED, CaseStatus.CONTACTED)


def _arrivals(rows: QuerySet, days: int, **kwargs: Any) -> Section:
    items = []
    for event in rows.select_related("case__person").order_by("on", "id")[:LIMIT]:
        due = event.on + datetime.timedelta(days=days)
        items.append(
            Item(
                title=event.case.person.full_name,
                detail=event.case.reference,
                url=reverse("reintegration:case", args=[event.case.reference]),
                due=due,
                is_late=due < today(),
                records=[event.case],
            )
        )
    return Section(items=items, **kwargs)


def _contacts(user: Any) -> Section:
    return _arrivals(
        contacts_due(user),
        rules.current(rules.FIRST_CONTACT_DUE_DAYS, on=today()),
        title=_("First contacts to make"),
        empty=_("Everybody who arrived has been contacted."),
        url=reverse("reintegration:contacts-due"),
        url_label=_("All first contacts to make"),
    )


def _plans(user: Any) -> Section:
    return _arrivals(
        plans_due(user),
        rules.current(rules.PLAN_DUE_DAYS, on=today()),
        title=_("Plans to bring to agreement"),
        empty=_("Everybody who arrived has an agreed plan."),
        url=reverse("reintegration:plans-due"),
        url_label=_("All plans to bring to agreement"),
    )


def _items(rows: QuerySet, **kwargs: Any) -> Section:
    items = [
        Item(
            title=str(item),
            detail=f"{item.plan.case.reference} · {item.programme}",
            url=item.get_absolute_url(),
            due=item.due_on,
            is_late=item.due_on < today(),
            records=[item.plan.case],
        )
        for item in rows.with_list_data().order_by("due_on", "id")[:LIMIT]  # type: ignore[attr-defined]
    ]
    return Section(items=items, **kwargs)


def _rejected(user: Any) -> Section:
    rows = AssistanceItem.objects.visible_to(user).filter(
        status=ItemStatus.REJECTED, plan__case__country__in=_countries(user)
    )
    return _items(
        rows,
        title=_("Rejected items"),
        empty=_("No item was rejected."),
        url=reverse("reintegration:items") + "?status=rejected",
        url_label=_("All rejected items"),
    )


def _to_trace(user: Any) -> Section:
    rows = (
        reach.hard_to_reach(today())
        .filter(pk__in=Case.objects.visible_to(user), country__in=_countries(user))
        .select_related("person")
        .annotate(last_tried_on=Max("contact_attempts__on"))
        .order_by("last_tried_on", "id")[:LIMIT]
    )
    return Section(
        title=_("People to trace"),
        items=[
            Item(
                title=case.person.full_name,
                detail=_("%(count)s attempts without an answer") % {"count": case.failed_attempts},
                url=reverse("reintegration:calls", args=[case.reference]),
                due=(due := case.last_tried_on + datetime.timedelta(days=TRACE_DAYS)),
                is_late=due < today(),
                records=[case],
            )
            for case in rows
        ],
        empty=_("Everybody can be reached."),
    )


def _to_agree(user: Any) -> Section:
    """Submitted plans the user did not write (R119)."""
    versions = PlanVersion.objects.filter(plan=OuterRef("pk")).order_by("-number")
    arrived = reach.arrivals().filter(case=OuterRef("case")).order_by("-on")
    days = datetime.timedelta(days=rules.current(rules.PLAN_DUE_DAYS, on=today()))
    rows = (
        Plan.objects.visible_to(user)
        .filter(status=PlanStatus.SUBMITTED)
        .annotate(
            written_by=Subquery(versions.values("by")[:1]),
            arrived_on=Subquery(arrived.values("on")[:1]),
        )
        .exclude(Q(opened_by=user) | Q(submitted_by=user) | Q(written_by=user.pk))
        .with_list_data()
        .order_by(F("arrived_on").asc(nulls_last=True), "submitted_on", "id")[:LIMIT]
    )
    return Section(
        title=_("Plans to agree to"),
        items=[
            Item(
                title=plan.case.person.full_name,
                detail=plan.case.reference,
                url=plan.get_absolute_url(),
                due=(due := plan.arrived_on and plan.arrived_on + days),
                is_late=due is not None and due < today(),
                records=[plan.case],
            )
            for plan in rows
        ],
        empty=_("No plan waits for your agreement."),
        url=reverse("reintegration:plans") + "?status=submitted",
        url_label=_("All submitted plans"),
    )


def _to_approve(user: Any) -> Section:
    return _items(
        AssistanceItem.objects.decidable_by(user),
        title=_("Items to approve"),
        empty=_("No item waits for your approval."),
        url=reverse("reintegration:approvals"),
        url_label=_("All items to approve"),
    )


def _to_pay(user: Any) -> Section:
    return _items(
        AssistanceItem.objects.payable_by(user),
        title=_("Items to pay"),
        empty=_("No item waits for payment."),
        url=reverse("reintegration:payments"),
        url_label=_("All items to pay"),
    )
