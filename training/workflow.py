"""Which step of a session, an edition or an enrolment may follow which."""

from training.enums import ApplicationStatus as A
from training.enums import EditionStatus as E
from training.enums import EnrolmentStatus as N
from training.enums import Fit, Mark
from training.enums import SessionStatus as S

# A closed session is opened again only to correct it.
SESSION_TRANSITIONS: dict[str, frozenset[str]] = {
    S.PLANNED: frozenset({S.HELD, S.CANCELLED}),
    S.HELD: frozenset({S.CLOSED}),
    S.CLOSED: frozenset({S.HELD}),
    S.CANCELLED: frozenset(),
}
SESSION_TONES: dict[str, str] = {
    S.PLANNED: "info",
    S.HELD: "warning",
    S.CLOSED: "success",
    S.CANCELLED: "neutral",
}

# A completed edition is opened again only to correct its attendance.
EDITION_TRANSITIONS: dict[str, frozenset[str]] = {
    E.PLANNED: frozenset({E.RUNNING, E.CANCELLED}),
    E.RUNNING: frozenset({E.COMPLETED, E.CANCELLED}),
    E.COMPLETED: frozenset({E.RUNNING}),
    E.CANCELLED: frozenset(),
}
EDITION_TONES: dict[str, str] = {
    E.PLANNED: "info",
    E.RUNNING: "progress",
    E.COMPLETED: "success",
    E.CANCELLED: "neutral",
}

# The first attendance mark starts an enrolment wherever it stands; the arrows back to where an
# enrolment stood before it ended, and from "started" to "enrolled", are corrections.
ENROLMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    N.NOMINATED: frozenset({N.ACKNOWLEDGED, N.ENROLLED, N.STARTED, N.NOT_COMPLETED, N.WITHDRAWN}),
    N.ACKNOWLEDGED: frozenset({N.ENROLLED, N.STARTED, N.NOT_COMPLETED, N.WITHDRAWN}),
    N.ENROLLED: frozenset({N.STARTED, N.NOT_COMPLETED, N.WITHDRAWN}),
    N.STARTED: frozenset({N.COMPLETED, N.NOT_COMPLETED, N.ENROLLED}),
    N.COMPLETED: frozenset({N.STARTED}),
    N.NOT_COMPLETED: frozenset({N.NOMINATED, N.ACKNOWLEDGED, N.ENROLLED, N.STARTED}),
    N.WITHDRAWN: frozenset({N.NOMINATED, N.ACKNOWLEDGED, N.ENROLLED}),
}
ENROLMENT_TONES: dict[str, str] = {
    N.NOMINATED: "warning",
    N.ACKNOWLEDGED: "info",
    N.ENROLLED: "info",
    N.STARTED: "progress",
    N.COMPLETED: "success",
    N.NOT_COMPLETED: "danger",
    N.WITHDRAWN: "neutral",
}

# The arrows back to "submitted" take a decision back; the history keeps both (R074).
APPLICATION_TRANSITIONS: dict[str, frozenset[str]] = {
    A.SUBMITTED: frozenset({A.ACCEPTED, A.WAITING, A.REFUSED, A.WITHDRAWN}),
    A.WAITING: frozenset({A.ACCEPTED, A.REFUSED, A.SUBMITTED, A.WITHDRAWN}),
    A.ACCEPTED: frozenset({A.SUBMITTED, A.WITHDRAWN}),
    A.REFUSED: frozenset({A.SUBMITTED}),
    A.WITHDRAWN: frozenset(),
}
APPLICATION_TONES: dict[str, str] = {
    A.SUBMITTED: "warning",
    A.WAITING: "info",
    A.ACCEPTED: "success",
    A.REFUSED: "danger",
    A.WITHDRAWN: "neutral",
}
#: What somebody may decide on an application.
DECISIONS = frozenset({A.ACCEPTED, A.WAITING, A.REFUSED})
#: Not over for the person: a decision, a place or an answer may still come.
PENDING = frozenset({A.SUBMITTED, A.WAITING, A.ACCEPTED})
FIT_TONES: dict[str, str] = {Fit.MET: "success", Fit.PARTLY: "warning", Fit.NOT_MET: "neutral"}
#: What an answer is worth when applications for one course are compared.
FIT_POINTS: dict[str, int] = {Fit.MET: 2, Fit.PARTLY: 1, Fit.NOT_MET: 0}

#: On the way to the course or in it.
LIVE = frozenset({N.NOMINATED, N.ACKNOWLEDGED, N.ENROLLED, N.STARTED})
BEFORE_START = LIVE - {N.STARTED}
#: The person has not been told yet that the place is theirs.
UNCONFIRMED = BEFORE_START - {N.ENROLLED}
#: These hold a place in the room.
SEATED = LIVE | {N.COMPLETED}
ENDED = frozenset(N.values) - LIVE
#: Ended without completion.
DROPPED = frozenset({N.NOT_COMPLETED, N.WITHDRAWN})
#: Editions that people may still join.
OPEN_EDITIONS = frozenset({E.PLANNED, E.RUNNING})
#: Marks that count as being there; who comes late is there (R077).
ATTENDED = frozenset({Mark.PRESENT, Mark.LATE})
