"""The desk of routing in a real browser: no fault, no script needed, on a telephone and a desk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from parvis.account.testing import a_person, signed_in
from parvis.streets import testing
from parvis.streets.actions import routing, routing_rules
from parvis.streets.models import RoutingRule
from parvis.streets.rules.routing import Route
from parvis.streets.tests.test_routing import HERE, NOON, a_case, outline
from parvis.ui.testing import faults, follow

_PATIENCE_MS = 120_000
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(settings, tmp_path, request):
    """Serve a city with a zone that is closed, the rule it broke and a case that waits for it."""
    settings.STATIC_ROOT = tmp_path
    server = request.getfixturevalue("live_server")
    testing.the_streets()
    ada = a_person("Ada", "administrator")
    size = {"source": "Plan 12", "by": ada, "now": NOON}
    zone = routing_rules.draw_ground(
        name="Chantier de la Bastille", geojson=outline(*HERE, 0.02), **size
    )
    rule = Route(id=0, handler="dvd", zone=zone, rank=20)
    routing_rules.add_rule(route=rule, why="Chantier de 2026", by=ada, now=NOON)
    routing_rules.close_ground(code=zone, by=ada, now=NOON)
    routing.route_case(a_case(), now=NOON)
    return server.url


def as_ada(chromium: Browser, city: str, **options) -> BrowserContext:
    """Open a browser in which an administrator is signed in."""
    client = signed_in(Client(), a_person("Ada", "administrator"))
    context = chromium.new_context(base_url=city, **options)
    # A page that tries a rule reads eight thousand reports.
    context.set_default_timeout(_PATIENCE_MS)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": city}])
    return context


def addresses():
    case = a_case()
    rule = RoutingRule.objects.get(subtype__code=testing.FRIDGE).pk
    ask = f"{reverse('streets:routing_ask')}?subtype={testing.FRIDGE}&place=2.36925,48.85331"
    names = ("routing", "routing_add", "routing_table", "routing_zones", "routing_draw")
    zone = "chantier-de-la-bastille"
    return [
        *(reverse(f"streets:{name}") for name in (*names, "routing_handlers", "routing_waiting")),
        reverse("streets:routing_handler_add"),
        reverse("streets:routing_handler", args=["dvd"]),
        reverse("streets:routing_handler_end", args=["dvd"]),
        reverse("streets:routing_redraw", args=[zone]),
        reverse("streets:routing_zone", args=[zone]),
        reverse("streets:routing_end", args=[rule]),
        reverse("streets:routing_assign", args=[case.pk]),
        ask,
    ]


def shoot(page: Page, name: str) -> None:
    folder = os.environ.get("PARVIS_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def try_a_rule(page: Page) -> None:
    page.goto(reverse("streets:routing_add"))
    page.locator("[name=matter]").select_option(f"subtype:{testing.FRIDGE}")
    page.locator("[name=ground]").select_option("arrondissement:11")
    page.locator("[name=handler]").select_option("dvd")
    page.locator("[name=why]").fill("Marché de 2026")
    follow(page, page.locator("[name=step][value=try]"))


def test_an_administrator_tries_a_rule_without_a_script(chromium, city):
    known = RoutingRule.objects.count()
    for width, scheme in ((320, "dark"), (1280, "light")):
        look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
        context = as_ada(chromium, city, **look)
        page = context.new_page()
        for number, address in enumerate(addresses()):
            assert faults(page, address) == []
            shoot(page, f"routing-{width}-{number}")
        context.close()
        context = as_ada(chromium, city, **look, java_script_enabled=False)
        page = context.new_page()
        try_a_rule(page)
        expect(page.locator("#essai")).to_be_visible()
        shoot(page, f"routing-{width}-tried")
        context.close()
    assert RoutingRule.objects.count() == known
