"""The agents' pages in a real browser: without fault on a phone, and finished without a script."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as city_settings
from playwright.sync_api import Browser, BrowserContext, expect

from parvis.opendata.testing import a_dataset
from parvis.opendata.tests.uploads_world import COUNTS, GOOD, as_, file, page, run, send_new, work
from parvis.ui.testing import faults, follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(settings, tmp_path, request):
    """Serve a city with one dataset, one file to sign for, one refused."""
    settings.STATIC_ROOT = tmp_path
    server = request.getfixturevalue("live_server")
    a_dataset("depenses", title="Dépenses")
    return server.url


def window(chromium: Browser, city: str, **options: Any) -> BrowserContext:
    """Open a window in which Bachir is signed in."""
    context = chromium.new_context(base_url=city, **options)
    session = as_("bachir").cookies[city_settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": city_settings.SESSION_COOKIE_NAME, "value": session, "url": city}]
    )
    return context


def test_the_pages_are_without_fault_on_a_phone_in_the_dark(chromium: Browser, city: str):
    bachir = as_("bachir")
    addresses = [page("runs"), page("choose"), page("send", "depenses"), page("send_new")]
    for title, content in (("Effectifs", COUNTS), ("Marchés", "siret;n\n8,03E+13;1\n")):
        send_new(bachir, title=title, file=file(content))
        addresses.append(page("run", run().public_id))
    work()
    context = window(chromium, city, viewport={"width": 320, "height": 900}, color_scheme="dark")
    tab = context.new_page()
    assert [fault for address in addresses for fault in faults(tab, address)] == []
    context.close()


def test_an_agent_publishes_a_file_without_a_script(chromium: Browser, city: str, tmp_path):
    path = tmp_path / "depenses.csv"
    path.write_text(GOOD, "utf-8")
    context = window(chromium, city, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(page("runs"))
    follow(tab, tab.get_by_role("link", name="Send a file"))
    follow(tab, tab.get_by_role("link", name="Dépenses"))
    tab.get_by_label("File", exact=True).set_input_files(path)
    follow(tab, tab.get_by_role("button", name="Send and have it read"))
    work()
    follow(tab, tab.get_by_role("link", name="See how far it is"))
    follow(tab, tab.get_by_role("button", name="Publish"))
    work()
    follow(tab, tab.get_by_role("link", name="See how far it is"))
    follow(tab, tab.get_by_role("link", name="See it"))
    expect(tab.get_by_role("cell", name="Voirie")).to_be_visible()
    context.close()
