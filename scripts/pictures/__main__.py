"""Takes the pictures: ``python -m scripts.pictures [--url URL] [scene …]``."""

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.pictures.scenes import SCENES, Scene
from scripts.stack.layout import ROOT

ACCOUNTS = ROOT / "var" / "demo" / "accounts.json"
FOLDER = ROOT / "docs" / "walkthrough"
DOCUMENT = ROOT / "docs" / "walkthrough.md"
TALLEST = 1_500
PICTURE = re.compile(r"\(walkthrough/([\w-]+)\.jpg\)")


def main() -> int:
    """Take the scenes asked for, or all; the document must show exactly the scenes there are."""
    options = parse()
    shown = set(PICTURE.findall(DOCUMENT.read_text(encoding="utf-8")))
    if shown != set(SCENES):
        print(f"docs/walkthrough.md and the scenes differ: {sorted(shown ^ set(SCENES))}")
        return 1
    FOLDER.mkdir(exist_ok=True)
    with browser() as opened:
        for name in options.scenes or SCENES:
            take(opened, options.url, name, SCENES[name])
            print(name, flush=True)
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/walkthrough",
        description="Takes the pictures of docs/walkthrough.md; ./scripts/demo has to be running.",
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000/", help="where the demo answers")
    parser.add_argument("scenes", nargs="*", metavar="scene", help="default: all of them")
    return parser.parse_args()


@contextmanager
def browser() -> Iterator[Browser]:
    """The same browser, with the same switches, as the journeys of the tests."""
    switches = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_BIN"), args=switches
        )
        yield opened
        opened.close()


def take(opened: Browser, url: str, name: str, scene: Scene) -> None:
    """One picture, as one person sees it in one language."""
    context = opened.new_context(
        base_url=url, locale=scene.language, viewport={"width": scene.width, "height": 800}
    )
    context.add_cookies([{"name": "awda_language", "value": scene.language, "url": url}])
    page = context.new_page()
    if scene.person:
        sign_in(page, scene.person)
    scene.go(page)
    height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": scene.width, "height": height})
    page.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=62)
    context.close()


def sign_in(page: Page, person: str) -> None:
    """Through the page, with the account that the demonstration wrote down."""
    accounts = json.loads(ACCOUNTS.read_text(encoding="utf-8"))
    account = next(row for row in accounts if row["email"].startswith(f"{person}@"))
    page.goto("/accounts/login/")
    page.fill("[name=login]", account["email"])
    page.fill("[name=password]", account["password"])
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/")


if __name__ == "__main__":
    sys.exit(main())
