"""An agent in a real browser: the board, a case, a round that is walked without network."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from django.conf import settings as city_settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, expect

from parvis.account.testing import bachir, signed_in
from parvis.kernel import clock
from parvis.streets import testing
from parvis.streets.actions import partners
from parvis.streets.models import Case, Message, RouteSheet, Step
from parvis.streets.tests.field_world import spread
from parvis.streets.tests.life_cases import a_report
from parvis.ui.testing import faults, follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 320, "height": 900}}
KEPT_HERE = (
    "async (one) => { for (const name of await caches.keys())"
    " if (await (await caches.open(name)).match(one)) return true; return false; }"
)


@pytest.fixture
def city(settings, tmp_path, request):
    """Serve a city in which three reports wait."""
    settings.STATIC_ROOT = tmp_path
    server = request.getfixturevalue("live_server")
    testing.the_streets()
    first, *_others = spread(3)
    a_report(first, email="elodie@example.org", text="Derrière le banc")
    return server.url


def window(chromium: Browser, city: str, **options: Any) -> BrowserContext:
    """Open a window in which Bachir is signed in, and who reads English."""
    context = chromium.new_context(base_url=city, **options)
    name = city_settings.SESSION_COOKIE_NAME
    session = signed_in(Client(), bachir()).cookies[name].value
    context.add_cookies([{"name": name, "value": session, "url": city}])
    return context


def address(name, *args):
    with translation.override("en"):
        return reverse(f"streets:{name}", args=args)


def shoot(tab, name):
    """Keep a screenshot where PARVIS_SCREENSHOTS says, if it says so."""
    folder = os.environ.get("PARVIS_SCREENSHOTS")
    if folder:
        tab.screenshot(path=f"{folder}/agents-{name}.png", full_page=True)


def looked_at(tab, name, where):
    found = faults(tab, where)
    shoot(tab, name)
    return found


def made_round(tab):
    """Choose all reports on the board and make a round of them; return its address."""
    tab.goto(address("board"))
    for box in tab.locator("#lines input[name=case]").all():
        box.check()
    follow(tab, tab.get_by_role("button", name="Make a round"))
    tab.get_by_label("Name of the round").fill("Roquette")
    follow(tab, tab.get_by_role("button", name="Put them in order"))
    expect(tab.locator("#stops > li")).to_have_count(3)
    return tab.url


def close_stop(tab, rank):
    stop = tab.locator("#stops > li").nth(rank)
    stop.locator("summary").click()
    stop.locator("input[name=to][value=done]").check()
    stop.locator("select[name=reason]").select_option("gone_on_arrival")
    stop.get_by_role("button", name="It is done").click()
    expect(stop.locator("[data-stop-status]")).to_have_text(re.compile("Kept|Sent"))
    expect(stop.locator("[data-stop-form]")).to_be_hidden()


def test_a_round_without_network_is_done_once(chromium: Browser, city: str):
    context = window(chromium, city, **PHONE)
    tab = context.new_page()
    where = made_round(tab)
    tab.evaluate("navigator.serviceWorker.ready.then(() => true)")
    tab.reload()
    tab.wait_for_function(KEPT_HERE, arg=where)
    context.set_offline(True)
    # The page opens though there is no network, and keeps what is done on it.
    tab.reload()
    close_stop(tab, 0)
    close_stop(tab, 1)
    tab.reload()
    expect(tab.locator("#stops [data-stop-status]", has_text="Kept")).to_have_count(2)
    shoot(tab, "round-offline")
    assert not Step.objects.filter(door="offline").exists()
    context.set_offline(False)
    tab.evaluate("window.dispatchEvent(new Event('online'))")
    expect(tab.locator("#stops [data-stop-status]", has_text="Sent")).to_have_count(2)
    tab.reload()
    expect(tab.get_by_text("2 of 3 seen")).to_be_visible()
    assert Step.objects.filter(door="offline", after="done").count() == 2
    assert Message.objects.count() == 2
    context.close()


def test_the_pages_are_without_fault(chromium: Browser, city: str):
    case = Case.objects.earliest("pk")
    context = window(chromium, city, **PHONE, color_scheme="dark")
    tab = context.new_page()
    made_round(tab)
    sheet = RouteSheet.objects.get()
    secret = partners.lend_case(case_id=case.pk, by=bachir(), now=clock.now()).secret
    pages = {
        "board": address("board"),
        "case": address("desk_case", case.code),
        "round": address("round", sheet.pk),
        "print": address("round_print", sheet.pk),
        "rounds": address("rounds"),
        "bulk": address("bulk"),
        "partner": address("partner", secret),
    }
    found = [one for name, page in pages.items() for one in looked_at(tab, f"{name}-320", page)]
    tab.goto(address("board"))
    tab.get_by_label("All that are found, 5,000 at most").check()
    follow(tab, tab.get_by_role("button", name="Do one thing to them"))
    tab.get_by_label("State").select_option("to_do")
    follow(tab, tab.get_by_role("button", name="See what would happen"))
    expect(tab.get_by_role("button", name="Do it")).to_be_visible()
    shoot(tab, "bulk-ask-320")
    context.close()
    context = window(chromium, city, viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    for name in ("board", "case", "round", "print"):
        found += looked_at(tab, f"{name}-1280", pages[name])
    assert found == []
    context.close()
