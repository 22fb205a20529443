"""How every module's tests look at their pages: in a real browser, with axe."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""What axe is asked to judge by."""
Scheme = Literal["light", "dark"]
_BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


def follow(page: Page, way: Locator) -> None:
    """Click on what leads to another page, and wait until that one is there.

    A click alone may come back while the old page still stands: what is asked of it then is asked
    of the wrong page.

    :raises AssertionError: if the city is busy or fails
    """
    with page.expect_navigation() as moved:
        way.click()
    status = moved.value.status
    if status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        message = f"{page.url} answers {status}: {page.inner_text('main')[:400]}"
        raise AssertionError(message)


def faults(page: Page, address: str) -> list[str]:
    """Open an address; return what axe finds there, and that something sticks out sideways."""
    page.goto(address)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    told = [f"{address} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
    return [*told, *([f"{address} sticks out"] if wide else [])]
