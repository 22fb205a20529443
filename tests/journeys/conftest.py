"""People's windows on the real program, and what they looked like."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from bench import city as cities


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
