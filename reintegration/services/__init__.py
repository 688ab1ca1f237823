"""Verbs of reintegration; callers write ``services.propose_item(…)``."""

from reintegration.services.approvals import approve, reject, withdraw_approval
from reintegration.services.bulk import (
    ContactRow,
    PlanRow,
    open_plans_many,
    record_first_contacts_many,
)
from reintegration.services.contacts import (
    correct_first_contact,
    record_first_contact,
    withdraw_first_contact,
)
from reintegration.services.items import (
    cancel_item,
    change_item,
    end_exclusion,
    exclude_kind,
    propose_again,
    propose_item,
)
from reintegration.services.lifecycle import (
    agree,
    close_incomplete,
    resume,
    send_back,
    submit,
    suspend,
    take_back_agreement,
)
from reintegration.services.payments import (
    add_receipt,
    deliver,
    pay,
    reverse_disbursement,
    take_back_delivery,
)
from reintegration.services.plans import (
    add_goal,
    change_ceiling,
    change_goal,
    change_project_kind,
    edit_plan,
    open_plan,
    remove_goal,
)
from reintegration.services.projects import begin_project, finish_project, take_back_project_step

__all__ = [
    "ContactRow",
    "PlanRow",
    "add_goal",
    "add_receipt",
    "agree",
    "approve",
    "begin_project",
    "cancel_item",
    "change_ceiling",
    "change_goal",
    "change_item",
    "change_project_kind",
    "close_incomplete",
    "correct_first_contact",
    "deliver",
    "edit_plan",
    "end_exclusion",
    "exclude_kind",
    "finish_project",
    "open_plan",
    "open_plans_many",
    "pay",
    "propose_again",
    "propose_item",
    "record_first_contact",
    "record_first_contacts_many",
    "reject",
    "remove_goal",
    "resume",
    "reverse_disbursement",
    "send_back",
    "submit",
    "suspend",
    "take_back_agreement",
    "take_back_delivery",
    "take_back_project_step",
    "withdraw_approval",
    "withdraw_first_contact",
]
