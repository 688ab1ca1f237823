"""Pages and addresses of applications: from the case, from the course, and by REST."""

import datetime

import pytest

from tests.query_counts import queries_of
from tests.training.conftest import CRITERIA
from tests.training.test_session_pages import page, post
from training import services, worklist
from training.enums import ApplicationStatus, Fit
from training.models import Application, Edition, Enrolment, ModuleVersion

D = datetime.date
A = ApplicationStatus
pytestmark = pytest.mark.django_db


@pytest.fixture
def handicraft(edition):
    return edition("handicraft", starts_on=D(2030, 9, 2))


@pytest.fixture
def caseworker(sign_in, world):
    return sign_in(world.caseworker)


@pytest.fixture
def manager(sign_in, world):
    return sign_in(world.programme_manager)


def answers_to(edition, fit=Fit.MET):
    return {f"fit_{criterion.pk}": fit for criterion in edition.criteria.all()}


@pytest.mark.req("R074")
def test_from_the_application_to_the_place_page_by_page(
    caseworker, manager, world, handicraft, prepared
):
    case = prepared(programme=world.foras)
    text = caseworker.get(page("apply-choose", case.reference)).content.decode()
    url = page("apply", case.reference, handicraft.reference)
    assert url in text
    assert all(criterion in text for criterion in CRITERIA)
    response = post(
        caseworker, url, motivation="Learnt to weave", **answers_to(handicraft, Fit.PARTLY)
    )
    application = Application.objects.get()
    assert response.url == application.get_absolute_url()

    listed = manager.get(handicraft.get_absolute_url()).content.decode()
    assert case.person.full_name in listed
    assert "2 / 4" in listed
    decide = page("application-decide", application.reference)
    shown = manager.get(decide).content.decode()
    assert "Learnt to weave" in shown
    assert "15 of 15 places are free" in shown
    assert post(manager, decide, decision=A.ACCEPTED).status_code == 302

    take = page("application-enrol", application.reference)
    assert take in caseworker.get(application.get_absolute_url()).content.decode()
    response = post(caseworker, take)

    enrolment = Enrolment.objects.get(edition=handicraft)
    assert response.url == enrolment.get_absolute_url()
    assert enrolment.application == application
    assert application.get_absolute_url() in caseworker.get(response.url).content.decode()


def test_a_refusal_without_reason_comes_back_with_what_was_typed(
    manager, world, handicraft, prepared, applied
):
    application = applied(handicraft, prepared(programme=world.foras))
    url = page("application-decide", application.reference)

    response = post(manager, url, decision=A.REFUSED, reason="")

    assert response.status_code == 422
    assert "the person will be told" in response.context["form"].errors["reason"][0]
    assert response.context["form"]["decision"].value() == A.REFUSED
    assert post(manager, url, decision=A.REFUSED, reason="No tools").status_code == 302
    text = manager.get(application.get_absolute_url()).content.decode()
    assert "No tools" in text
    back = page("application-take-back", application.reference)
    assert back in text
    assert post(manager, back, reason="Somebody else was meant").status_code == 302
    application.refresh_from_db()
    assert application.status == A.SUBMITTED


def test_an_application_is_corrected_and_withdrawn_from_its_page(
    caseworker, handicraft, prepared, applied
):
    application = applied(handicraft, prepared())
    first = handicraft.criteria.first()
    correct = page("application-correct", application.reference)

    assert post(caseworker, correct, **{f"fit_{first.pk}": Fit.NOT_MET}).status_code == 422
    values = {f"fit_{first.pk}": Fit.NOT_MET, f"note_{first.pk}": "No loom", "reason": "Misheard"}
    assert post(caseworker, correct, **values).status_code == 302
    assert application.answers.first().note == "No loom"
    url = page("application-withdraw", application.reference)
    assert post(caseworker, url, reason="Found work").status_code == 302

    application.refresh_from_db()
    assert application.status == A.WITHDRAWN


def test_every_answer_is_asked_for_and_what_was_typed_stays(caseworker, handicraft, prepared):
    case = prepared()
    url = page("apply", case.reference, handicraft.reference)

    response = post(caseworker, url, motivation="Learnt to weave")

    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(answers_to(handicraft))
    assert response.context["form"]["motivation"].value() == "Learnt to weave"


@pytest.mark.req("R073")
def test_the_page_says_what_is_missing_before_anything_is_typed(
    caseworker, ready, orient, handicraft
):
    case = ready()
    orient(case)

    text = caseworker.get(page("apply-choose", case.reference)).content.decode()

    assert "A vocational course presupposes: Personal development, Business creation." in text
    url = page("apply", case.reference, handicraft.reference)
    assert url not in text
    response = post(caseworker, url, motivation="Weaving", **answers_to(handicraft))
    assert response.status_code == 422
    assert "Business creation" in response.content.decode()


def test_the_enrol_page_leads_to_the_application(caseworker, handicraft, prepared):
    case = prepared()
    url = page("enrol", case.reference)

    text = caseworker.get(url).content.decode()
    assert "given by selection" in text
    assert page("apply", case.reference, handicraft.reference) in text
    response = post(caseworker, url, edition=handicraft.reference)

    assert response.status_code == 422
    assert "given by selection" in response.context["form"].errors["edition"][0]


@pytest.mark.req("R003")
def test_training_partners_read_the_criteria_and_nothing_of_the_applicants(
    sign_in, world, call, handicraft, prepared, applied
):
    case = prepared(family_name="Zongo")
    application = applied(handicraft, case)
    trainer = sign_in(world.trainer)

    text = trainer.get(handicraft.get_absolute_url()).content.decode()

    assert all(criterion in text for criterion in CRITERIA)
    assert "Learnt to weave" not in text
    assert "ZONGO" not in text
    assert "Applications" not in text
    assert trainer.get(application.get_absolute_url()).status_code == 404
    assert trainer.get(page("application-list")).status_code == 403
    assert call("trainer", "get", "applications/").status_code == 403
    found = call("trainer", "get", f"editions/{handicraft.reference}/").json()
    assert [row["text"] for row in found["criteria"]] == list(CRITERIA)
    assert "Learnt" not in str(found)


def test_a_clerk_sees_the_case_without_its_applications(
    sign_in, world, handicraft, prepared, applied
):
    application = applied(handicraft, prepared())
    clerk = sign_in(world.clerk)

    text = clerk.get(page("case", application.case.reference)).content.decode()

    assert "Applications for vocational courses" not in text
    assert clerk.get(application.get_absolute_url()).status_code == 404


def test_criteria_are_written_when_planning_and_changed_afterwards(manager, world):
    version = ModuleVersion.objects.get(module="handicraft")
    values = {
        "module_version": version.pk,
        "office": "rabat",
        "starts_on": "2030-09-02",
        "trainer_organisation": "cerf",
    }

    response = post(manager, page("edition-plan"), **values)
    assert response.status_code == 422
    assert "Write the criteria" in response.context["form"].errors["criteria"][0]
    lines = "Has a project\n\nCan attend every day"
    assert post(manager, page("edition-plan"), **values, criteria=lines).status_code == 302

    row = Edition.objects.get()
    url = page("edition-criteria", row.reference)
    assert manager.get(url).context["form"]["criteria"].value() == (
        "Has a project\nCan attend every day"
    )
    assert post(manager, url, criteria="Has tools at home").status_code == 302
    assert [c.text for c in row.criteria.all()] == ["Has tools at home"]


def test_other_courses_have_no_criteria_to_change(manager, edition):
    url = page("edition-criteria", edition().reference)

    assert manager.get(url).status_code == 403


def test_work_lists_name_what_waits_for_a_decision_and_for_a_place(
    world, handicraft, prepared, applied
):
    def found(name, title):
        sections = worklist.sections(world.fresh(name))
        return [item.url for s in sections if s.title == title for item in s.items]

    decide = "Applications for vocational courses to decide"
    enrol = "Accepted for a vocational course, to enrol"
    application = applied(handicraft, prepared(programme=world.foras))
    url = application.get_absolute_url()

    assert found("programme_manager", decide) == found("protection_officer", decide) == [url]
    assert found("caseworker", decide) == found("other_manager", decide) == []
    services.decide(application, decision=A.ACCEPTED, by=world.fresh("programme_manager"))

    assert found("programme_manager", decide) == []
    assert found("caseworker", enrol) == [url]
    assert found("caseworker_oujda", enrol) == []
    services.enrol(handicraft, case=application.case, by=world.fresh("caseworker"))
    assert found("caseworker", enrol) == []


def test_pages_take_as_many_queries_for_many_applications(
    caseworker, manager, world, edition, handicraft, prepared, applied
):
    case = prepared(programme=world.foras)
    applied(handicraft, case)
    pages = [
        (manager, page("application-list")),
        (manager, handicraft.get_absolute_url()),
        (caseworker, page("case", case.reference)),
        (caseworker, page("apply-choose", case.reference)),
    ]
    counted = [queries_of(client, url) for client, url in pages]
    for number in range(3):
        row = edition(
            "agriculture", starts_on=D(2030, 10, 7) + datetime.timedelta(weeks=4 * number)
        )
        applied(row, case)
        applied(handicraft, prepared(programme=world.foras))

    assert [queries_of(client, url) for client, url in pages] == counted


# --- REST ---------------------------------------------------------------------------------------
def body(edition, case, fits=("met", "partly")):
    return {
        "edition": edition.reference,
        "case": case.reference,
        "motivation": "Learnt to weave",
        "answers": [{"criterion": n, "fit": fit} for n, fit in enumerate(fits, start=1)],
    }


@pytest.mark.req("R074")
def test_an_application_goes_its_way_over_the_api(call, world, handicraft, prepared):
    case = prepared(programme=world.foras)
    made = call("caseworker", "post", "applications/", body(handicraft, case))
    assert made.status_code == 201, made.content
    assert [row["fit"] for row in made.json()["answers"]] == ["met", "partly"]
    path = f"applications/{made.json()['reference']}/"

    refused = call(
        "programme_manager", "post", f"{path}decide/", {"decision": "refused"}, **{"If-Match": "1"}
    )
    assert "reason" in refused.json()["errors"]
    answer = {"decision": "refused", "reason": "No tools"}
    done = call("programme_manager", "post", f"{path}decide/", answer, **{"If-Match": "1"})
    assert (done.json()["status"], done.json()["decided_by"]) == ("refused", "Programme Manager")
    read = call("caseworker", "get", path)
    assert read.json()["reason"] == "No tools"
    place = {"edition": handicraft.reference, "case": case.reference}
    place_refused = call("caseworker", "post", "enrolments/", place)
    assert "No tools" in place_refused.json()["errors"]["edition"][0]

    back = call(
        "programme_manager", "post", f"{path}take-back/", {"reason": "Wrong"}, **{"If-Match": "2"}
    )
    assert back.json()["status"] == "submitted"
    correct = body(handicraft, case, ("met", "met")) | {"reason": "Misheard"}
    del correct["edition"], correct["case"]
    fixed = call("caseworker", "post", f"{path}correct/", correct, **{"If-Match": "3"})
    assert [row["fit"] for row in fixed.json()["answers"]] == ["met", "met"]
    version = {"If-Match": str(fixed.json()["version"])}
    yes = call("programme_manager", "post", f"{path}decide/", {"decision": "accepted"}, **version)
    assert yes.status_code == 200, yes.content

    assert call("caseworker", "post", "enrolments/", place).status_code == 201


def test_wrong_answers_are_named_at_their_field(call, handicraft, prepared):
    case = prepared()

    for fits, message in ((("met",), "Answer each"), (("met",) * 3, "no criterion 3")):
        answer = call("caseworker", "post", "applications/", body(handicraft, case, fits))
        assert answer.status_code == 400
        assert message in answer.json()["errors"]["answers"][0]
    unfit = call("caseworker", "post", "applications/", body(handicraft, case, ("met", "great")))
    assert "answers" in unfit.json()["errors"]
    assert not Application.objects.exists()


def test_a_vocational_course_is_planned_with_criteria_over_the_api(call):
    given = {
        "module": "handicraft",
        "office": "rabat",
        "starts_on": "2030-09-02",
        "trainer_organisation": "cerf",
    }

    without = call("programme_manager", "post", "editions/", given)
    made = call("programme_manager", "post", "editions/", given | {"criteria": ["Has tools"]})

    assert "criteria" in without.json()["errors"]
    assert made.json()["criteria"] == [{"position": 1, "text": "Has tools"}]


def test_page_and_api_list_the_same_applications(
    call, sign_in, world, edition, handicraft, prepared, applied
):
    applied(handicraft, prepared(), on=D(2019, 8, 5))
    waiting = applied(edition("agriculture", starts_on=D(2030, 9, 2)), prepared())
    services.decide(waiting, decision=A.WAITING, by=world.fresh("protection_officer"))
    client = sign_in(world.protection_officer)

    for question in (
        "",
        "?status=waiting",
        "?office=rabat",
        f"?edition={handicraft.reference}",
        "?applied_until=2019-08-31",
        "?decided_from=2019-08-31",
    ):
        rows = client.get(f"/applications/{question}").context["rows"]
        found = call("protection_officer", "get", f"applications/{question}").json()["results"]
        assert [row.reference for row in rows] == [row["reference"] for row in found], question
