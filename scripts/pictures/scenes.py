"""What is on each picture: who looks, in which language, and how they come to the page."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

DESK, PHONE = 1_200, 360
FIGURES = "programme=FORAS&as_of=2020-05-31"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One picture. ``person`` is the first part of an account's address; nobody without it."""

    go: Callable[[Page], object]
    person: str = ""
    language: str = "en"
    width: int = DESK


def at(path: str) -> Callable[[Page], object]:
    """A page by its address."""
    return lambda page: page.goto(path)


def first(path: str, then: str = "") -> Callable[[Page], None]:
    """The page of the first row of a list, or a page below it."""

    def go(page: Page) -> None:
        page.goto(path)
        address = page.locator("main tbody a").first.get_attribute("href")
        page.goto(f"{address}{then}")

    return go


def send(page: Page, **values: str) -> None:
    """Fill the form in and send it."""
    for name, value in values.items():
        field = page.locator(f'main [name="{name}"]:not([type=hidden])').first
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    with page.expect_navigation():
        page.locator("main form.form[method=post] .btn[type=submit]").first.click()


def register_somebody_known(page: Page) -> None:
    """An earlier registration with the name written another way, and only the year of birth."""
    page.goto("/cases/?country=GN&status=oriented")
    row = page.locator("main tbody a").first
    family_name, given_name = row.inner_text().split()[:2]
    page.goto(str(row.get_attribute("href")))
    born = page.locator("dt", has_text="Date of birth").locator("xpath=following-sibling::dd")
    year = born.inner_text().strip()[-4:]
    page.goto("/cases/new/")
    send(
        page,
        family_name=family_name.title(),
        given_name=given_name[:-1],
        birth_on=f"{year}-01-01",
        birth_precision="year",
        nationality="GN",
        country="GN",
    )


def travel_inside_a_course(page: Page) -> None:
    """A day on which the course still runs."""
    first("/cases/?status=in_training", "journey/plan/")(page)
    tomorrow = page.evaluate("new Date(Date.now() + 864e5).toISOString().slice(0, 10)")
    send(page, planned_on=tomorrow)


def too_much_assistance(page: Page) -> None:
    """More than the grant of the programme leaves."""
    first("/plans/?status=agreed")(page)
    page.locator("main a[href$='/items/new/']").first.click()
    send(
        page,
        kind="business",
        form="in_kind",
        description="Poultry house",
        amount="9000",
        due_on=page.evaluate("new Date(Date.now() + 9e9).toISOString().slice(0, 10)"),
    )


SCENES = {
    "sign-in": Scene(go=at("/accounts/login/"), language="fr"),
    "work-list": Scene(go=at("/"), person="suivi.rabat"),
    "duplicate": Scene(go=register_somebody_known, person="guichet.rabat"),
    "case": Scene(go=first("/cases/?status=in_training"), person="suivi.rabat"),
    "session": Scene(go=first("/orientation-sessions/"), person="suivi.rabat"),
    "edition": Scene(go=first("/editions/"), person="formation.cerf"),
    "journey-refused": Scene(go=travel_inside_a_course, person="suivi.rabat"),
    "arrivals": Scene(go=at("/arrivals/"), person="pointfocal.guinee", language="fr"),
    "plan": Scene(go=first("/plans/?status=agreed"), person="pointfocal.guinee"),
    "item-refused": Scene(go=too_much_assistance, person="pointfocal.guinee"),
    "approvals": Scene(go=at("/approvals/"), person="programme"),
    "follow-up": Scene(
        go=first("/cases/?status=monitored", "follow-up/"), person="pointfocal.guinee"
    ),
    "indicators": Scene(go=at(f"/indicators/?{FIGURES}"), person="suivi-evaluation"),
    "donor": Scene(go=first("/reports/", "preview/"), person="bailleur.foras"),
    "arabic": Scene(go=first("/cases/"), person="pointfocal.guinee", language="ar"),
    "phone": Scene(go=at("/cases/"), person="suivi.casablanca", language="fr", width=PHONE),
}
