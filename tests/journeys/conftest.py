"""People's windows on the real program, and what they looked like."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from bench import city as cities
from parvis.account.testing import signed_in
from tests.journeys.steps import looks_right


@pytest.fixture
def window(chromium: Browser, city: cities.City, request: pytest.FixtureRequest):
    """Open browser windows: `window(width=320, language="fr", scripts=True)`; closed after the
    test."""
    opened: list[BrowserContext] = []

    def open_window(*, width: int = 1280, scripts: bool = True, dark: bool = False):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            base_url=city.address,
            reduced_motion="reduce",
        )
        opened.append(context)
        return context.new_page()

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture
def shoot():
    """Keep a screenshot where PARVIS_SCREENSHOTS says, if it says so."""
    folder = os.environ.get("PARVIS_SCREENSHOTS")

    def keep(page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    return keep


@pytest.fixture
def look(chromium: Browser, shoot, request: pytest.FixtureRequest, settings):
    """Open windows on the program in this process, whose clock a test may turn: `look(person,
    width, scripts=)`. What is seen is photographed and judged."""
    # It serves without a certificate.
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    opened: list[BrowserContext] = []
    address = request.getfixturevalue("live_server").url

    def open_window(person=None, width: int = 1280, *, scripts: bool = True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            base_url=address,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        opened.append(context)
        if person is not None:
            session = signed_in(Client(), person).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        page = context.new_page()

        def seen(name: str) -> None:
            shoot(page, f"{request.node.name}-{name}")
            if scripts:
                looks_right(page)

        return page, seen

    yield open_window
    for context in opened:
        context.close()
