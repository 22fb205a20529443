"""Yasmine comes from FranceConnect on a small telephone without scripts; Alice already had an
account."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from parvis.ui.testing import follow

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
SIGN_IN = "/mon-compte/connexion/"
BUTTON = "S\u2019identifier avec FranceConnect"


def go_by_franceconnect(page: Page, who: str) -> None:
    page.goto(SIGN_IN)
    follow(page, page.get_by_role("link", name=BUTTON))
    follow(page, page.locator(f"#{who}"))


def no_wider_than_the_screen(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_yasmine_opens_an_account_leaves_and_comes_back(window, city, shoot):
    fakes = json.loads((city.home / "demo.json").read_text(encoding="utf-8"))["fakes"]
    page = window(width=320, scripts=False)
    page.goto(SIGN_IN)
    shoot(page, "franceconnect-button")
    go_by_franceconnect(page, "yasmine")
    expect(page.get_by_role("heading", level=1, name="Bienvenue")).to_be_visible()
    expect(page.get_by_text("BENALI", exact=True)).to_be_visible()
    shoot(page, "franceconnect-welcome")
    follow(page, page.get_by_role("button", name="Ouvrir mon compte"))
    page.goto("/mon-compte/identites/")
    expect(page.get_by_role("heading", level=2, name="FranceConnect")).to_be_visible()
    shoot(page, "identities")

    page.goto("/mon-compte/deconnexion/")
    follow(page, page.get_by_role("button", name="Se déconnecter"))
    shoot(page, "franceconnect-leaving")
    leave = page.get_by_role("link", name="Quitter aussi FranceConnect")
    there = re.compile(f"^{re.escape(fakes['franceconnect'])}")
    expect(leave).to_have_attribute("href", there)
    follow(page, leave)
    expect(page.get_by_text("Vous avez aussi quitté FranceConnect.")).to_be_visible()

    # FranceConnect has forgotten this browser: it asks again, and the account opens at once.
    go_by_franceconnect(page, "yasmine")
    expect(page).to_have_url(f"{city.address}/mon-compte/")


def test_alice_attaches_the_account_she_had(window, city, shoot):
    page = window(width=1280)
    alice = city.accounts["Alice"]
    go_by_franceconnect(page, "alice")
    expect(page.get_by_text(alice["email"]).first).to_be_visible()
    shoot(page, "franceconnect-known-address")
    follow(page, page.get_by_role("link", name="Me connecter à mon compte"))
    page.get_by_label("Adresse électronique").fill(alice["email"])
    page.get_by_label("Mot de passe", exact=True).fill(alice["password"])
    follow(page, page.get_by_role("button", name="Se connecter", exact=True))
    expect(page.get_by_text("MARTIN", exact=True)).to_be_visible()
    follow(page, page.get_by_role("button", name="La rattacher, c\u2019est bien moi"))

    phone = window(width=320)
    go_by_franceconnect(phone, "alice")
    expect(phone).to_have_url(f"{city.address}/mon-compte/")
    no_wider_than_the_screen(phone)


def test_chloe_attaches_franceconnect_after_showing_that_it_is_her(window, city, shoot):
    page = window(width=320, scripts=False)
    chloe = city.accounts["Chloé"]
    page.goto(SIGN_IN)
    page.get_by_label("Adresse électronique").fill(chloe["email"])
    page.get_by_label("Mot de passe", exact=True).fill(chloe["password"])
    follow(page, page.get_by_role("button", name="Se connecter", exact=True))
    page.goto("/mon-compte/identites/")
    follow(page, page.get_by_role("link", name="Rattacher FranceConnect"))
    page.get_by_label("Mot de passe", exact=True).fill(chloe["password"])
    page.get_by_role("button", name="Continuer").click()
    # A form of ours leads to no other site: a page goes on by itself.
    expect(page.locator("#jeanne")).to_be_visible()
    follow(page, page.locator("#jeanne"))
    expect(page.get_by_text("ROUSSEAU", exact=True)).to_be_visible()
    shoot(page, "identities-attached")


def test_who_gives_up_is_shown_the_other_ways(window, city):
    page = window(width=320)
    go_by_franceconnect(page, "leave")
    expect(page.get_by_role("link", name="Voir les moyens de se connecter")).to_be_visible()
    no_wider_than_the_screen(page)
