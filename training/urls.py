"""Addresses of orientation and courses."""

from django.urls import path

from training.views import (
    applications,
    case,
    editions,
    enrolments,
    feedback,
    invitations,
    modules,
    opinions,
    overrides,
    sessions,
)

app_name = "training"

SESSION = "orientation-sessions/<str:reference>/"
EDITION = "editions/<str:reference>/"
ENROLMENT = "enrolments/<str:reference>/"
APPLICATION = "applications/<str:reference>/"

urlpatterns = [
    path("orientation-sessions/", sessions.SessionList.as_view(), name="session-list"),
    path("orientation-sessions/plan/", sessions.PlanSession.as_view(), name="session-plan"),
    path(SESSION, sessions.SessionDetail.as_view(), name="session-detail"),
    path(f"{SESSION}roster/", sessions.SessionRoster.as_view(), name="session-roster"),
    path(f"{SESSION}change/", sessions.ChangeSession.as_view(), name="session-change"),
    path(f"{SESSION}invite/", invitations.Invite.as_view(), name="session-invite"),
    path(f"{SESSION}roll-call/", invitations.RollCall.as_view(), name="session-roll-call"),
    path(f"{SESSION}outcomes/", invitations.Recommend.as_view(), name="session-outcomes"),
    path(f"{SESSION}checklist/", sessions.TickChecklist.as_view(), name="session-checklist"),
    path(f"{SESSION}feedback/", feedback.SessionAnswer.as_view(), name="session-feedback"),
    path(f"{SESSION}feedback/counts/", feedback.SessionCounts.as_view(), name="session-counts"),
    path("opinions/<str:sealed>/", opinions.Opinion.as_view(), name="opinion"),
    path("opinions/<str:sealed>/thanks/", opinions.Thanks.as_view(), name="opinion-thanks"),
    path(f"{SESSION}close/", sessions.CloseSession.as_view(), name="session-close"),
    path(f"{SESSION}reopen/", sessions.ReopenSession.as_view(), name="session-reopen"),
    path(f"{SESSION}cancel/", sessions.CancelSession.as_view(), name="session-cancel"),
    path(
        f"{SESSION}people/<str:case>/answer/",
        invitations.AnswerInvitation.as_view(),
        name="invitation-answer",
    ),
    path(
        f"{SESSION}people/<str:case>/withdraw/",
        invitations.WithdrawInvitation.as_view(),
        name="invitation-withdraw",
    ),
    path(
        f"{SESSION}people/<str:case>/correct/",
        invitations.CorrectAttendance.as_view(),
        name="invitation-correct",
    ),
    path("modules/", modules.ModuleList.as_view(), name="module-list"),
    path("modules/add/", modules.AddModule.as_view(), name="module-add"),
    path("modules/<slug:code>/", modules.ModuleDetail.as_view(), name="module-detail"),
    path("modules/<slug:code>/correct/", modules.CorrectModule.as_view(), name="module-correct"),
    path(
        "modules/<slug:code>/equivalences/",
        modules.SetEquivalences.as_view(),
        name="module-equivalences",
    ),
    path("modules/<slug:code>/versions/add/", modules.AddVersion.as_view(), name="version-add"),
    path(
        "modules/<slug:code>/versions/<int:number>/retire/",
        modules.RetireVersion.as_view(),
        name="version-retire",
    ),
    path(
        "modules/<slug:code>/versions/<int:number>/correct/",
        modules.CorrectVersion.as_view(),
        name="version-correct",
    ),
    path(
        "modules/<slug:code>/versions/<int:number>/take-back/",
        modules.TakeBackRetirement.as_view(),
        name="version-take-back",
    ),
    path("editions/", editions.EditionList.as_view(), name="edition-list"),
    path("editions/exceptions/", overrides.OverrideList.as_view(), name="edition-overrides"),
    path(
        "editions/exceptions/<int:pk>/approve/",
        overrides.ApproveOverride.as_view(),
        name="edition-override-approve",
    ),
    path(
        "editions/exceptions/<int:pk>/refuse/",
        overrides.RefuseOverride.as_view(),
        name="edition-override-refuse",
    ),
    path(
        "editions/exceptions/<int:pk>/withdraw/",
        overrides.WithdrawOverride.as_view(),
        name="edition-override-withdraw",
    ),
    path("editions/plan/", editions.PlanEdition.as_view(), name="edition-plan"),
    path(EDITION, editions.EditionDetail.as_view(), name="edition-detail"),
    path(f"{EDITION}roster/", editions.RosterFile.as_view(), name="edition-roster"),
    path(f"{EDITION}change/", editions.ChangeEdition.as_view(), name="edition-change"),
    path(f"{EDITION}criteria/", applications.ChangeCriteria.as_view(), name="edition-criteria"),
    path(f"{EDITION}move/", editions.MoveEdition.as_view(), name="edition-move"),
    path(f"{EDITION}skip-day/", editions.SkipDay.as_view(), name="edition-skip-day"),
    path(f"{EDITION}hold-day/", editions.HoldDay.as_view(), name="edition-hold-day"),
    path(f"{EDITION}cancel/", editions.CancelEdition.as_view(), name="edition-cancel"),
    path(f"{EDITION}complete/", editions.CompleteEdition.as_view(), name="edition-complete"),
    path(f"{EDITION}reopen/", editions.ReopenEdition.as_view(), name="edition-reopen"),
    path(f"{EDITION}attendance/<str:day>/", editions.DayRoll.as_view(), name="edition-roll"),
    path(
        f"{EDITION}attendance/<str:day>/sheets/new/",
        editions.FileSheet.as_view(),
        name="edition-sheet",
    ),
    path("attendance-sheets/<str:reference>/", editions.SheetFile.as_view(), name="sheet"),
    path(
        "attendance-sheets/<str:reference>/withdraw/",
        editions.WithdrawSheet.as_view(),
        name="sheet-withdraw",
    ),
    path(f"{EDITION}survey/", feedback.EditionAnswer.as_view(), name="edition-survey"),
    path(f"{EDITION}survey/counts/", feedback.EditionCounts.as_view(), name="edition-counts"),
    path("enrolments/", enrolments.EnrolmentList.as_view(), name="enrolment-list"),
    path(ENROLMENT, enrolments.EnrolmentDetail.as_view(), name="enrolment-detail"),
    path(
        f"{ENROLMENT}acknowledge/",
        enrolments.Acknowledge.as_view(),
        name="enrolment-acknowledge",
    ),
    path(f"{ENROLMENT}confirm/", enrolments.ConfirmPlace.as_view(), name="enrolment-confirm"),
    path(f"{ENROLMENT}withdraw/", enrolments.Withdraw.as_view(), name="enrolment-withdraw"),
    path(
        f"{ENROLMENT}take-back/",
        enrolments.TakeBackWithdrawal.as_view(),
        name="enrolment-take-back",
    ),
    path("applications/", applications.ApplicationList.as_view(), name="application-list"),
    path(APPLICATION, applications.ApplicationDetail.as_view(), name="application-detail"),
    path(f"{APPLICATION}decide/", applications.Decide.as_view(), name="application-decide"),
    path(
        f"{APPLICATION}take-back/",
        applications.TakeBackDecision.as_view(),
        name="application-take-back",
    ),
    path(
        f"{APPLICATION}withdraw/",
        applications.WithdrawApplication.as_view(),
        name="application-withdraw",
    ),
    path(
        f"{APPLICATION}correct/",
        applications.CorrectApplication.as_view(),
        name="application-correct",
    ),
    path(f"{APPLICATION}enrol/", applications.TakePlace.as_view(), name="application-enrol"),
    path("cases/<str:reference>/training/", case.CaseTraining.as_view(), name="case"),
    path("cases/<str:reference>/training/enrol/", case.Enrol.as_view(), name="enrol"),
    path(
        "cases/<str:reference>/training/apply/",
        applications.ChooseVocational.as_view(),
        name="apply-choose",
    ),
    path(
        "cases/<str:reference>/training/apply/<str:edition>/",
        applications.Apply.as_view(),
        name="apply",
    ),
    path("cases/<str:reference>/orientation/talk/", case.RecordTalk.as_view(), name="talk"),
]
