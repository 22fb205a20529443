"""The face in a real browser: readable, reachable, nothing sticks out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from parvis.ui.testing import RULES
from parvis.ui.tests.serving import serving

pytestmark = pytest.mark.journey

FAILURES = (
    "/nowhere/",
    "/shut/",
    "/stale/",
    "/unreadable/",
    "/refused/",
    "/broken/",
    "/closed/",
)
Scheme = Literal["light", "dark"]


@pytest.fixture
def address() -> Iterator[str]:
    """Serve the face on the loopback, without a database."""
    with serving() as found:
        yield found


def violations(page: Page) -> list[str]:
    found = (
        Axe()
        .run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        .response["violations"]
    )
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]


def look_at(chromium: Browser, address: str, width: int, scheme: Scheme, paths: tuple[str, ...]):
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    for path in paths:
        page.goto(address + path)
        root = "document.documentElement"
        assert page.evaluate("document.styleSheets.length") >= 1
        assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), path
        assert violations(page) == [], path
    context.close()


def test_the_longest_word_of_a_title_stays_on_a_small_telephone(chromium: Browser, address: str):
    page = chromium.new_page(viewport={"width": 320, "height": 900})
    page.goto(f"{address}/ui/")
    for word in ("Interinstitutionnelles", "W" * 60):
        titles = page.evaluate(
            "(word) => [...document.querySelectorAll('.head :is(h1, h2)')]"
            ".map((title) => { title.textContent = word; return title.scrollWidth })",
            word,
        )
        assert titles
        root = "document.documentElement"
        assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), word
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_gallery_is_without_fault(chromium: Browser, address: str, width: int, scheme: Scheme):
    look_at(chromium, address, width, scheme, ("/ui/",))


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_the_pages_of_failure_are_without_fault(
    chromium: Browser, address: str, width: int, scheme: Scheme
):
    look_at(chromium, address, width, scheme, FAILURES)


def test_the_desk_shows_one_pane_at_a_time_on_a_phone(chromium: Browser, address: str):
    page = chromium.new_page(viewport={"width": 320, "height": 900})
    page.goto(f"{address}/en/ui/")
    expect(page.locator("#case")).to_be_visible()
    expect(page.locator("#queue")).to_be_hidden()
    page.get_by_role("link", name="To answer", exact=True).click()
    expect(page.locator("#queue")).to_be_visible()
    expect(page.locator("#case")).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 900})
    for pane in ("#queue", "#case", "#person"):
        expect(page.locator(pane)).to_be_visible()
    page.close()


def test_the_keyboard_reaches_the_content_first(chromium: Browser, address: str):
    page = chromium.new_page()
    page.goto(f"{address}/en/ui/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()
    page.close()


def test_htmx_runs_under_our_policy_without_a_word(chromium: Browser, address: str):
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{address}/ui/")
    assert page.evaluate("htmx.config.allowEval") is False
    assert said == []
    page.close()


def test_a_page_on_paper_is_black_on_white_without_the_frame(chromium: Browser, address: str):
    page = chromium.new_page(color_scheme="dark")
    page.goto(f"{address}/ui/")
    page.emulate_media(media="print", color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    expect(page.locator("form.find")).to_be_hidden()
    badge = page.locator("main .badge").first
    expect(badge).to_have_css("background-color", "rgb(0, 0, 0)")
    expect(badge).to_have_css("color", "rgb(255, 255, 255)")
    expect(page.locator("main .receipt").first).to_have_css("break-inside", "avoid")
    page.close()
