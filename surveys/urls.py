"""Addresses of questionnaires, responses and follow-up."""

from django.urls import path

from surveys import views

app_name = "surveys"

urlpatterns = [
    path("questionnaires/", views.QuestionnaireList.as_view(), name="list"),
    path("questionnaires/<slug:key>/", views.QuestionnaireDetail.as_view(), name="detail"),
    path(
        "questionnaires/<slug:key>/results/",
        views.QuestionnaireResults.as_view(),
        name="results",
    ),
    path("questionnaires/<slug:key>/issue/", views.IssueVersion.as_view(), name="issue"),
    path("responses/<str:reference>/", views.ResponseDetail.as_view(), name="response"),
    path("responses/<str:reference>/correct/", views.ResponseCorrect.as_view(), name="correct"),
    path("responses/<str:reference>/withdraw/", views.ResponseWithdraw.as_view(), name="withdraw"),
    path("follow-ups/", views.FollowUpList.as_view(), name="follow-ups"),
    path(
        "follow-ups/<str:reference>/done/",
        views.FollowUpDone.as_view(),
        name="follow-up-done",
    ),
    path(
        "follow-ups/<str:reference>/not-possible/",
        views.FollowUpNotPossible.as_view(),
        name="follow-up-not-possible",
    ),
    path(
        "follow-ups/<str:reference>/move/",
        views.FollowUpMove.as_view(),
        name="follow-up-move",
    ),
    path(
        "follow-ups/<str:reference>/cancel/",
        views.FollowUpCancel.as_view(),
        name="follow-up-cancel",
    ),
    path(
        "follow-ups/<str:reference>/reopen/",
        views.FollowUpReopen.as_view(),
        name="follow-up-reopen",
    ),
    path("cases/<str:reference>/follow-up/", views.CaseFollowUp.as_view(), name="case"),
    path("cases/<str:reference>/follow-up/new/", views.PlanFollowUp.as_view(), name="plan"),
    path("cases/<str:reference>/follow-up/extend/", views.ExtendFollowUp.as_view(), name="extend"),
    path(
        "cases/<str:reference>/surveys/<slug:key>/new/",
        views.ResponseCreate.as_view(),
        name="answer",
    ),
]
