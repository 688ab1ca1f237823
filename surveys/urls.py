"""Addresses of questionnaires, responses and follow-up."""

from django.urls import path

from surveys.views import follow_ups, questionnaires, responses

app_name = "surveys"

urlpatterns = [
    path("questionnaires/", questionnaires.QuestionnaireList.as_view(), name="list"),
    path("questionnaires/<slug:key>/", questionnaires.QuestionnaireDetail.as_view(), name="detail"),
    path(
        "questionnaires/<slug:key>/results/",
        questionnaires.QuestionnaireResults.as_view(),
        name="results",
    ),
    path("questionnaires/<slug:key>/issue/", questionnaires.IssueVersion.as_view(), name="issue"),
    path("responses/<str:reference>/", responses.ResponseDetail.as_view(), name="response"),
    path("responses/<str:reference>/correct/", responses.ResponseCorrect.as_view(), name="correct"),
    path(
        "responses/<str:reference>/withdraw/", responses.ResponseWithdraw.as_view(), name="withdraw"
    ),
    path("follow-ups/", follow_ups.FollowUpList.as_view(), name="follow-ups"),
    path(
        "follow-ups/<str:reference>/done/",
        follow_ups.FollowUpDone.as_view(),
        name="follow-up-done",
    ),
    path(
        "follow-ups/<str:reference>/not-possible/",
        follow_ups.FollowUpNotPossible.as_view(),
        name="follow-up-not-possible",
    ),
    path(
        "follow-ups/<str:reference>/move/",
        follow_ups.FollowUpMove.as_view(),
        name="follow-up-move",
    ),
    path(
        "follow-ups/<str:reference>/cancel/",
        follow_ups.FollowUpCancel.as_view(),
        name="follow-up-cancel",
    ),
    path(
        "follow-ups/<str:reference>/reopen/",
        follow_ups.FollowUpReopen.as_view(),
        name="follow-up-reopen",
    ),
    path("cases/<str:reference>/follow-up/", follow_ups.CaseFollowUp.as_view(), name="case"),
    path("cases/<str:reference>/follow-up/new/", follow_ups.PlanFollowUp.as_view(), name="plan"),
    path(
        "cases/<str:reference>/follow-up/extend/",
        follow_ups.ExtendFollowUp.as_view(),
        name="extend",
    ),
    path(
        "cases/<str:reference>/surveys/<slug:key>/new/",
        responses.ResponseCreate.as_view(),
        name="answer",
    ),
]
