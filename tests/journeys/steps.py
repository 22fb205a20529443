"""From one page to the next."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def follow(page: Page, way: Locator) -> None:
    """Click on what leads to another page, and wait until that one is there.

    A click alone may come back while the old page still stands: what is asked of it then is asked
    of the wrong page.
    """
    with page.expect_navigation():
        way.click()
