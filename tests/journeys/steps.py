"""From one page to the next."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from parvis.ui.testing import follow


def prove_again(page: Page, password: str) -> None:
    """Type the password once more, where the city asks for it."""
    asked = page.locator("main input[name=password]")
    if asked.count():
        asked.fill(password)
        follow(page, page.locator("main form[method=post] button.btn").first)
        expect(asked, "it asks again").to_have_count(0)


def sign_in(page: Page, who: str) -> None:
    """Sign in as somebody of the demonstration."""
    page.goto("/en/my-account/sign-in/")
    page.fill("main input[type=email]", f"{who}@parvis.example")
    page.fill("main input[type=password]", f"parvis-{who}-2015")
    follow(page, page.locator("main form[method=post] button.btn").first)


def looks_right(page: Page) -> None:
    """See that nothing sticks out sideways, and that axe finds nothing; needs scripts."""
    inside = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert inside, f"{page.url} is wider than the window"
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
