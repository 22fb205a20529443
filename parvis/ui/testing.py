"""How every module's tests look at their pages: in a real browser, with axe."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""What axe is asked to judge by."""
Scheme = Literal["light", "dark"]


def faults(page: Page, address: str) -> list[str]:
    """Open an address; return what axe finds there, and that something sticks out sideways."""
    page.goto(address)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    told = [f"{address} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
    return [*told, *([f"{address} sticks out"] if wide else [])]
