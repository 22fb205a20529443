"""The pages in a real browser: axe finds nothing, nothing sticks out, no script is needed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from parvis.opendata.testing import TUESDAY
from parvis.opendata.tests.pages_world import (
    REAL_BUDGET,
    TOILETS,
    WORKS,
    WORKS_ROWS,
    the_described,
    the_real_budget,
    the_works,
)
from parvis.territory.testing import the_city
from parvis.ui.testing import Scheme, faults, follow
from parvis.ui.weight import page_weight

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/donnees/",
    "/donnees/?q=xyzzyx",
    "/donnees/cles-du-budget/?annee=2025",
    f"/donnees/{TOILETS}/",
    f"/donnees/{WORKS}/",
    f"/donnees/{REAL_BUDGET}/table/?est.sens_flux=Recette&tri=-montant&de.montant=x",
    f"/donnees/{REAL_BUDGET}/graphique/",
    f"/donnees/{REAL_BUDGET}/graphique/?quoi=montant&par=annee@annee&forme=courbe",
    f"/donnees/{REAL_BUDGET}/graphique/cadre/?quoi=montant&par=chapitre_libelle&forme=tuiles",
    f"/donnees/{WORKS}/carte/",
    f"/donnees/{WORKS}/api/",
    f"/donnees/{WORKS}/versions/",
    f"/donnees/{WORKS}/versions/2/",
    "/en/data/keys-to-the-budget/?annee=2020",
)


@pytest.fixture
def city(settings, tmp_path, request):
    """Serve a city with its ground, its budget, operations in two versions."""
    settings.STATIC_ROOT = tmp_path
    server = request.getfixturevalue("live_server")
    the_city()
    the_described()
    the_real_budget()
    the_works()
    the_works(WORKS_ROWS[1:], now=TUESDAY)
    return server.url


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_the_pages_are_without_fault(chromium: Browser, city: str, width: int, scheme: Scheme):
    context = chromium.new_context(
        base_url=city, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = context.new_page()
    assert [fault for address in PAGES for fault in faults(page, address)] == []
    context.close()


def test_a_resident_follows_the_money_to_its_rows_without_a_script(chromium: Browser, city: str):
    context = chromium.new_context(base_url=city, java_script_enabled=False)
    page = context.new_page()
    page.goto("/donnees/")
    follow(page, page.get_by_role("link", name="Voir où va l\u2019argent"))
    follow(page, page.get_by_role("link", name="2025", exact=True))
    follow(page, page.get_by_role("row", name="Culture").get_by_role("link"))
    expect(page.get_by_role("link", name="Retirer : Section : Investissement")).to_be_visible()
    page.get_by_label("Section", exact=True).select_option("Investissement")
    follow(page, page.get_by_role("button", name="Filtrer").first)
    follow(page, page.get_by_role("link", name="Montant voté (€)"))
    sorted_by = page.get_by_role("columnheader", name="Montant voté")
    expect(sorted_by).to_have_attribute("aria-sort", "descending")
    follow(page, page.get_by_role("link", name="Ouvrir cette réponse"))
    expect(page.locator("body")).to_contain_text('"total_count"')
    context.close()


def test_a_tile_is_reached_by_the_keyboard_and_leads_to_its_rows(chromium: Browser, city: str):
    page = chromium.new_page(base_url=city)
    page.goto("/donnees/cles-du-budget/?annee=2025")
    page.locator(".tree a").first.focus()
    expect(page.locator(":focus")).to_have_attribute("aria-label", re.compile("M€"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/table/**")
    page.close()


def test_every_first_page_weighs_at_most_sixty_kilobytes(client, city):
    for address in PAGES:
        assert page_weight(client.get(address).content) <= 60_000, address
