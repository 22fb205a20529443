"""From one page to the next."""

from __future__ import annotations

from http import HTTPStatus

from playwright.sync_api import Locator, Page

_BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


def follow(page: Page, way: Locator) -> None:
    """Click on what leads to another page, and wait until that one is there.

    A click alone may come back while the old page still stands: what is asked of it then is asked
    of the wrong page.
    """
    with page.expect_navigation() as moved:
        way.click()
    status = moved.value.status
    if status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        message = f"{page.url} answers {status}: {page.inner_text('main')[:400]}"
        raise AssertionError(message)


def prove_again(page: Page, password: str) -> None:
    """Type the password once more, where the city asks for it."""
    asked = page.locator("main input[name=password]")
    if asked.count():
        asked.fill(password)
        follow(page, page.locator("main form[method=post] button.btn").first)
        assert not asked.count(), f"{page.url} asks again: {page.inner_text('main')[:400]}"
