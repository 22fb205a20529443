"""The portal in a real browser: axe finds nothing, nothing sticks out, no script is needed."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, expect

from parvis.account.testing import a_person, alice, signed_in
from parvis.plan.testing import the_real_plan
from parvis.territory.testing import the_city
from parvis.ui.testing import Scheme, faults, follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PUBLIC = (
    "/?adresse=11e",
    "/en/",
    "/recherche/?q=donnees",
    "/en/search/?q=xyzzyx",
    "/accessibilite/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/plan-du-site/",
    "/affichage/",
    "/nulle-part/",
)
PRIVATE = ("/mon-compte/", "/en/my-account/", "/mon-compte/registre/", "/bureau/")
# Every page at both widths and in both displays; the two most visited in all four combinations.
LOOKS: tuple[tuple[int, Scheme, tuple[str, ...], tuple[str, ...]], ...] = (
    (320, "dark", PUBLIC, PRIVATE),
    (1280, "light", PUBLIC, PRIVATE),
    (320, "light", PUBLIC[:1], PRIVATE[:1]),
    (1280, "dark", PUBLIC[:1], PRIVATE[:1]),
)


@pytest.fixture
def city(settings, tmp_path, request):
    """Serve a city with its territory and its plan."""
    settings.STATIC_ROOT = tmp_path
    server = request.getfixturevalue("live_server")
    the_city()
    the_real_plan()
    return server.url


def window(
    chromium: Browser,
    city: str,
    *,
    width: int,
    scheme: Scheme,
    scripts: bool = True,
):
    return chromium.new_context(
        base_url=city,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )


def sign_in(context: BrowserContext, city: str, person) -> None:
    session = signed_in(Client(), person).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": city}])


def test_axe_finds_nothing_and_nothing_sticks_out(chromium: Browser, city: str):
    ada = a_person("Ada", "administrator")
    for width, scheme, public, private in LOOKS:
        context = window(chromium, city, width=width, scheme=scheme)
        page = context.new_page()
        found = [fault for address in public for fault in faults(page, address)]
        sign_in(context, city, ada)
        found += [fault for address in private for fault in faults(page, address)]
        context.close()
        assert found == [], (width, scheme)


def test_without_a_script_one_still_searches_and_finds_home(chromium: Browser, city: str):
    context = window(chromium, city, width=320, scheme="light", scripts=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Votre adresse").fill("11e")
    follow(page, page.get_by_role("button", name="Afficher"))
    expect(page.get_by_text("Popincourt")).to_be_visible()
    page.get_by_role("searchbox").first.fill("roquette")
    page.get_by_role("searchbox").first.press("Enter")
    page.wait_for_url("**/recherche/**")
    expect(page.locator("mark").first).to_be_visible()
    context.close()


def test_with_a_script_the_place_appears_while_one_types(chromium: Browser, city: str):
    context = window(chromium, city, width=1280, scheme="light")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/")
    page.get_by_label("Votre adresse").press_sequentially("11e")
    page.get_by_text("Popincourt").wait_for(timeout=10_000)
    expect(page).to_have_url(f"{city}/")
    assert said == []
    context.close()


def test_dark_is_chosen_without_a_script_and_stays(chromium: Browser, city: str):
    context = window(chromium, city, width=320, scheme="light", scripts=False)
    page = context.new_page()
    page.goto("/affichage/")
    page.get_by_label("Sombre").check(force=True)
    follow(page, page.get_by_role("button", name="R\u00e9gler mon affichage"))
    expect(page.get_by_role("status")).not_to_be_empty()
    page.goto("/plan-du-site/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    context.close()


def test_alice_finds_her_account_by_keyboard(chromium: Browser, city: str):
    context = window(chromium, city, width=1280, scheme="light")
    sign_in(context, city, alice())
    page = context.new_page()
    page.goto("/mon-compte/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()
    context.close()
