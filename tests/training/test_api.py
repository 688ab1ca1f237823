"""REST: sessions, modules, editions, enrolments; attendance sent twice is stored once."""

import datetime

import pytest

from core.models import IdempotencyKey
from training import services
from training.enums import EnrolmentStatus
from training.models import (
    AttendanceMark,
    ChecklistItem,
    Edition,
    Enrolment,
    OrientationSession,
)

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture
def officer_session(world, session, register):
    """A session with three people invited."""
    row, cases = session(), [register() for _n in range(3)]
    services.invite(row, cases=cases, by=world.fresh("protection_officer"))
    return row, cases


def day(*enrolments):
    marks = [
        {"enrolment": row.reference, "half": half, "mark": "present"}
        for row in enrolments
        for half in ("am", "pm")
    ]
    return {"day": "2019-06-17", "marks": marks}


@pytest.mark.req("R211")
def test_attendance_sent_twice_with_one_key_is_stored_once(call, edition, enrolled):
    row = edition()
    people = [enrolled(row), enrolled(row)]
    path = f"editions/{row.reference}/attendance/"
    key = {"Idempotency-Key": "abc-123"}

    answers = [call("partner_client", "post", path, day(*people), **key) for _n in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert AttendanceMark.objects.count() == 4
    assert IdempotencyKey.objects.count() == 1
    assert {e.status for e in Enrolment.objects.all()} == {EnrolmentStatus.STARTED}
    other = call("partner_client", "post", path, day(people[0]), **key)
    assert other.status_code == 422


def test_a_key_for_attendance_cannot_read_cases(call, edition, enrolled):
    row = edition()
    enrolment = enrolled(row)
    narrow = {"permissions": ["attendance:write"]}

    sent = call(
        "partner_client", "post", f"editions/{row.reference}/attendance/", day(enrolment), **narrow
    )

    assert sent.status_code == 200
    assert call("partner_client", "get", "enrolments/", **narrow).status_code == 403
    assert call("partner_client", "get", "editions/", **narrow).status_code == 403


@pytest.mark.req("R003")
def test_a_partner_reads_its_roster_without_case_or_vulnerability(call, edition, enrolled):
    enrolment = enrolled(edition(), children_in_care=1)

    (row,) = call("partner_client", "get", "enrolments/").json()["results"]

    assert row["name"] == enrolment.case.person.full_name
    assert row["needs_child_care"] is True
    assert row["case"] is None
    assert "vulnerab" not in str(row)
    assert enrolment.case.reference not in str(row)


def test_a_trainer_of_another_organisation_finds_nothing(call, edition, enrolled):
    enrolment = enrolled(edition())
    reference = enrolment.edition.reference

    assert call("other_trainer", "get", f"editions/{reference}/").status_code == 404
    assert call("other_trainer", "get", f"enrolments/{enrolment.reference}/").status_code == 404
    sent = call("other_trainer", "post", f"editions/{reference}/attendance/", day(enrolment))
    assert sent.status_code == 404
    assert call("other_trainer", "get", "enrolments/").json()["results"] == []


def test_marks_of_people_of_another_course_are_refused_at_their_field(call, edition, enrolled):
    row = edition()
    other = enrolled(edition(starts_on=D(2019, 9, 2)))

    answer = call("trainer", "post", f"editions/{row.reference}/attendance/", day(other))

    assert answer.status_code == 400
    assert "marks" in answer.json()["errors"]


@pytest.mark.req("R071")
def test_the_catalogue_is_asked_as_of_a_day(call):
    first = call("evaluator", "get", "modules/?on=2018-10-01").json()["results"]
    second = call("evaluator", "get", "modules/?on=2019-02-01").json()["results"]

    assert len(first) == 4
    assert {m["code"]: m["days"] for m in second} == {
        "personal_development": 5,
        "business": 9,
        "agriculture": 9,
        "handicraft": 9,
    }
    assert call("evaluator", "get", "modules/?on=soon").status_code == 400
    assert call("evaluator", "get", "modules/?colour=red").status_code == 400


def test_a_session_is_planned_filled_and_called(call, world, register):
    case = register()
    planned = call(
        "caseworker",
        "post",
        "orientation-sessions/",
        {
            "office": "rabat",
            "starts_at": "2019-03-12T10:00:00Z",
            "facilitator": world.caseworker.email,
            "language": "fr",
        },
    )
    assert planned.status_code == 201
    path = f"orientation-sessions/{planned.json()['reference']}/"
    invited = call("caseworker", "post", f"{path}invitations/", {"cases": [case.reference]})
    assert invited.status_code == 201

    called = call(
        "caseworker",
        "post",
        f"{path}attendance/",
        {"marks": [{"case": case.reference, "attendance": "present"}]},
    )

    assert called.json()["status"] == "held"
    assert called.json()["present"] == 1
    (row,) = call("caseworker", "get", f"{path}invitations/").json()["results"]
    assert (row["case"], row["attended_on"]) == (case.reference, "2019-03-12")
    assert call("trainer", "get", path).status_code == 404
    assert OrientationSession.objects.count() == 1


@pytest.mark.req("R052")
def test_somebody_who_had_declined_is_marked_present_only_by_exception(
    call, world, session, register
):
    row, by = session(), world.fresh("protection_officer")
    people = [register(nationality=world.country(code)) for code in ("GN", "ML", "SN")]
    malian = services.invite(row, cases=people[:2], by=by)[1]
    services.answer_invitation(malian, answer="declined", reason="work", by=by)
    services.invite(row, cases=people[2:], by=by)
    path = f"orientation-sessions/{row.reference}/attendance/"
    body = {"marks": [{"case": people[1].reference, "attendance": "present"}]}

    refused = call("caseworker", "post", path, body)
    assert refused.status_code == 400
    assert "at most 2 nationalities" in refused.content.decode()
    exception = {"override_reason": "Came", "approved_by": world.programme_manager.email}
    called = call("caseworker", "post", path, body | exception)

    assert called.status_code == 200
    malian.refresh_from_db()
    assert malian.approved_by == world.programme_manager


def test_what_participants_of_a_session_think_is_sent_one_by_one_and_counted(
    call, world, register, orient
):
    case, other = register(programme=world.foras), register(programme=world.foras)
    row = orient(case, other)
    path = f"orientation-sessions/{row.reference}/feedback/"
    one = {
        "case": case.reference,
        "answers": {"satisfaction": "satisfied"},
        "answered_on": "2019-03-12",
    }
    counts = {"counts": {"satisfied": 1}, "answered_on": "2019-03-12", "programme": "FORAS"}

    assert call("caseworker", "post", path, one).status_code == 201
    assert call("caseworker", "post", path, one).status_code == 400
    assert call("caseworker", "post", f"{path}counts/", counts).status_code == 201
    assert services.satisfaction_of(row) == (2, 2)
    assert call("caseworker", "post", f"{path}counts/", counts).status_code == 400
    elsewhere = orient(register(programme=world.programmes["OTHER"]), day=D(2019, 3, 5))
    answer = call(
        "caseworker", "post", f"orientation-sessions/{elsewhere.reference}/feedback/counts/", counts
    )
    assert "programme" in answer.json()["errors"]
    assert call("trainer", "post", path, one).status_code in {403, 404}


def test_the_survey_of_a_course_is_sent_by_enrolment(call, world, edition, enrolled, attend):
    first, second = enrolled(edition()), enrolled(edition(starts_on=D(2019, 9, 2)))
    row = attend(first)
    path = f"editions/{row.reference}/survey/"
    one = {
        "enrolment": first.reference,
        "answers": {"satisfaction": "very_satisfied"},
        "answered_on": "2019-06-21",
    }

    assert call("trainer", "post", path, one).status_code == 201
    assert services.satisfaction_of(row) == (1, 1)
    absent = call("trainer", "post", path, one | {"enrolment": second.reference})
    assert "did not take part" in absent.content.decode()
    counts = {"counts": {"satisfied": 1}, "answered_on": "2019-06-21"}
    assert call("trainer", "post", f"{path}counts/", counts).status_code == 400
    assert call("other_trainer", "post", path, one).status_code == 404


def test_somebody_not_invited_is_named(call, session, register):
    case = register()

    answer = call(
        "caseworker",
        "post",
        f"orientation-sessions/{session().reference}/attendance/",
        {"marks": [{"case": case.reference, "attendance": "present"}]},
    )

    assert case.reference in answer.json()["errors"]["marks"][0]


def test_an_edition_is_planned_in_a_module_in_force(call, world):
    body = {
        "module": "business",
        "office": "rabat",
        "starts_on": "2019-07-01",
        "trainer_organisation": "cerf",
    }
    made = call("programme_manager", "post", "editions/", body)

    assert made.status_code == 201
    assert made.json()["ends_on"] == "2019-07-11"
    old = call("programme_manager", "post", "editions/", body | {"module": "life_skills"})
    assert "module" in old.json()["errors"]
    assert Edition.objects.count() == 1


@pytest.mark.req("R076")
def test_an_edition_is_planned_with_trainer_language_and_support(call, world):
    body = {
        "module": "business",
        "office": "rabat",
        "starts_on": "2019-07-01",
        "trainer_organisation": "cerf",
        "trainer_name": "Leila Amrani",
        "support_organisation": "asticude",
        "language": "ar",
        "room": "4",
        "capacity": 12,
    }

    made = call("programme_manager", "post", "editions/", body)

    assert made.status_code == 201
    assert {name: made.json()[name] for name in body} == body
    wrong = call("programme_manager", "post", "editions/", body | {"language": "xx"})
    assert "language" in wrong.json()["errors"]


def test_an_enrolment_is_made_acknowledged_and_withdrawn(call, ready, orient, edition):
    case = ready()
    orient(case)
    row = edition(starts_on=D(2030, 6, 3))
    body = {"edition": row.reference, "case": case.reference}

    made = call("caseworker", "post", "enrolments/", body)
    assert made.status_code == 201
    assert made.json()["case"] == case.reference
    path = f"enrolments/{made.json()['reference']}/"
    assert call("trainer", "post", f"{path}acknowledge/").status_code == 428
    done = call("trainer", "post", f"{path}acknowledge/", {}, **{"If-Match": "1"})
    assert done.json()["status"] == "acknowledged"
    again = call("caseworker", "post", f"{path}withdraw/", {"reason": "work"}, **{"If-Match": "1"})
    assert again.status_code == 409
    gone = call("caseworker", "post", f"{path}withdraw/", {"reason": "work"}, **{"If-Match": "2"})
    assert gone.json()["status"] == "withdrawn"


def test_conditions_are_named_at_the_field(call, ready, edition):
    body = {"edition": edition(starts_on=D(2030, 6, 3)).reference, "case": ready().reference}

    answer = call("caseworker", "post", "enrolments/", body)

    assert answer.status_code == 400
    assert "orientation" in answer.json()["errors"]["edition"][0]


def test_page_and_api_list_the_same_for_the_same_question(call, sign_in, world, edition):
    edition()
    edition("business", starts_on=D(2019, 7, 1), office=world.casablanca)
    client = sign_in(world.protection_officer)

    for question in ("", "?office=rabat", "?group=business", "?starts_from=2019-07-01"):
        page = client.get(f"/editions/{question}").context["rows"]
        api = call("protection_officer", "get", f"editions/{question}").json()["results"]
        assert [row.reference for row in page] == [row["reference"] for row in api]


def test_taking_somebody_out_is_a_permission_of_its_own(call, edition, enrolled, world):
    """Reading courses is not enough, and a key for attendance alone does not do it either."""
    enrolment = enrolled(edition(), programme=world.foras)
    path, body = f"enrolments/{enrolment.reference}/withdraw/", {"reason": "partner"}
    version = {"If-Match": str(enrolment.version)}

    for name in ("clerk", "programme_manager"):
        assert call(name, "post", path, body, **version).status_code == 403
    narrow = {"permissions": ["attendance:write", "editions:view"]}
    assert call("partner_client", "post", path, body, **narrow, **version).status_code == 403
    right = {"permissions": ["enrolments:withdraw"]}
    gone = call("partner_client", "post", path, body, **right, **version)

    assert gone.json()["status"] == "withdrawn"


def test_a_session_goes_all_its_way_by_the_api(call, world, register, officer_session):
    row, cases = officer_session
    path = f"orientation-sessions/{row.reference}/"

    def send(verb, **data):
        version = call("caseworker", "get", path).json()["version"]
        answer = call("caseworker", "post", f"{path}{verb}/", data, **{"If-Match": str(version)})
        assert answer.status_code == 200, answer.content
        return answer.json()

    came, declined, wrong = cases
    send(
        "change",
        starts_at="2019-03-13T10:00:00Z",
        minutes=90,
        facilitator=world.caseworker.email,
        language="fr",
        capacity=15,
    )
    send("answer", case=declined.reference, answer="declined", reason="work", on="2019-03-12")
    send("withdraw-invitation", case=wrong.reference, reason="Another Bah")
    marks = [{"case": came.reference, "attendance": "present"}]
    send("attendance", marks=marks)
    send("outcomes", people=[{"case": came.reference, "outcomes": ["business"]}])
    send("checklist", items=list(ChecklistItem.objects.values_list("code", flat=True)))
    assert send("close")["status"] == "closed"
    assert send("reopen", reason="One was forgotten")["status"] == "held"

    row.refresh_from_db()
    assert (row.minutes, row.capacity) == (90, 15)
    assert not services.unticked_items(row)
    known = dict(row.invitations.values_list("case__reference", "answer"))
    assert known == {came.reference: "accepted", declined.reference: "declined"}
    other = call(
        "caseworker", "post", f"{path}answer/", {"case": wrong.reference, "answer": "open"}
    )
    assert other.status_code == 400


def test_a_course_goes_all_its_way_by_the_api(call, world, edition, enrolled, attend):
    row = edition("business", starts_on=D(2019, 7, 1))
    done, short = enrolled(row), enrolled(row)
    path = f"editions/{row.reference}/"

    def send(name, verb, **data):
        version = call(name, "get", path).json()["version"]
        return call(name, "post", f"{path}{verb}/", data, **{"If-Match": str(version)})

    changed = send(
        "programme_manager", "change", trainer_organisation="cerf", capacity=9, room="4"
    ).json()
    assert (changed["capacity"], changed["room"]) == (9, "4")
    attend(done)
    attend(short, days=1)
    reasons = [{"enrolment": short.reference, "reason": "health"}]
    assert send("caseworker", "complete").status_code == 403
    chosen = [{"enrolment": short.reference, "reason": "programme"}]
    assert send("trainer", "complete", reasons=chosen).status_code == 400

    assert send("trainer", "complete", reasons=reasons).json()["status"] == "completed"

    short.refresh_from_db()
    assert (short.status, short.reason) == ("not_completed", "health")
    assert send("trainer", "reopen", reason="A mark was wrong").json()["status"] == "running"
    cancelled = send("programme_manager", "cancel", reason="Held twice")
    assert cancelled.json()["status"] == "cancelled"


def test_criteria_change_and_a_place_is_confirmed_by_the_api(call, world, edition, ready, orient):
    handicraft = edition("handicraft", starts_on=D(2030, 9, 2))
    answer = call(
        "programme_manager",
        "post",
        f"editions/{handicraft.reference}/criteria/",
        {"criteria": ["Owns a loom"]},
        **{"If-Match": str(handicraft.version)},
    )
    assert answer.json()["criteria"] == [{"position": 1, "text": "Owns a loom"}]
    case, row = ready(), edition(starts_on=D(2030, 6, 3))
    orient(case)
    enrolment = services.enrol(row, case=case, by=world.fresh("caseworker"))

    answer = call(
        "caseworker",
        "post",
        f"enrolments/{enrolment.reference}/confirm/",
        {},
        **{"If-Match": str(enrolment.version)},
    )

    assert answer.json()["status"] == "enrolled"
