"""The published figures of FORAS come out of the same code as everybody's (R277)."""

import datetime
import json
from decimal import Decimal
from statistics import median
from typing import Any
from unittest import mock

import pytest
from django.db.models import F
from django.test import TestCase

from accounts.models import User
from avrr.demo import build, figures, setting
from cases.models import Case, HandOut, Person
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

    def ask(self, account: str, as_of: str) -> dict[str, Any]:
        """The indicators as the API gives them to an account, by slug."""
        user = User.objects.get(email=f"{account}@demo.awda.invalid")
        self.client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        response = self.client.get("/api/v1/indicators/", {"programme": "FORAS", "as_of": as_of})
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

    @pytest.mark.req("R057")
    def test_orientation_by_group(self) -> None:
        groups = self.ask("suivi-evaluation", END)["oriented"]["by"]["group"]

        assert groups == {"men": 1_267, "women": 286, "boys": 34, "girls": 2, "not_stated": 0}

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

    @pytest.mark.req("R038", "R075")
    def test_persons_are_counted_and_the_stages_are_nested(self) -> None:
        attended = Enrolment.objects.trained_by(figures.AS_OF)
        trained = set(attended.values_list("case__person", flat=True))
        oriented = set(
            Invitation.objects.attended_by(figures.AS_OF).values_list("case__person", flat=True)
        )
        assert len(trained) == 886
        assert attended.count() > len(trained)
        assert trained <= oriented <= set(Person.objects.values_list("pk", flat=True))

    @pytest.mark.req("R118", "R120")
    def test_first_contacts_and_projects(self) -> None:
        rows = self.ask("suivi-evaluation", AS_OF)

        assert FirstContact.objects.count() == 218
        assert (rows["contacted"]["value"], rows["contacted"]["denominator"]) == (218, 408)
        assert (rows["with_project"]["value"], rows["with_project"]["denominator"]) == (201, 218)

    @pytest.mark.req("R019")
    def test_the_offices_of_origin_see_those_handed_over_who_agree(self) -> None:
        handed_over = Case.objects.filter(handed_over_at__isnull=False)
        agreed = handed_over.with_current_consent("share_with_origin")
        seen = Case.objects.filter(is_shared_with_origin=True)

        assert handed_over.exists()
        assert set(seen.values_list("pk", flat=True)) == set(agreed.values_list("pk", flat=True))

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
