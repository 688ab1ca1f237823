"""The programme of today: what the plans ask for, who approves it, what is paid and delivered."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from avrr.demo.setting import TODAYS
from avrr.demo.todays_caseload import Caseload
from avrr.demo.todays_people import Day, Someone
from core import uploads
from reintegration import services
from reintegration.enums import ItemKind, PaymentMethod, SupportForm
from reintegration.models import AssistanceItem, Plan

#: Units of local currency to a euro in this demonstration, and how they are written.
RATES = {"GN": ("9400", "GNF"), "CD": ("3050", "CDF"), "CM": ("655.957", "XAF")}
XOF = ("655.957", "XOF")


@dataclass(frozen=True, kw_only=True)
class Help:
    """One thing a plan asks for, and how far it goes."""

    kind: str
    form: str
    description: str
    amount: int
    #: proposed, half (one of two approvals), rejected, approved, paid, delivered
    until: str
    method: str = PaymentMethod.SUPPLIER


IN_KIND, CASH = SupportForm.IN_KIND, SupportForm.CASH
#: What the plans with a running project get, taken in turn.
FOR_PROJECTS = (
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Poulailler, 200 poussins et aliment",
            amount=880,
            until="delivered",
        ),
        Help(
            kind=ItemKind.HOUSING,
            form=CASH,
            description="Six mois de loyer",
            amount=360,
            until="paid",
            method=PaymentMethod.MOBILE_MONEY,
        ),
    ),
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Deux machines à coudre et du tissu",
            amount=1_150,
            until="delivered",
        ),
    ),
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Congélateur et premier stock",
            amount=940,
            until="paid",
        ),
        Help(
            kind=ItemKind.VOCATIONAL_TRAINING,
            form=IN_KIND,
            description="Formation de mécanicien, trois mois",
            amount=420,
            until="approved",
        ),
    ),
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Outillage de garage",
            amount=990,
            until="delivered",
        ),
        Help(
            kind=ItemKind.BASIC_EDUCATION,
            form=CASH,
            description="Frais de scolarité de deux enfants",
            amount=240,
            until="proposed",
            method=PaymentMethod.CASH,
        ),
    ),
)
#: What the plans just agreed wait for.
FOR_PLANS = (
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Moulin et décortiqueuse",
            amount=1_320,
            until="half",
        ),
    ),
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Semences, motopompe et clôture",
            amount=760,
            until="approved",
        ),
    ),
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Motocyclette de livraison",
            amount=1_250,
            until="proposed",
        ),
    ),
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=CASH,
            description="Fonds de roulement",
            amount=900,
            until="rejected",
            method=PaymentMethod.MOBILE_MONEY,
        ),
    ),
    (
        Help(
            kind=ItemKind.JOB_PLACEMENT,
            form=CASH,
            description="Prime d’apprentissage",
            amount=300,
            until="approved",
            method=PaymentMethod.CASH,
        ),
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Kit de coiffure",
            amount=540,
            until="proposed",
        ),
    ),
)
SHELTER = Help(
    kind=ItemKind.SHELTER,
    form=CASH,
    description="Hébergement d’un mois",
    amount=180,
    until="proposed",
    method=PaymentMethod.CASH,
)


def give(load: Caseload, person: Someone, helps: tuple[Help, ...]) -> None:
    """Proposed after the signature, then approved, paid and delivered week by week."""
    plan = Plan.objects.get(case=load.ids[person.number])
    first_day = load.signed_on(person)
    for wanted in helps:
        item = propose(load, person, plan, wanted, first_day + datetime.timedelta(days=2))
        for step, days in zip(_steps_of(wanted), (6, 8, 14, 22), strict=False):
            on = min(first_day + datetime.timedelta(days=days), load.today)
            item = step(load, person, item, on)


def propose(load: Caseload, person: Someone, plan: Plan, wanted: Help, on: Day) -> AssistanceItem:
    rate, currency = RATES.get(person.country, XOF)
    local = f"{round(wanted.amount * Decimal(rate), -2):,.0f}".replace(",", " ")
    is_cash = wanted.form == SupportForm.CASH
    return services.propose_item(
        plan,
        programme=load.setting.programmes[TODAYS],
        kind=wanted.kind,
        form=wanted.form,
        description=wanted.description,
        amount=Decimal(wanted.amount),
        local_amount=f"{local} {currency}",
        due_on=on + datetime.timedelta(days=30),
        payee_name=f"{person.given_name} {person.family_name}" if is_cash else "Ets Fraternité",
        payment_method=wanted.method,
        account_number=person.phone if wanted.method == PaymentMethod.MOBILE_MONEY else "",
        proposed_on=on,
        by=load.officer(person),
    )


def _steps_of(wanted: Help) -> Iterator[Any]:
    if wanted.until == "rejected":
        yield _reject
    elif wanted.until != "proposed":
        yield _approve
        if wanted.amount > 1_000 and wanted.until != "half":
            yield _approve_second
        elif wanted.until in {"paid", "delivered"}:
            yield _wait
        if wanted.until in {"paid", "delivered"}:
            yield _pay
        if wanted.until == "delivered":
            yield _deliver


def _approve(load: Caseload, person: Someone, item: AssistanceItem, on: Day) -> AssistanceItem:
    return services.approve(item, by=load.setting.person("programme"), on=on)


def _approve_second(
    load: Caseload, person: Someone, item: AssistanceItem, on: Day
) -> AssistanceItem:
    return services.approve(item, by=load.setting.person("programme.adjoint"), on=on)


def _wait(load: Caseload, person: Someone, item: AssistanceItem, on: Day) -> AssistanceItem:
    return item


def _reject(load: Caseload, person: Someone, item: AssistanceItem, on: Day) -> AssistanceItem:
    reason = "Le fonds de roulement demande d’abord un plan d’affaires ; à proposer de nouveau."
    return services.reject(item, reason=reason, by=load.setting.person("programme"), on=on)


def _pay(load: Caseload, person: Someone, item: AssistanceItem, on: Day) -> AssistanceItem:
    body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
    proof = SimpleUploadedFile("recu.pdf", body, content_type="application/pdf")
    services.pay(
        item,
        paid_on=on,
        amount=item.amount,
        method=item.payment_method,
        payee_name=item.payee_name,
        receipt=uploads.describe(proof) if person.number % 2 else None,
        by=load.setting.person("finance"),
    )
    return AssistanceItem.objects.get(pk=item.pk)


def _deliver(load: Caseload, person: Someone, item: AssistanceItem, on: Day) -> AssistanceItem:
    services.deliver(item, delivered_on=on, by=load.officer(person), note="Vérifié sur place")
    return AssistanceItem.objects.get(pk=item.pk)
