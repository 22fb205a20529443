"""The desk of keys in a real browser: no fault, no script needed, on a telephone and on a desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext

from parvis.account.testing import OPEN_SESAME, a_person, signed_in
from parvis.streets.actions import api_keys
from parvis.streets.models import ApiKey, Handler
from parvis.streets.testing import NOON
from parvis.streets.tests.georeport_world import a_key, days
from parvis.ui.testing import faults, follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(settings, tmp_path, request):
    """Serve a city with three keys, one of them revoked."""
    settings.STATIC_ROOT = tmp_path
    server = request.getfixturevalue("live_server")
    name = "Ramen, enlèvement des objets abandonnés"
    Handler.objects.create(code="ramen", published_as="Ramen", name=name, kind="partner")
    a_key("Copropriétés du 11e, application mobile")
    a_key("Ancien programme")
    api_keys.admit(a_key("Ramen, tournées", handler="ramen"), now=NOON)
    old = ApiKey.objects.get(name="Ancien programme").pk
    api_keys.revoke_key(key_id=old, by=None, now=days(1))
    return server.url


def as_ada(chromium: Browser, city: str, **options) -> BrowserContext:
    """Open a browser in which an administrator has just typed her password."""
    client = signed_in(Client(), a_person("Ada", "administrator"))
    client.post(reverse("account_reauthenticate"), {"password": OPEN_SESAME})
    context = chromium.new_context(base_url=city, **options)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": city}])
    return context


def addresses():
    with translation.override("en"):
        key = ApiKey.objects.get(name__startswith="Copro").pk
        return [
            reverse("streets:keys"),
            reverse("streets:add_key"),
            reverse("streets:revoke_key", args=[key]),
        ]


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_an_administrator_gives_a_key_without_a_script(chromium, city, width, scheme):
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    context = as_ada(chromium, city, **look)
    page = context.new_page()
    assert [fault for address in addresses() for fault in faults(page, address)] == []
    context.close()
    context = as_ada(chromium, city, **look, java_script_enabled=False)
    page = context.new_page()
    page.goto(addresses()[1])
    page.get_by_label("Name of the program").fill("Vélos du 20e")
    page.get_by_label("Address of who answers for it").fill("alice@parvis.example")
    follow(page, page.get_by_role("button", name="Make the key"))
    key = api_keys.admit(page.locator("#api-key").inner_text(), now=NOON)
    assert key.name == "Vélos du 20e"
    context.close()
