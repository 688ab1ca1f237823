"""The plan of the access matrix, with its items in every state."""

from decimal import Decimal

from cases.enums import ContactChannel
from cases.models import Case
from reintegration import services as reintegration_services
from reintegration.enums import Initiator, ItemKind, ProjectKind, Side, SupportForm
from reintegration.models import AssistanceItem, Disbursement, Goal, Plan
from tests.access_world.world import AccessWorld, D, on, pdf


def add_plan(access: AccessWorld) -> None:
    focal_point = access.person("focal_point")
    with on(D(2019, 6, 28)) as day:
        case = Case.objects.get(pk=access.rows["case"].pk)
        reintegration_services.record_first_contact(
            case,
            on=day,
            initiated_by=Initiator.OFFICE,
            channel=ContactChannel.CALL,
            by=focal_point,
        )
    with on(D(2019, 7, 1)) as day:
        plan = reintegration_services.open_plan(
            Case.objects.get(pk=case.pk),
            project_kind=ProjectKind.INDIVIDUAL,
            description="Poultry farm",
            grant_category="family",
            grant_grounds="Returned with four children",
            opened_on=day,
            by=focal_point,
        )
        goal = reintegration_services.add_goal(
            plan, side=Side.ECONOMIC, text="Sell chickens", due_on=D(2019, 12, 31), by=focal_point
        )
        plan = reintegration_services.submit(
            Plan.objects.get(pk=plan.pk),
            not_needed={Side.SOCIAL: "Lives with family", Side.PSYCHOSOCIAL: "Feels well"},
            on=day,
            by=focal_point,
        )
        plan = reintegration_services.agree(
            plan,
            signed_on=day,
            grant_category="family",
            by=access.person("reintegration_officer"),
        )
    access.add("plan", plan)
    goal = Goal.objects.get(pk=goal.pk)
    access.add("goal", goal, reference=plan.reference, pk=goal.pk)
    version = plan.versions.get()
    access.add("plan_version", version, reference=plan.reference, number=version.number)
    with on(D(2019, 7, 5)) as day:
        for name in ("item", "item_rejected", "item_approved", "item_paid", "item_delivered"):
            item = reintegration_services.propose_item(
                Plan.objects.get(pk=plan.pk),
                programme=access.world.foras,
                kind=ItemKind.BUSINESS,
                form=SupportForm.IN_KIND,
                description=f"Incubator {name}",
                amount=Decimal(300),
                due_on=D(2019, 10, 31),
                proposed_on=day,
                payee_name="Ets Diallo",
                account_number="GN00 1234",
                by=access.person("focal_point"),
            )
            access.add(name, item)
        exclusion = reintegration_services.exclude_kind(
            programme=access.world.foras,
            kind=ItemKind.HOUSING,
            rule="Rules of the donor",
            from_on=D(2020, 1, 1),
            by=access.person("programme_manager"),
        )
        access.add("exclusion", exclusion, pk=exclusion.pk)
    _pay(access)


def _pay(access: AccessWorld) -> None:
    manager, finance = access.person("programme_manager"), access.person("finance_officer")
    reintegration_services.reject(access.rows["item_rejected"], reason="Too dear", by=manager)
    with on(D(2019, 7, 9)) as day:
        for name in ("item_approved", "item_paid", "item_delivered"):
            item = reintegration_services.approve(access.rows[name], on=day, by=manager)
            if name != "item_approved":
                access.rows[name] = reintegration_services.pay(
                    item,
                    paid_on=day,
                    amount=item.amount,
                    method="supplier",
                    payee_name="Ets Diallo",
                    by=finance,
                )
        reintegration_services.deliver(
            access.rows["item_delivered"].item, delivered_on=day, by=access.person("focal_point")
        )
        payment = access.rows["item_paid"]
        receipt = reintegration_services.add_receipt(payment, file=pdf("receipt.pdf"), by=finance)
    access.add("payment", Disbursement.objects.get(pk=payment.pk))
    access.add("receipt", receipt)
    for name in ("item_rejected", "item_approved", "item_paid", "item_delivered"):
        reference = access.kwargs[name]["reference"]
        access.add(name, AssistanceItem.objects.get(reference=reference))
