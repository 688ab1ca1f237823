from django.urls import path

from cases.views import (
    cases,
    consents,
    contacts,
    documents,
    handouts,
    handovers,
    marks,
    merges,
    programmes,
    referrals,
    registration,
)

app_name = "cases"

urlpatterns = [
    path("search/", cases.Search.as_view(), name="search"),
    path("cases/", cases.CaseList.as_view(), name="list"),
    path("cases/new/", registration.RegisterCase.as_view(), name="register"),
    path("cases/<str:reference>/", cases.CaseDetail.as_view(), name="detail"),
    path(
        "cases/<str:reference>/correct/", registration.CorrectRegistration.as_view(), name="correct"
    ),
    path("cases/<str:reference>/close/", cases.CloseCase.as_view(), name="close"),
    path("cases/<str:reference>/take-back/", cases.TakeBackStep.as_view(), name="take-back"),
    path("cases/<str:reference>/consents/new/", consents.RecordConsent.as_view(), name="consent"),
    path(
        "cases/<str:reference>/declaration/new/",
        consents.DeclareVoluntary.as_view(),
        name="declare",
    ),
    path(
        "cases/<str:reference>/declaration/withdraw/",
        consents.WithdrawDeclaration.as_view(),
        name="withdraw-declaration",
    ),
    path(
        "cases/<str:reference>/declaration/correct/",
        consents.CorrectDeclaration.as_view(),
        name="correct-declaration",
    ),
    path(
        "cases/<str:reference>/mark/propose/",
        marks.ProposeMarkRemoval.as_view(),
        name="propose-mark-removal",
    ),
    path(
        "cases/<str:reference>/mark/confirm/",
        marks.ConfirmMarkRemoval.as_view(),
        name="confirm-mark-removal",
    ),
    path(
        "cases/<str:reference>/mark/decline/",
        marks.DeclineMarkRemoval.as_view(),
        name="decline-mark-removal",
    ),
    path("cases/<str:reference>/contacts/new/", contacts.AddContactPoint.as_view(), name="contact"),
    path(
        "contact-points/<int:pk>/correct/",
        contacts.CorrectContactPoint.as_view(),
        name="correct-contact",
    ),
    path("cases/<str:reference>/attempts/new/", contacts.LogAttempt.as_view(), name="attempt"),
    path(
        "contact-attempts/<int:pk>/withdraw/",
        contacts.WithdrawAttempt.as_view(),
        name="withdraw-attempt",
    ),
    path(
        "cases/<str:reference>/documents/new/", documents.AddDocument.as_view(), name="add-document"
    ),
    path("cases/<str:reference>/notes/new/", documents.AddNote.as_view(), name="note"),
    path(
        "cases/<str:reference>/protection/new/",
        documents.AddProtectionEntry.as_view(),
        name="protection-entry",
    ),
    path(
        "cases/<str:reference>/handover/send/",
        handovers.SendHandover.as_view(),
        name="send-handover",
    ),
    path(
        "cases/<str:reference>/handover/items/new/",
        handovers.AddHandoverItem.as_view(),
        name="add-handover-item",
    ),
    path(
        "handover-items/<int:pk>/withdraw/",
        handovers.WithdrawHandoverItem.as_view(),
        name="withdraw-handover-item",
    ),
    path(
        "cases/<str:reference>/handover/accept/",
        handovers.AcceptHandover.as_view(),
        name="accept-handover",
    ),
    path(
        "cases/<str:reference>/handover/question/",
        handovers.QuestionHandover.as_view(),
        name="question-handover",
    ),
    path("cases/<str:reference>/merge/", merges.MergeCases.as_view(), name="merge"),
    path("merges/<str:reference>/", merges.MergeDetail.as_view(), name="merge-detail"),
    path("merges/<str:reference>/confirm/", merges.ConfirmMerge.as_view(), name="confirm-merge"),
    path("merges/<str:reference>/decline/", merges.DeclineMerge.as_view(), name="decline-merge"),
    path("merges/<str:reference>/undo/", merges.UndoMerge.as_view(), name="undo-merge"),
    path("documents/<str:reference>/", documents.DocumentFile.as_view(), name="document"),
    path(
        "documents/<str:reference>/withdraw/",
        documents.WithdrawDocument.as_view(),
        name="withdraw-document",
    ),
    path(
        "programmes/<str:code>/cases/assign/",
        programmes.AssignProgramme.as_view(),
        name="assign-programme",
    ),
    path("hand-outs/", handouts.HandOutList.as_view(), name="handout-list"),
    path("hand-outs/new/", handouts.LogHandOut.as_view(), name="hand-out"),
    path("hand-outs/<int:pk>/correct/", handouts.CorrectHandOut.as_view(), name="correct-hand-out"),
    path("referrals/", referrals.ReferralList.as_view(), name="referral-list"),
    path("referrals/new/", referrals.Refer.as_view(), name="refer"),
    path("referrals/<str:reference>/", referrals.ReferralDetail.as_view(), name="referral-detail"),
    path("referrals/<str:reference>/link/", referrals.LinkReferral.as_view(), name="link-referral"),
    path(
        "referrals/<str:reference>/decline/",
        referrals.DeclineReferral.as_view(),
        name="decline-referral",
    ),
    path(
        "referrals/<str:reference>/correct/",
        referrals.CorrectReferral.as_view(),
        name="correct-referral",
    ),
    path(
        "referrals/<str:reference>/take-back/",
        referrals.TakeBackAnswer.as_view(),
        name="take-back-answer",
    ),
]
