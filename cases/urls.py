from django.urls import path

from cases import views

app_name = "cases"

urlpatterns = [
    path("search/", views.Search.as_view(), name="search"),
    path("cases/", views.CaseList.as_view(), name="list"),
    path("cases/new/", views.RegisterCase.as_view(), name="register"),
    path("cases/<str:reference>/", views.CaseDetail.as_view(), name="detail"),
    path("cases/<str:reference>/correct/", views.CorrectRegistration.as_view(), name="correct"),
    path("cases/<str:reference>/close/", views.CloseCase.as_view(), name="close"),
    path("cases/<str:reference>/take-back/", views.TakeBackStep.as_view(), name="take-back"),
    path("cases/<str:reference>/consents/new/", views.RecordConsent.as_view(), name="consent"),
    path(
        "cases/<str:reference>/declaration/new/", views.DeclareVoluntary.as_view(), name="declare"
    ),
    path(
        "cases/<str:reference>/declaration/withdraw/",
        views.WithdrawDeclaration.as_view(),
        name="withdraw-declaration",
    ),
    path("cases/<str:reference>/contacts/new/", views.AddContactPoint.as_view(), name="contact"),
    path("cases/<str:reference>/attempts/new/", views.LogAttempt.as_view(), name="attempt"),
    path("cases/<str:reference>/documents/new/", views.AddDocument.as_view(), name="add-document"),
    path("cases/<str:reference>/notes/new/", views.AddNote.as_view(), name="note"),
    path(
        "cases/<str:reference>/protection/new/",
        views.AddProtectionEntry.as_view(),
        name="protection-entry",
    ),
    path(
        "cases/<str:reference>/handover/send/", views.SendHandover.as_view(), name="send-handover"
    ),
    path(
        "cases/<str:reference>/handover/accept/",
        views.AcceptHandover.as_view(),
        name="accept-handover",
    ),
    path(
        "cases/<str:reference>/handover/question/",
        views.QuestionHandover.as_view(),
        name="question-handover",
    ),
    path("documents/<str:reference>/", views.DocumentFile.as_view(), name="document"),
    path("hand-outs/", views.HandOutList.as_view(), name="handout-list"),
    path("hand-outs/new/", views.LogHandOut.as_view(), name="hand-out"),
    path("hand-outs/<int:pk>/correct/", views.CorrectHandOut.as_view(), name="correct-hand-out"),
    path("referrals/", views.ReferralList.as_view(), name="referral-list"),
    path("referrals/new/", views.Refer.as_view(), name="refer"),
    path("referrals/<str:reference>/", views.ReferralDetail.as_view(), name="referral-detail"),
    path(
        "referrals/<str:reference>/decline/",
        views.DeclineReferral.as_view(),
        name="decline-referral",
    ),
]
