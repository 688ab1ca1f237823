"""``access_matrix.csv`` against the roles and scopes of the design.

So that a cell of the table cannot be changed to whatever the product answers:

1.  Nobody without a sign-in: pages lead to it (302, a form sent 401), the API answers 401.
2.  A collection, and a form that opens a record, asks for its permission: 200 or 403 (R001).
3.  A record out of scope is 404 for reading and writing alike, as if it did not exist; only a
    record in scope may answer 403.
4.  Donors, officers of evaluation, referrers, evaluators, committee members, administrators, data
    protection officers and people without a role see no case and nothing of one (R002–R004).
    Finance sees items from their approval on, with payments and receipts, and nothing else.
5.  Country of origin: nothing before the handover, nothing of another country.
6.  Office: nothing of another office; programme: nothing of another programme.
7.  A child travelling alone: protection officers only (R006); protection papers: with the
    permission of their own (R005).
8.  Training partners: courses of their own organisation and who is in them until a month after
    the end, no case; their rights end at the organisation (R003).
9.  Referrals: the person who sent them, and the orientation point they were sent to (R010).
10. Accounts and keys: administrators; the audit: data protection officers.
11. Exact reports: the programme's own manager and officer; its donor, once released (R004).
12. Reintegration surveys: the office of the country of origin, as psychosocial goals (design 4.2).
13. Pages of the packages in use (sign-in, second step, the document of the API) are named one by
    one; they answer everybody who has signed in alike.
"""

from accounts.permissions import granted
from core.views import Access
from tests import personas
from tests.access_table import (
    ANONYMOUS,
    DOCUMENTS_OF_THE_API,
    LIBRARY,
    PEOPLE,
    PUBLIC_LIBRARY,
    api_routes,
    is_api,
    own_pages,
    public_pages,
    report,
    table,
)

PERMITTED = {
    name: granted(role, over_country="country" in scope) if role else frozenset()
    for name, role, scope in personas.PEOPLE
}
NO_CASES = {  # rule 4
    "me_officer",
    "committee_member",
    "donor",
    "other_donor",
    "referrer",
    "other_referrer",
    "evaluator",
    "data_protection_officer",
    "administrator",
    "nobody",
}
PARTNERS = {"trainer", "other_trainer", "partner_coordinator", "partner_client"}
ORIGIN = {"focal_point", "reintegration_officer", "origin_protection_officer"}
MANAGERS = {"programme_manager"}
RABAT = {"clerk", "caseworker", "protection_officer"}
OUJDA = {"caseworker_oujda", "protection_officer"}
PROTECTION = {"protection_officer", "origin_protection_officer"}
# Who may find each object at all; to everybody else it answers 404, whatever the route.
IN_SCOPE: dict[str, set[str]] = {
    **dict.fromkeys(
        (
            "case",
            "case_survey",
            "document",
            "contact_point",
            "journey",
            "step",
            "follow_up",
            "enrolment_past",
        ),
        RABAT | ORIGIN | MANAGERS,
    ),
    "response": ORIGIN,
    "waiting": RABAT | MANAGERS,
    "handover_item": RABAT | MANAGERS,
    "application": RABAT - {"clerk"} | MANAGERS,
    "applicant_course": RABAT | MANAGERS,
    "document_waiting": RABAT | MANAGERS,
    "journey_ahead": RABAT | MANAGERS,
    "override": RABAT | MANAGERS,
    "merge": RABAT | MANAGERS,
    "merge_proposed": {"protection_officer"} | MANAGERS,
    "oujda": OUJDA | MANAGERS,
    "journey_oujda": OUJDA | MANAGERS,
    "child": PROTECTION,
    "child_survey": PROTECTION,
    "document_child": PROTECTION,
    "document_protection": PROTECTION,
    "need": RABAT - {"clerk"} | ORIGIN,
    "session": RABAT | MANAGERS,
    "session_person": RABAT | MANAGERS,
    "session_oujda": OUJDA | MANAGERS,
    "session_oujda_person": OUJDA | MANAGERS,
    **dict.fromkeys(
        (
            "edition",
            "edition_past",
            "edition_day",
            "edition_sheet",
            "enrolment",
        ),
        RABAT | MANAGERS | {"trainer", "partner_coordinator", "partner_client"},
    ),
    "edition_past_sheet": RABAT | MANAGERS,
    "edition_override": RABAT | MANAGERS | {"partner_coordinator"},
    **dict.fromkeys(
        ("edition_oujda", "edition_oujda_day", "enrolment_oujda"),
        OUJDA | MANAGERS | {"other_trainer"},
    ),
    **dict.fromkeys(("plan", "goal", "plan_version", "item", "item_rejected"), ORIGIN | MANAGERS),
    "plan_draft": RABAT - {"clerk"} | MANAGERS,
    **dict.fromkeys(
        ("item_approved", "item_paid", "item_delivered", "payment", "receipt"),
        ORIGIN | MANAGERS | {"finance_officer"},
    ),
    "referral": RABAT | {"referrer"},
    "referral_oujda": OUJDA | {"referrer"},
    "hand_out": RABAT,
    "report": MANAGERS | {"me_officer"},
    "report_released": MANAGERS | {"me_officer", "donor"},
    "account": {"administrator", "clerk"},
    "assignment": {"administrator", "clerk"},
    "machine": {"administrator"},
    "key": {"administrator"},
    "audit_entry": {"data_protection_officer"},
}
OF_A_CASE = {
    name for name in IN_SCOPE if not name.startswith(("referral", "account", "assignment"))
}
OF_A_CASE -= {"machine", "key", "hand_out", "report", "report_released", "audit_entry"}


def test_the_table_keeps_to_the_rules() -> None:
    wrong, public = [], public_pages() | PUBLIC_LIBRARY
    for row in table():
        where = f"{row['route']} {row['method']} {row['object']}"
        scope = IN_SCOPE.get(row["object"])
        is_of_api = is_api(row["route"]) or row["route"] in DOCUMENTS_OF_THE_API
        stopped = "401" if is_of_api else "302"
        if row[ANONYMOUS] != stopped and row["route"] not in public:
            wrong.append(f"{where} {ANONYMOUS}: {row[ANONYMOUS]}")
        for person in PEOPLE[:-1]:
            cell = row[person]
            if scope is not None and person not in scope and cell != "404":
                wrong.append(f"{where} {person}: {cell}, out of scope")
            if not row["object"] and cell not in allowed_by_role(row, person):
                wrong.append(f"{where} {person}: {cell}, against the permissions of the role")
        if row["route"] in LIBRARY and len({row[person] for person in PEOPLE[:-1]}) > 1:
            wrong.append(f"{where}: not alike for everybody")
    report(wrong)


def test_the_rules_themselves_keep_outsiders_out() -> None:
    """Rules 4, 7 and 8, said once more of everything that belongs to a case."""
    for name in OF_A_CASE:
        assert not IN_SCOPE[name] & (NO_CASES | {"other_manager", "focal_point_mali"}), name
        if not name.startswith(("edition", "enrolment")):
            assert not IN_SCOPE[name] & PARTNERS, name
        if "child" in name or "protection" in name:
            assert IN_SCOPE[name] == PROTECTION, name


def allowed_by_role(row: dict[str, str], person: str) -> set[str]:
    """Rule 2: what a collection may answer somebody with this person's role."""
    if row["route"] in LIBRARY:
        return {"200"} if row["route"] in DOCUMENTS_OF_THE_API else {"200", "302", "404"}
    if is_api(row["route"]):
        view = api_routes()[row["route"]]
        wanted = view.cls.permissions[view.actions[row["method"].lower()]]
    else:
        wanted = own_pages()[row["route"]].required_permission
    if isinstance(wanted, Access) or wanted in PERMITTED[person]:
        return {"200"} if row["method"] == "GET" else {"400", "428"}
    return {"403"}
