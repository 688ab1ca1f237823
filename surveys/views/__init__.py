"""Pages of surveys, one file per family."""

from surveys.views.follow_ups import (
    CaseFollowUp,
    ExtendFollowUp,
    FollowUpCancel,
    FollowUpDone,
    FollowUpList,
    FollowUpMove,
    FollowUpNotPossible,
    FollowUpReopen,
    PlanFollowUp,
)
from surveys.views.questionnaires import (
    IssueVersion,
    QuestionnaireDetail,
    QuestionnaireList,
    QuestionnaireResults,
)
from surveys.views.responses import (
    ResponseCorrect,
    ResponseCreate,
    ResponseDetail,
    ResponseWithdraw,
)

__all__ = [
    "CaseFollowUp",
    "ExtendFollowUp",
    "FollowUpCancel",
    "FollowUpDone",
    "FollowUpList",
    "FollowUpMove",
    "FollowUpNotPossible",
    "FollowUpReopen",
    "IssueVersion",
    "PlanFollowUp",
    "QuestionnaireDetail",
    "QuestionnaireList",
    "QuestionnaireResults",
    "ResponseCorrect",
    "ResponseCreate",
    "ResponseDetail",
    "ResponseWithdraw",
]
