"""Pages of indicators and reports: who sees what, and the way of a report to its donor."""

import datetime
import html
import re

import pytest
from django.urls import reverse

from core.models import AuditAction, AuditEntry, RunStatus
from reference.models import Place
from reports import services
from reports.models import ReportRun
from tests.query_counts import queries_of
from tests.reports.scenes import REGISTERED

pytestmark = pytest.mark.django_db
PAGE = "/indicators/"


def text_of(answer):
    """What stands on a page, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def at(run, verb):
    return reverse(f"reports:{verb}", args=[run.reference])


# --- indicators -----------------------------------------------------------------------------------
def test_an_officer_sees_exact_figures_marked_as_internal(scene, world, sign_in):
    scene.with_two_girls()

    answer = sign_in(world.me_officer).get(PAGE, {"as_of": "2019-12-31"})

    text = text_of(answer)
    assert "Internal figures" in text
    assert "51 of 63 · 81.0%" in text
    assert re.search(r"Girls 2 2 2", text)
    assert "Prepare a report" in text


@pytest.mark.req("R244")
def test_every_chart_has_its_numbers_in_a_table(scene, world, sign_in):
    scene.with_two_girls()

    page = sign_in(world.me_officer).get(PAGE, {"as_of": "2019-12-31"}).content.decode()

    assert page.count("<svg xmlns") == 6
    for chart in re.findall(r"<svg xmlns.*?</svg>\s*</div>\s*<div.*?</table>", page, re.DOTALL):
        drawing, table = chart.split("</svg>")
        for number in re.findall(r">(\d+) of ", drawing):
            assert f">{number}</td>" in table


@pytest.mark.req("R240")
def test_a_donor_sees_protected_figures(scene, world, sign_in, released):
    scene.with_two_girls()
    released()

    answer = sign_in(world.donor).get(PAGE, {"as_of": "2019-12-31"})

    text = text_of(answer)
    assert "Protected figures" in text
    assert "Children" in text
    assert "Girls" not in text
    assert "Boys" not in text
    assert "Prepare a report" not in text


@pytest.mark.req("R036")
def test_the_median_by_place_and_month_stands_beside_the_usual_time(scene, world, sign_in):
    rabat, oujda = scene.people(3), scene.people(1, office="oujda")
    scene.orient(*rabat, *oujda)
    for case, days in zip((*rabat, *oujda), (38, 41, 60, 75), strict=True):
        scene.depart(case, on=REGISTERED + datetime.timedelta(days=days))

    page = sign_in(world.me_officer).get(PAGE, {"as_of": "2019-12-31"})

    text = text_of(page)
    assert "within 50.5 days of their registration; the usual time is 56 days" in text
    assert "Orientation point People Median days Oujda 1 75 Rabat 3 41 Total 4 50.5" in text
    assert "Month People Median days February 2019 2 39.5 March 2019 2 67.5 Total 4 50.5" in text


@pytest.mark.req("R036", "R240")
def test_a_donor_sees_no_median_of_few_people(scene, world, sign_in, released):
    rabat, oujda = scene.people(36), scene.people(12, office="oujda")
    scene.orient(*rabat, *oujda)
    scene.depart(*rabat, *oujda, on=REGISTERED + datetime.timedelta(days=41))
    released()

    text = text_of(sign_in(world.donor).get(PAGE, {"as_of": "2019-12-31"}))

    assert "The median of fewer than 30 people is not shown." in text
    assert "Oujda 12 ••• Rabat 36 41 Total 48 41" in text


@pytest.mark.req("R017")
def test_registrations_are_told_by_referral_source(scene, world, sign_in):
    scene.people(3, source="ngo")
    scene.person(source="self")

    text = text_of(sign_in(world.me_officer).get(PAGE, {"as_of": "2019-12-31"}))

    assert "Non-governmental organisation 3 4 Registered 75.0%" in text
    assert "The person themself 1 4 Registered 25.0%" in text


@pytest.mark.req("R056")
def test_reasons_for_staying_away_are_told_by_place(scene, world, sign_in):
    scene.decline(*scene.people(2), reason="work")
    scene.decline(scene.person(office="oujda"), reason="distance")
    scene.person(office="oujda")
    scene.orient(*scene.people(1))

    text = text_of(sign_in(world.me_officer).get(PAGE, {"as_of": "2019-12-31"}))

    table = text.split("Reasons for staying away by orientation point")[-1]
    assert "Casablanca Oujda Rabat Other or not stated Total At work 0 0 2 0 2" in table
    assert "Not invited 0 1 0 0 1 Total 0 2 2 0 4" in table


def test_a_donor_does_not_see_reasons_by_place(scene, world, sign_in, released):
    reasons = {"work": 40, "distance": 15, "changed_mind": 12, "unreachable": 11}
    for reason, number in reasons.items():
        scene.decline(*scene.people(number), reason=reason)
    scene.people(13)
    released()

    text = text_of(sign_in(world.donor).get(PAGE, {"as_of": "2019-12-31"}))

    assert "Hindered by work, distance, health, children or the date 55 91" in text
    assert "Not invited 13 91" in text
    assert "At work" not in text
    assert "Reasons for staying away by orientation point" not in text


@pytest.mark.req("R235")
def test_the_page_is_filtered_inside_the_programme_and_says_why_not_outside(
    scene, world, sign_in, released
):
    scene.people(30, "women", office="oujda")
    scene.people(12)
    scene.answer("orientation-feedback", satisfaction="satisfied")
    released()
    query = {"as_of": "2019-12-31", "office": "oujda", "group": "women"}

    inside = text_of(sign_in(world.me_officer).get(PAGE, query))
    outside = sign_in(world.donor).get(PAGE, query)

    assert "Only a part of the people is counted here" in inside
    assert "Registered 30" in inside
    assert "Satisfied with the orientation" not in inside
    assert 'name="office"' not in outside.content.decode()
    assert "They cannot be filtered by orientation point, country or group" in text_of(outside)
    assert "Registered 42" in text_of(outside)


@pytest.mark.req("R081")
def test_the_counting_rule_of_two_modules_is_printed(scene, world, sign_in):
    text = text_of(sign_in(world.me_officer).get(PAGE, {"as_of": "2019-12-31"}))

    assert "Counting rule: each module of the scheme of 2018 counts on its own" in text
    assert "Counting rule: the modules of the scheme of 2018 count under the subject" in text


@pytest.mark.req("R021")
def test_returns_are_told_by_place(scene, world, sign_in):
    cases = scene.returned(3)
    for case, code in zip(cases, ("GN-C", "GN-KD", "GN-MM"), strict=True):
        case.destination = Place.objects.get(code=code)
        case.save()

    text = text_of(sign_in(world.me_officer).get(PAGE, {"as_of": "2019-12-31"}))

    regions = text.split("People who returned by region")[1]
    for region in ("Conakry", "Kindia", "Mamou"):
        assert f"{region} 1 3 Departed 33.3%" in regions
    assert "Kankan" not in regions


def test_a_donor_sees_no_figures_before_a_report_is_released(scene, world, sign_in, compiled):
    scene.with_two_girls()
    compiled()

    text = text_of(sign_in(world.donor).get(PAGE))

    assert "No figures have been released" in text
    assert "People at each stage" not in text


def test_every_figure_leads_to_its_definition(scene, world, sign_in):
    page = sign_in(world.me_officer).get(PAGE).content.decode()

    wanted = set(re.findall(r'href="#(definition-[a-z_]+)"', page))
    assert wanted
    assert wanted <= set(re.findall(r'id="(definition-[a-z_]+)"', page))


def test_of_nobody_there_is_no_share_and_nothing_withheld(world, sign_in):
    text = text_of(sign_in(world.me_officer).get(PAGE))

    assert "•••" not in text
    assert "Scored: nobody so far." in text


def test_an_impossible_day_is_refused_at_the_field(world, sign_in):
    text = text_of(sign_in(world.me_officer).get(PAGE, {"as_of": "2019-02-31"}))

    assert "This date does not exist" in text
    assert "People at each stage" not in text


def test_another_programme_cannot_be_chosen(world, sign_in):
    text = text_of(sign_in(world.other_manager).get(PAGE, {"programme": "FORAS"}))

    assert "People at each stage" not in text


def test_contradicting_data_are_said_instead_of_figures(scene, world, sign_in):
    scene.attend(scene.person(), "personal_development")

    text = text_of(sign_in(world.me_officer).get(PAGE))

    assert "The data contradict themselves" in text
    assert "People at each stage" not in text


@pytest.mark.parametrize("name", ["caseworker", "trainer", "administrator", "evaluator", "nobody"])
def test_nobody_else_sees_indicators(world, sign_in, name):
    assert sign_in(world.fresh(name)).get(PAGE).status_code == 403


def test_indicators_cost_the_same_for_few_and_for_many(scene, world, sign_in):
    scene.returned(1)
    few = queries_of(sign_in(world.fresh("me_officer")), PAGE)
    scene.returned(5, "women", country="ML")

    assert queries_of(sign_in(world.fresh("me_officer")), PAGE) == few


# --- a report's way -------------------------------------------------------------------------------
def test_a_report_goes_from_the_officer_over_the_manager_to_the_donor(
    scene, world, sign_in, quick_pdf
):
    scene.with_two_girls()
    officer, manager = sign_in(world.me_officer), sign_in(world.programme_manager)
    donor = sign_in(world.donor)
    form = {
        "idempotency_key": "k1",
        "programme": "FORAS",
        "as_of": "2019-12-31",
        "language": "en",
    }

    asked = officer.post("/reports/new/", form)
    run = ReportRun.objects.get()
    assert asked.url == run.get_absolute_url()
    waiting = officer.get(asked.url)
    assert "The report is being prepared" in text_of(waiting)
    assert f'hx-get="{asked.url}"' in waiting.content.decode()

    services.compile_run(run)
    assert "The report is ready." in text_of(officer.get(asked.url, headers={"HX-Request": "true"}))
    assert "the manager of the programme releases it" in text_of(officer.get(asked.url))
    assert at(run, "release") not in officer.get(asked.url).content.decode()
    assert donor.get(asked.url).status_code == 404
    assert "Children" in text_of(officer.get(at(run, "preview")))

    assert at(run, "release") in manager.get(asked.url).content.decode()
    sent = manager.post(at(run, "release"), {"idempotency_key": "k2", "reason": "Checked"})
    assert sent.status_code == 302

    assert "Figures as of" in text_of(donor.get("/reports/"))
    assert donor.get(asked.url).status_code == 200
    assert "Girls" not in text_of(donor.get(at(run, "preview")))
    file = donor.get(at(run, "pdf"))
    assert file["Content-Type"] == "application/pdf"
    assert "attachment" in file["Content-Disposition"]
    assert AuditEntry.objects.filter(action=AuditAction.EXPORT, actor=world.donor).count() == 1


def test_the_officer_downloads_the_preview_and_it_is_noted(world, sign_in, compiled):
    run = compiled()

    assert sign_in(world.me_officer).get(at(run, "pdf")).status_code == 200

    assert AuditEntry.objects.get(action=AuditAction.EXPORT).references == [run.reference]


def test_a_download_is_authorised_anew_each_time(world, sign_in, released):
    run = released()
    donor = sign_in(world.donor)
    assert donor.get(at(run, "pdf")).status_code == 200

    services.withdraw(run.release, reason="Wrong", by=world.fresh("programme_manager"))

    assert donor.get(at(run, "pdf")).status_code == 404


@pytest.mark.parametrize("verb", ["run", "preview", "pdf"])
def test_another_donor_finds_nothing(world, sign_in, released, verb):
    assert sign_in(world.other_donor).get(at(released(), verb)).status_code == 404


def test_a_report_is_read_in_its_own_language(scene, world, sign_in, compiled):
    scene.people(3)
    run = compiled(language="ar")

    page = sign_in(world.me_officer).get(at(run, "preview")).content.decode()

    assert '<div lang="ar" dir="rtl">' in page


def test_an_unfinished_report_has_neither_preview_nor_file(world, sign_in, request_run):
    run = request_run()
    officer = sign_in(world.me_officer)

    assert officer.get(at(run, "preview")).status_code == 404
    assert officer.get(at(run, "pdf")).status_code == 404


def test_the_author_is_refused_the_release(world, sign_in, compiled):
    run = compiled()

    answer = sign_in(world.me_officer).post(
        at(run, "release"), {"idempotency_key": "k", "reason": "Mine"}
    )

    assert answer.status_code == 403
    assert not ReportRun.objects.released().exists()


def test_a_release_without_a_reason_comes_back(world, sign_in, compiled):
    answer = sign_in(world.programme_manager).post(
        at(compiled(), "release"), {"idempotency_key": "k", "reason": ""}
    )

    assert answer.status_code == 422


def test_a_failed_report_says_why_and_can_be_tried_again(world, sign_in, request_run):
    run = request_run()
    ReportRun.objects.filter(pk=run.pk).update(status=RunStatus.FAILED, message="No paper")
    officer = sign_in(world.me_officer)

    assert "No paper" in text_of(officer.get(run.get_absolute_url()))
    officer.post(at(run, "try-again"), {"idempotency_key": "k"})

    assert ReportRun.objects.get().status == RunStatus.QUEUED


def test_the_same_figures_in_another_language(scene, world, sign_in, compiled):
    run = compiled()
    scene.people(4)

    answer = sign_in(world.me_officer).post(
        at(run, "same-figures"), {"idempotency_key": "k", "language": "fr"}
    )

    again = services.compile_run(ReportRun.objects.exclude(pk=run.pk).get())
    assert answer.url == again.get_absolute_url()
    assert again.snapshot == run.snapshot


def test_corrections_are_listed_for_the_programme_not_for_the_donor(
    scene, world, sign_in, released
):
    scene.people(40)
    released()
    scene.people(3)
    later = released()

    inside = text_of(sign_in(world.me_officer).get(later.get_absolute_url()))
    assert "What was corrected since the earlier report" in inside
    assert "Registered Total 40 43" in inside
    outside = text_of(sign_in(world.donor).get(later.get_absolute_url()))
    assert "What was corrected" not in outside


def test_lists_start_from_what_somebody_may_see(world, sign_in, compiled, released):
    compiled()
    given = released(language="fr")

    assert given.get_absolute_url() in sign_in(world.donor).get("/reports/").content.decode()
    assert sign_in(world.donor).get("/reports/").content.decode().count('data-label="Status"') == 1
    assert (
        sign_in(world.me_officer).get("/reports/").content.decode().count('data-label="Status"')
        == 2
    )
    assert sign_in(world.caseworker).get("/reports/").status_code == 403
