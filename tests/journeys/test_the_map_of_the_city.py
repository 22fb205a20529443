"""The map of the reports on a phone: light, from our own origin, moved by keyboard, told by the
list; without scripts the list alone."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from parvis.ui.testing import RULES, follow

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

MAP = "/en/reports/map/"
LEFT_OUT = 20_000
"""What the answers' headers may weigh, which the browser does not tell apart."""


def violations(page):
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]


def test_the_map_is_light_and_ours_and_the_keyboard_moves_it(window, city, shoot):
    page = window(width=320)
    answers, said = [], []
    page.on("requestfinished", lambda asked: answers.append(asked))
    page.on("console", lambda message: said.append(message.text))
    page.goto(MAP)
    page.wait_for_selector(".live-map .spot")
    page.wait_for_selector(".ground-name", state="attached")
    page.wait_for_load_state("networkidle")
    assert {urlsplit(one.url).netloc for one in answers} == {urlsplit(city.address).netloc}
    assert sum(one.sizes()["responseBodySize"] for one in answers) <= 150_000 - LEFT_OUT
    expect(page.locator("#reports [data-code]").first).to_be_visible()
    shoot(page, "map-320")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert violations(page) == []
    page.locator("[data-map-holder]").focus()
    with page.expect_response(lambda answer: "map/?" in answer.url):
        page.keyboard.press("+")
    page.wait_for_url("**box=*")
    page.reload()
    page.wait_for_selector(".live-map .spot, #reports .empty")
    assert said == []
    page = window(width=1280, dark=True)
    page.goto(MAP)
    page.wait_for_selector(".live-map .spot")
    page.wait_for_load_state("networkidle")
    shoot(page, "map-1280-dark")
    assert violations(page) == []


def test_without_scripts_the_list_says_the_same(window, shoot):
    page = window(width=320, scripts=False)
    page.goto(MAP)
    expect(page.locator("[data-map-holder]")).to_be_hidden()
    expect(page.locator("#reports [data-code]").first).to_be_visible()
    page.select_option("[name=arrondissement]", "11")
    follow(page, page.get_by_role("button", name="Show"))
    page.wait_for_url("**arrondissement=11*")
    expect(page.locator("#reports h2")).to_have_count(1)
    page.goto("/en/reports/figures/")
    shoot(page, "figures-320")
    expect(page.locator("h1")).to_have_text("Reports in figures")
