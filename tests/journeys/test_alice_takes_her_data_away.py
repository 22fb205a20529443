"""Residents ask for their archive, wait, prove that it is them, read it; then see what leaving
would do."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from parvis.ui.testing import follow
from tests.journeys.steps import prove_again

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
_LONGEST = 60_000  # milliseconds a busy machine may take


def sign_in(page, who):
    page.goto("/mon-compte/connexion/")
    page.fill("main input[type=email]", f"{who}@parvis.example")
    page.fill("main input[type=password]", f"parvis-{who}-2015")
    follow(page, page.locator("main form[method=post] button.btn").first)


def is_good(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def ready(page, *, scripts):
    """Wait until the archive is made: the page says so by itself, or when it is opened again."""
    download = page.get_by_role("link", name="Download my archive")
    if scripts:
        download.wait_for(timeout=_LONGEST)
        is_good(page)
        return download
    for _try in range(60):
        if download.count():
            break
        page.wait_for_timeout(_LONGEST / 60)
        page.reload()
    return download


@pytest.mark.parametrize(
    ("who", "width", "scripts"), [("alice", 320, False), ("chloe", 1280, True)]
)
def test_a_resident_takes_their_data_away(window, shoot, who, width, scripts):
    page = window(width=width, scripts=scripts)
    sign_in(page, who)
    page.goto("/mon-compte/mes-donnees/")
    shoot(page, f"rights-hub-{width}")
    page.goto("/en/my-account/my-data/kept/")
    follow(page, page.get_by_role("button", name="Ask for my archive"))
    download = ready(page, scripts=scripts)
    shoot(page, f"rights-data-{width}")
    archive = download.get_attribute("href")
    page.goto("/en/my-account/close/")
    prove_again(page, f"parvis-{who}-2015")
    expect(page.get_by_role("heading", name="What goes and what stays")).to_be_visible()
    shoot(page, f"rights-close-{width}")
    taken = page.request.get(archive)
    assert taken.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(taken.body())) as file:
        manifest = json.loads(file.read("manifest.json"))
        profile = json.loads(file.read("account/data.json"))["rows"]["residents.Resident"]
    assert [row["email"] for row in profile] == [f"{who}@parvis.example"]
    assert manifest["rows"]["residents.Resident"] == 1
    page.goto("/en/my-account/my-data/readings/")
    expect(page.get_by_role("heading", level=1, name="Who read my file")).to_be_visible()
