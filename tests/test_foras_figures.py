"""The published figures of FORAS come out of the same code as everybody's (R277)."""

import datetime
import json
from collections import Counter
from decimal import Decimal
from statistics import median
from typing import Any
from unittest import mock

import pytest
from django.db.models import F
from django.test import TestCase

from accounts.models import User
from avrr.demo import build, figures, setting
from cases.models import Case, HandOut
from core import audit
from core.rounding import percent
from partners.models import Organisation
from programmes.models import Programme
from reference.models import ReferralSource
from reintegration.models import FirstContact
from reports import services
from surveys.models import Response
from training.models import Edition, Enrolment, Invitation, OrientationSession
from travel.models import Journey

TODAY = datetime.date(2026, 11, 22)
END = "2019-12-31"
AS_OF = "2020-05-31"


@pytest.mark.long
@pytest.mark.timeout(900)
class ForasFigures(TestCase):
    """One build of the data set; every figure of the table in the design is asserted."""

    @classmethod
    def setUpTestData(cls) -> None:
        import tempfile
        from pathlib import Path

        cls.folder = tempfile.TemporaryDirectory()
        kept, setting.ACCOUNTS_FILE = setting.ACCOUNTS_FILE, Path(cls.folder.name) / "a.json"
        try:
            build.build_foras(TODAY, lambda line: None)
            cls.accounts = json.loads(setting.ACCOUNTS_FILE.read_text())
        finally:
            setting.ACCOUNTS_FILE = kept

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()
        super().tearDownClass()

    def ask(self, account: str, as_of: str, **part: str) -> dict[str, Any]:
        """The indicators as the API gives them to an account, by slug."""
        user = User.objects.get(email=f"{account}@demo.awda.invalid")
        self.client.force_login(user, "accounts.authentication.SessionBackend")
        asked = {"programme": "FORAS", "as_of": as_of} | part
        response = self.client.get("/api/v1/indicators/", asked)
        assert response.status_code == 200, response.content
        return {row["slug"]: row for row in response.json()["indicators"]}

    @pytest.mark.req("R235")
    def test_funnel_at_the_end_of_the_programme(self) -> None:
        rows = self.ask("suivi-evaluation", END)

        assert rows["registered"]["value"] == 2_776
        assert (rows["oriented"]["value"], rows["oriented"]["percent"]) == (1_589, "57.2")
        assert (rows["trained"]["value"], rows["trained"]["percent"]) == (886, "55.8")

    @pytest.mark.req("R113")
    def test_funnel_as_of_may_2020_whatever_happened_later(self) -> None:
        rows = self.ask("suivi-evaluation", AS_OF)

        names = ("departed", "contacted", "with_project", "scored", "sustainable")
        assert [rows[name]["value"] for name in names] == [408, 218, 201, 22, 15]
        assert rows["contacted"]["percent"] == "53.4"
        assert Journey.objects.filter(departed_on__gt=figures.AS_OF).count() == 9

    @pytest.mark.req("R017")
    def test_registrations_by_referral_source_sum_to_all(self) -> None:
        row = self.ask("suivi-evaluation", END)["registered"]

        codes = set(ReferralSource.objects.values_list("pk", flat=True))
        assert set(row["by"]["source"]) == codes | {"not_stated"}
        assert sum(row["by"]["source"].values()) == row["value"] == 2_776

    @pytest.mark.req("R056")
    def test_those_who_did_not_attend_with_their_reasons_by_place(self) -> None:
        row = self.ask("suivi-evaluation", END)["not_oriented"]

        assert (row["value"], row["denominator"], row["percent"]) == (1_187, 2_776, "42.8")
        assert row["by"]["group"] == figures.NOT_ORIENTED
        reasons = row["by"]["reason"]
        assert sum(reasons.values()) == 1_187
        assert reasons["not_invited"] == 96
        assert (reasons["waiting"], reasons["not_stated"]) == (0, 0)
        places = row["by_mop"]["reason"]
        for office in figures.OFFICES:
            assert sum(places[office].values()) == row["by"]["mop"][office]
            assert places[office]["work"] > 0
        assert sum(sum(parts.values()) for parts in places.values()) == 1_187

    @pytest.mark.req("R036")
    def test_days_until_departure_by_place_and_month(self) -> None:
        row = self.ask("suivi-evaluation", AS_OF)["days_to_departure"]

        assert (row["value"], row["median"]["usual"]) == (408, 56)
        journeys = Journey.objects.filter(departed_on__lte=figures.AS_OF).values_list(
            "departed_on", "case__registered_on", "case__office__code"
        )
        days = [((on - registered).days, office, on) for on, registered, office in journeys]
        by_hand = {
            office: f"{median(n for n, place, _ in days if place == office):.1f}"
            for office in figures.OFFICES
        }
        assert row["median"]["total"] == f"{median(n for n, _, _ in days):.1f}"
        assert {office: row["median"]["by"]["mop"][office] for office in by_hand} == by_hand
        march = f"{median(n for n, _, on in days if (on.year, on.month) == (2019, 3)):.1f}"
        assert row["median"]["by"]["month"]["2019-03"] == march

    @pytest.mark.req("R235")
    def test_the_parts_by_office_add_up_to_the_funnel(self) -> None:
        parts = [self.ask("suivi-evaluation", AS_OF, office=o) for o in figures.OFFICES]

        whole = self.ask("suivi-evaluation", AS_OF)
        for slug in ("registered", "oriented", "trained", "departed", "scored"):
            assert sum(part[slug]["value"] for part in parts) == whole[slug]["value"]

    @pytest.mark.req("R021")
    def test_returns_by_region_and_area_add_up_to_the_departed(self) -> None:
        row = self.ask("suivi-evaluation", AS_OF)["departed"]

        for split in ("region", "area"):
            assert sum(row["by"][split].values()) == 408
        assert {"GN-C", "GN-D", "GN-M"} <= row["by"]["region"].keys()

    @pytest.mark.req("R057")
    def test_orientation_by_group(self) -> None:
        groups = self.ask("suivi-evaluation", END)["oriented"]["by"]["group"]

        assert groups == {"men": 1_267, "women": 286, "boys": 34, "girls": 2, "not_stated": 0}

    @pytest.mark.req("R057")
    def test_the_oriented_children_travel_alone(self) -> None:
        row = self.ask("suivi-evaluation", END)["oriented"]

        assert row["by"]["travelling"] == {"alone": 36, "not_alone": 1_553}
        assert [self.children().filter(group=group).count() for group in ("boys", "girls")] == [
            34,
            2,
        ]

    def children(self) -> Any:
        """Those of FORAS who were oriented and travel alone."""
        oriented = Invitation.objects.attended_by(figures.TIMES[1]).values("case")
        of_foras = Case.objects.filter(programme__code="FORAS", is_unaccompanied_child=True)
        return of_foras.filter(pk__in=oriented).with_group()

    @pytest.mark.req("R006")
    def test_no_caseworker_finds_a_child_travelling_alone(self) -> None:
        children = list(self.children().select_related("person"))
        assert len(children) == 36

        for office in figures.OFFICES:
            user = User.objects.get(email=f"suivi.{office}@demo.awda.invalid")
            assert not Case.objects.visible_to(user).filter(is_unaccompanied_child=True).exists()
            self.client.force_login(user, "accounts.authentication.SessionBackend")
            for child in (c for c in children if c.office.code == office):
                for words in (child.reference, f"{child.person}"):
                    pages = [
                        self.client.get(page, {"q": words}) for page in ("/search/", "/cases/")
                    ]
                    for page in pages:
                        assert page.status_code in (200, 302)
                        assert f"/cases/{child.reference}/" not in page.content.decode()
                        assert child.reference not in page.get("Location", "")
                    found = self.client.get("/api/v1/cases/", {"q": words}).json()["results"]
                    assert child.reference not in {row["reference"] for row in found}

    @pytest.mark.req("R236")
    def test_parts_and_not_stated_add_up_to_each_total(self) -> None:
        for row in self.ask("suivi-evaluation", AS_OF).values():
            for split in row.get("by", {}).values():
                assert sum(split.values()) == row["value"], row["slug"]

    def test_training_by_group(self) -> None:
        groups = self.ask("suivi-evaluation", END)["trained"]["by"]["group"]

        assert groups == {"men": 718, "women": 137, "boys": 29, "girls": 2, "not_stated": 0}

    @pytest.mark.req("R082")
    def test_share_per_module_among_the_trained(self) -> None:
        rows = self.ask("suivi-evaluation", END)

        found = {
            name: (rows[f"module_{name}"]["value"], rows[f"module_{name}"]["percent"])
            for name in ("personal_development", "business", "handicraft", "agriculture")
        }
        assert found == {
            "personal_development": (824, "93.0"),
            "business": (558, "63.0"),
            "handicraft": (177, "20.0"),
            "agriculture": (151, "17.0"),
        }

    def test_every_vocational_place_was_given_by_somebody_before_the_course(self) -> None:
        places = Enrolment.objects.filter(edition__module_version__is_vocational=True)

        assert places.count() == 177 + 151
        decided = places.filter(
            application__status="accepted",
            application__decided_by__isnull=False,
            application__decided_on__lt=F("edition__starts_on"),
        )
        assert decided.count() == places.count()
        assert not Enrolment.objects.exclude(pk__in=places).exclude(application=None).exists()

    @pytest.mark.req("R081")
    def test_two_courses_when_old_modules_count_separately(self) -> None:
        row = self.ask("suivi-evaluation", END)["trained_two_modules"]

        assert (row["value"], row["percent"]) == (691, "78.0")

    def test_two_subjects_when_old_modules_count_together(self) -> None:
        row = self.ask("suivi-evaluation", END)["trained_two_groups"]

        assert row["value"] == figures.TWO_SUBJECTS == 496

    def test_how_many_took_which_path_through_the_modules(self) -> None:
        paths: dict[int, set[str]] = {}
        attended = Enrolment.objects.filter(case__programme__code="FORAS").trained_by(figures.AS_OF)
        rows = attended.values_list("case__person", "edition__module_version__module")
        for person, module in rows:
            paths.setdefault(person, set()).add(module)
        found = Counter(frozenset(path) for path in paths.values())

        planned = figures.OLD_PATHS | figures.NEW_PATHS
        assert found == {frozenset(path): people for path, people in planned.items()}
        assert [*planned.values()] == [160, 35, 81, 168, 27, 114, 150, 124, 27]

    @pytest.mark.req("R038")
    def test_attendances_count_a_person_once_for_each_module(self) -> None:
        rows = self.ask("suivi-evaluation", END)

        assert rows["trained"]["value"] == 886
        assert rows["module_attendances"]["value"] == figures.MODULE_ATTENDANCES == 1_710

    @pytest.mark.req("R237")
    def test_the_printed_percentages_are_recorded_beside_ours(self) -> None:
        rows = self.ask("suivi-evaluation", AS_OF)

        for slug, (_printed, ours) in figures.PRINTED_PERCENT.items():
            assert rows[slug]["percent"] == ours
        assert [printed for printed, _ in figures.PRINTED_PERCENT.values()] == [55, 54]

    @pytest.mark.req("R153")
    def test_coverage_of_the_scores(self) -> None:
        rows = self.ask("suivi-evaluation", AS_OF)

        row = rows["scored"]
        assert (row["value"], row["denominator"], row["percent"]) == (22, 408, "5.4")
        assert rows["sustainable"]["coverage"] == {"eligible": 408, "reached": 218, "scored": 22}

    def test_of_the_departed_some_were_trained(self) -> None:
        departed = Journey.objects.filter(departed_on__lte=figures.AS_OF)
        people = set(departed.values_list("case__person", flat=True))
        attended = Enrolment.objects.trained_by(figures.AS_OF)
        trained = people & set(attended.values_list("case__person", flat=True))

        assert (len(trained), len(people - trained)) == (320, 88)

    @pytest.mark.req("R076", "R243")
    def test_editions_by_city(self) -> None:
        assert self.ask("suivi-evaluation", END)["editions"]["value"] == 141
        by_city = {
            office: Edition.objects.filter(office__code=office).count()
            for office in figures.OFFICES
        }
        assert by_city == {"casablanca": 60, "rabat": 53, "oujda": 28}

    @pytest.mark.req("R058")
    def test_satisfaction_with_orientation(self) -> None:
        row = self.ask("suivi-evaluation", END)["satisfied_orientation"]

        assert (row["value"], row["denominator"], row["percent"]) == (1_497, 1_512, "99.0")

    @pytest.mark.req("R083")
    def test_satisfaction_with_training(self) -> None:
        row = self.ask("suivi-evaluation", END)["satisfied_training"]

        assert (row["value"], row["denominator"], row["percent"]) == (1_225, 1_250, "98.0")

    @pytest.mark.req("R101")
    def test_usefulness_of_skills(self) -> None:
        counts = {
            code: Response.objects.filter(
                questionnaire__code="skills-usefulness",
                answers__question__code="usefulness",
                answers__option__code=code,
            ).count()
            for code in figures.USEFULNESS
        }
        assert counts == figures.USEFULNESS
        assert [percent(n, 71) for n in counts.values()] == [
            Decimal(x) for x in ("59.2", "25.4", "12.7", "1.4", "1.4")
        ]

    @pytest.mark.req("R162")
    def test_satisfaction_with_skills(self) -> None:
        content = Response.objects.filter(
            questionnaire__code="skills-usefulness",
            answers__question__code="satisfaction",
            answers__option__code__in=["very_satisfied", "satisfied"],
        ).count()

        assert content == 60
        assert percent(content, 71) == Decimal("84.5")

    @pytest.mark.req("R025")
    def test_preference_questionnaires(self) -> None:
        assert Response.objects.filter(questionnaire__code="training-preferences").count() == 201

    @pytest.mark.req("R061")
    def test_brochures(self) -> None:
        assert self.ask("suivi-evaluation", END)["brochures"]["value"] > 3_500
        assert sum(HandOut.objects.values_list("quantity", flat=True)) == figures.BROCHURES

    @pytest.mark.req("R075")
    def test_the_stages_are_nested_at_the_end_of_every_month(self) -> None:
        cases = Case.objects.filter(programme__code="FORAS")
        days = [datetime.date(n // 12, n % 12 + 1, 1) for n in range(2017 * 12 + 9, 2020 * 12 + 6)]
        for day in (first - datetime.timedelta(days=1) for first in days):
            registered = set(cases.registered_by(day).values_list("person", flat=True))
            oriented = set(
                Invitation.objects.filter(case__in=cases)
                .attended_by(day)
                .values_list("case__person", flat=True)
            )
            trained = set(
                Enrolment.objects.filter(case__in=cases)
                .trained_by(day)
                .values_list("case__person", flat=True)
            )
            assert trained <= oriented <= registered, day
        assert (len(registered), len(oriented), len(trained)) == (2_776, 1_589, 886)

    @pytest.mark.req("R118", "R120")
    def test_first_contacts_and_projects(self) -> None:
        rows = self.ask("suivi-evaluation", AS_OF)

        assert FirstContact.objects.count() == 218
        assert (rows["contacted"]["value"], rows["contacted"]["denominator"]) == (218, 408)
        assert (rows["with_project"]["value"], rows["with_project"]["denominator"]) == (201, 218)

    def test_the_offices_of_origin_see_those_handed_over_who_agree(self) -> None:
        handed_over = Case.objects.filter(handed_over_at__isnull=False)
        agreed = handed_over.with_current_consent("share_with_origin")
        seen = Case.objects.filter(is_shared_with_origin=True)

        assert handed_over.exists()
        assert set(seen.values_list("pk", flat=True)) == set(agreed.values_list("pk", flat=True))

    @pytest.mark.req("R019")
    def test_three_countries_joined_in_2019(self) -> None:
        early = Case.objects.filter(
            country__in=figures.LATER_COUNTRIES, registered_on__lt=figures.LATER_FROM
        )
        assert not early.exists()
        assert Case.objects.filter(country__in=figures.LATER_COUNTRIES).exists()
        assert Case.objects.filter(registered_on__gt=figures.TIMES[1]).count() == 0

    def test_no_session_has_more_than_two_nationalities(self) -> None:
        for session in OrientationSession.objects.prefetch_related("invitations__case__person"):
            people = {i.case.person.nationality_id for i in session.invitations.all()}
            assert len(people) <= 2

    def release(self, as_of: datetime.date) -> None:
        """A report to the donor, on paper that is not drawn."""
        officer, manager = (
            User.objects.get(email=f"{name}@demo.awda.invalid")
            for name in ("suivi-evaluation", "programme")
        )
        foras = Programme.objects.get(code="FORAS")
        with mock.patch("core.pdf.render", return_value=b"%PDF-1.7"):
            run = services.compile_run(
                services.request_report(programme=foras, as_of=as_of, language="fr", by=officer)
            )
        services.release(run, reason="Checked", by=manager)

    @pytest.mark.req("R240")
    def test_two_girls_are_neither_read_nor_derived_by_a_donor(self) -> None:
        self.release(figures.TIMES[1])
        self.release(figures.AS_OF)

        for as_of in (END, AS_OF):
            rows = self.ask("bailleur.foras", as_of)
            assert rows["oriented"]["by"]["group"] == {
                "men": 1_267,
                "women": 286,
                "children": 36,
                "not_stated": 0,
            }
            assert rows["trained"]["by"]["group"]["children"] == 31
            for row in rows.values():
                assert "girls" not in json.dumps(row)

    @pytest.mark.req("R240")
    def test_three_who_left_between_two_reports_are_not_told_by_subtraction(self) -> None:
        self.release(figures.TIMES[1])
        self.release(figures.AS_OF)

        assert self.ask("suivi-evaluation", END)["departed"]["value"] == 405
        assert self.ask("bailleur.foras", END)["departed"]["value"] == 405
        assert self.ask("bailleur.foras", AS_OF)["departed"]["value"] is None
        assert self.ask("bailleur.foras", AS_OF)["days_to_departure"]["value"] is None

    @pytest.mark.req("R235")
    def test_the_donor_of_one_report_reads_the_whole_funnel(self) -> None:
        self.release(figures.AS_OF)

        rows = self.ask("bailleur.foras", AS_OF)

        names = ("registered", "oriented", "trained", "departed", "contacted", "with_project")
        assert [rows[name]["value"] for name in names] == [2_776, 1_589, 886, 408, 218, 201]
        assert (rows["scored"]["value"], rows["sustainable"]["value"]) == (22, 15)

    @pytest.mark.req("R082")
    def test_the_donor_reads_the_share_of_each_module(self) -> None:
        self.release(figures.AS_OF)

        rows = self.ask("bailleur.foras", AS_OF)

        modules = ("personal_development", "business", "handicraft", "agriculture")
        found = [rows[f"module_{name}"] for name in modules]
        assert [row["value"] for row in found] == [824, 558, 177, 151]
        assert [row["percent"] for row in found] == ["93.0", "63.0", "20.0", "17.0"]
        assert rows["module_attendances"]["value"] == 1_710
        assert not {"travelling"} & rows["oriented"]["by"].keys()
        assert not {"region", "area"} & rows["departed"]["by"].keys()

    @pytest.mark.req("R001")
    def test_accounts_have_every_role_and_distinct_scopes(self) -> None:
        from accounts.permissions import Role

        assert {a["role"] for a in self.accounts} == set(Role.values)
        scopes = [(a["role"], a["scope"]) for a in self.accounts]
        doubled = {s for s in scopes if scopes.count(s) > 1 and s[0] != "programme_manager"}
        assert doubled == set()
        assert Organisation.objects.filter(code="cerf").exists()

    def test_the_audit_trail_of_the_data_set_is_sound(self) -> None:
        count, broken = audit.verify()

        assert count > 0
        assert broken == []
