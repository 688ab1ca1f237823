"""Addresses of reintegration: the case tab, plans, items, approvals, payments."""

from django.urls import path

from reintegration.views import contacts, items, payments, plans

app_name = "reintegration"

CASE = "cases/<str:reference>/reintegration/"
PLAN = "plans/<str:reference>/"
ITEM = "assistance-items/<str:reference>/"
PAYMENT = "payments/<str:reference>/"

urlpatterns = [
    path(CASE, contacts.CaseReintegration.as_view(), name="case"),
    path(f"{CASE}first-contact/new/", contacts.RecordFirstContact.as_view(), name="first-contact"),
    path(
        f"{CASE}first-contact/correct/",
        contacts.CorrectFirstContact.as_view(),
        name="correct-first-contact",
    ),
    path(
        f"{CASE}first-contact/remove/",
        contacts.WithdrawFirstContact.as_view(),
        name="withdraw-first-contact",
    ),
    path(f"{CASE}calls/", contacts.CallLog.as_view(), name="calls"),
    path(f"{CASE}plan/new/", plans.OpenPlan.as_view(), name="open-plan"),
    path("first-contacts/due/", contacts.ContactsDue.as_view(), name="contacts-due"),
    path("plans/", plans.PlanList.as_view(), name="plans"),
    path("plans/due/", contacts.PlansDue.as_view(), name="plans-due"),
    path(f"{PLAN}edit/", plans.EditPlan.as_view(), name="edit-plan"),
    path(f"{PLAN}ceiling/", plans.ChangeCeiling.as_view(), name="change-ceiling"),
    path(f"{PLAN}goals/new/", plans.AddGoal.as_view(), name="add-goal"),
    path(f"{PLAN}goals/<int:pk>/", plans.ChangeGoal.as_view(), name="change-goal"),
    path(f"{PLAN}goals/<int:pk>/remove/", plans.RemoveGoal.as_view(), name="remove-goal"),
    path(f"{PLAN}submit/", plans.SubmitPlan.as_view(), name="submit-plan"),
    path(f"{PLAN}send-back/", plans.SendBackPlan.as_view(), name="send-back-plan"),
    path(f"{PLAN}agree/", plans.AgreePlan.as_view(), name="agree-plan"),
    path(
        f"{PLAN}take-agreement-back/", plans.TakeBackAgreement.as_view(), name="take-back-agreement"
    ),
    path(f"{PLAN}begin/", plans.BeginProject.as_view(), name="begin-project"),
    path(f"{PLAN}finish/", plans.FinishProject.as_view(), name="finish-project"),
    path(f"{PLAN}take-step-back/", plans.TakeBackProject.as_view(), name="take-back-project"),
    path(f"{PLAN}suspend/", plans.SuspendPlan.as_view(), name="suspend-plan"),
    path(f"{PLAN}resume/", plans.ResumePlan.as_view(), name="resume-plan"),
    path(f"{PLAN}close/", plans.ClosePlan.as_view(), name="close-plan"),
    path(f"{PLAN}kind/", plans.ChangeProjectKind.as_view(), name="project-kind"),
    path(f"{PLAN}versions/<int:number>/", plans.PlanVersionDetail.as_view(), name="version"),
    path(f"{PLAN}items/new/", items.ProposeItem.as_view(), name="propose-item"),
    path("assistance-items/", items.ItemList.as_view(), name="items"),
    path(ITEM, items.ItemDetail.as_view(), name="item"),
    path(f"{ITEM}change/", items.ChangeItem.as_view(), name="change-item"),
    path(f"{ITEM}propose-again/", items.ProposeAgain.as_view(), name="propose-again"),
    path(f"{ITEM}cancel/", items.CancelItem.as_view(), name="cancel-item"),
    path(f"{ITEM}approve/", items.ApproveItem.as_view(), name="approve-item"),
    path(f"{ITEM}reject/", items.RejectItem.as_view(), name="reject-item"),
    path(f"{ITEM}withdraw-approval/", items.WithdrawApproval.as_view(), name="withdraw-approval"),
    path(f"{ITEM}pay/", payments.PayItem.as_view(), name="pay-item"),
    path(f"{ITEM}deliver/", payments.DeliverItem.as_view(), name="deliver-item"),
    path(
        f"{ITEM}take-delivery-back/", payments.TakeBackDelivery.as_view(), name="take-back-delivery"
    ),
    path("approvals/", items.Approvals.as_view(), name="approvals"),
    path("payments/", payments.ToPay.as_view(), name="payments"),
    path("payments/made/", payments.DisbursementList.as_view(), name="payments-made"),
    path(PAYMENT, payments.DisbursementDetail.as_view(), name="payment"),
    path(f"{PAYMENT}reverse/", payments.ReverseDisbursement.as_view(), name="reverse-payment"),
    path(f"{PAYMENT}receipts/new/", payments.AddReceipt.as_view(), name="add-receipt"),
    path("receipts/<str:reference>/", payments.ReceiptFile.as_view(), name="receipt"),
    path("excluded-uses/", items.ExclusionList.as_view(), name="exclusions"),
    path("excluded-uses/new/", items.ExcludeKind.as_view(), name="exclude-kind"),
    path("excluded-uses/<int:pk>/end/", items.EndExclusion.as_view(), name="end-exclusion"),
]
