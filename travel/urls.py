"""Addresses of journeys, included at the root."""

from django.urls import path

from travel.views import children, journeys, lists, preparation

app_name = "travel"

urlpatterns = [
    path("cases/<str:reference>/journey/", journeys.CaseJourney.as_view(), name="case"),
    path("cases/<str:reference>/journey/plan/", journeys.PlanJourney.as_view(), name="plan"),
    path("cases/<str:reference>/child/", children.ChildGatePage.as_view(), name="child-gate"),
    path(
        "cases/<str:reference>/child/record/",
        children.RecordGate.as_view(),
        name="record-child-gate",
    ),
    path(
        "cases/<str:reference>/child/sign/",
        children.SignGate.as_view(),
        name="sign-child-gate",
    ),
    path(
        "cases/<str:reference>/child/revoke/",
        children.RevokeGate.as_view(),
        name="revoke-child-gate",
    ),
    path("arrivals/", lists.ArrivalList.as_view(), name="arrivals"),
    path(
        "arrivals/needs/<int:pk>/acknowledge/",
        preparation.AcknowledgeNeed.as_view(),
        name="acknowledge-need",
    ),
    path(
        "arrivals/needs/<int:pk>/withdraw/",
        preparation.WithdrawNeed.as_view(),
        name="withdraw-need",
    ),
    path("journeys/", lists.JourneyList.as_view(), name="list"),
    path("journeys/exceptions/", lists.OverrideList.as_view(), name="overrides"),
    path(
        "journeys/exceptions/<int:pk>/approve/",
        lists.ApproveOverride.as_view(),
        name="approve-override",
    ),
    path(
        "journeys/exceptions/<int:pk>/refuse/",
        lists.RefuseOverride.as_view(),
        name="refuse-override",
    ),
    path(
        "journeys/exceptions/<int:pk>/withdraw/",
        lists.WithdrawOverride.as_view(),
        name="withdraw-override",
    ),
    path("journeys/steps/<int:pk>/change/", preparation.ChangeStep.as_view(), name="change-step"),
    path("journeys/<str:reference>/move/", journeys.ChangeDay.as_view(), name="move"),
    path("journeys/<str:reference>/ticket/", journeys.ChangeTicket.as_view(), name="ticket"),
    path(
        "journeys/<str:reference>/exception/", journeys.RequestOverride.as_view(), name="override"
    ),
    path("journeys/<str:reference>/steps/", preparation.AddStep.as_view(), name="add-step"),
    path("journeys/<str:reference>/checklist/", preparation.CheckList.as_view(), name="checklist"),
    path("journeys/<str:reference>/needs/", preparation.AnnounceNeed.as_view(), name="need"),
    path("journeys/<str:reference>/confirm/", journeys.ConfirmJourney.as_view(), name="confirm"),
    path("journeys/<str:reference>/put-back/", journeys.PutBack.as_view(), name="put-back"),
    path("journeys/<str:reference>/cancel/", journeys.CancelJourney.as_view(), name="cancel"),
    path("journeys/<str:reference>/depart/", journeys.Depart.as_view(), name="depart"),
    path(
        "journeys/<str:reference>/correct-departure/",
        journeys.CorrectDeparture.as_view(),
        name="correct-departure",
    ),
    path(
        "journeys/<str:reference>/undo-departure/",
        journeys.UndoDeparture.as_view(),
        name="undo-departure",
    ),
    path("journeys/<str:reference>/arrive/", journeys.Arrive.as_view(), name="arrive"),
    path(
        "journeys/<str:reference>/correct-arrival/",
        journeys.CorrectArrival.as_view(),
        name="correct-arrival",
    ),
    path(
        "journeys/<str:reference>/undo-arrival/",
        journeys.UndoArrival.as_view(),
        name="undo-arrival",
    ),
]
