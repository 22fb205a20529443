"""Ada registers an application and tries it; Alice enters it with her account of the City, sees on
« Mon compte » what it knows, and takes it back."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from parvis.openid.tests import interop_world as world
from parvis.ui.testing import follow
from tests.journeys.steps import looks_right, prove_again

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

WAYS = [(320, True), (320, False), (1280, True), (1280, False)]


def submit(page, button="main form[method=post] button.btn"):
    follow(page, page.locator(button).first)


def sign_in(page, account):
    page.fill("main input[name=login]", account["email"])
    page.fill("main input[type=password]", account["password"])
    submit(page)


def registers(page, city, address):
    """Ada registers an application at the desk, and notes its id and its secret."""
    page.goto(reverse("openid:add"))
    sign_in(page, city.accounts["Ada"])
    prove_again(page, city.accounts["Ada"]["password"])
    page.check("input[name=kind][value=web]")
    page.fill("[name=name]", f"La bibliothèque de quartier {address[-5:]}")
    page.fill("[name=operator]", "Direction des affaires culturelles")
    page.fill("[name=purpose_fr]", "Emprunter et réserver des documents.")
    page.fill("[name=purpose_en]", "Borrow and reserve documents.")
    page.fill("[name=contact]", "bibliotheque@parvis.example")
    page.fill("[name=redirect_uris]", f"{address}/callback")
    page.check("input[name=claims][value=name]")
    page.check("input[name=optional_claims][value=email]")
    submit(page)
    told = {"CLIENT_ID": page.inner_text("#client-id")}
    return told | {"CLIENT_SECRET": page.inner_text("#client-secret")}


@pytest.fixture
def program(tmp_path):
    """The program of the documentation."""
    (tmp_path / "library.py").write_text(world.programs()["library.py"], "utf-8")
    return tmp_path


@pytest.mark.parametrize(("width", "scripts"), WAYS)
def test_one_account_opens_another_application(city, window, shoot, program, width, scripts):
    address = world.here()
    office = window(width=width, scripts=scripts)
    told = registers(office, city, address)
    shoot(office, f"openid-keys-{width}")
    known = {"ISSUER": city.address, "HERE": address}
    with world.running(program, world.python("library.py"), **known, **told):
        page = window(width=width, scripts=scripts)
        page.goto(f"{address}/")
        sign_in(page, city.accounts["Alice"])
        page.wait_for_selector("input[name=version]", state="attached")
        expect(page.locator("main")).to_contain_text("alice@parvis.example")
        expect(page.locator("input[name=tell]")).not_to_be_checked()
        looks_right(page) if scripts else None
        shoot(page, f"openid-consent-{width}")
        submit(page, "button[name=yes]")
        page.wait_for_url(f"{address}/callback?*")
        expect(page.locator("body")).to_have_text("Good morning, Alice Martin.")

        page.goto(f"{city.address}{reverse('openid:connected')}")
        expect(page.locator("main")).to_contain_text("bibliothèque de quartier")
        looks_right(page) if scripts else None
        shoot(page, f"openid-connected-{width}")
        mine = page.locator("main li", has_text="bibliothèque de quartier")
        follow(page, mine.locator("form button").first)

        # It has to ask again.
        page.goto(f"{address}/")
        page.wait_for_selector("input[name=version]", state="attached")
        submit(page, "button[name=no]")
        page.wait_for_url(f"{address}/callback?*")
        expect(page.locator("body")).to_contain_text("access_denied")


def test_ada_sees_each_step_of_a_sign_in(city, window, shoot):
    page = window(width=320)
    page.goto(reverse("openid:services"))
    sign_in(page, city.accounts["Ada"])
    looks_right(page)
    shoot(page, "openid-services-320")
    follow(page, page.locator("main ul.queue a", has_text="Piscines"))
    looks_right(page)
    shoot(page, "openid-service-320")
    follow(page, page.locator("main aside a.btn"))
    prove_again(page, city.accounts["Ada"]["password"])
    page.fill("[name=secret]", "parvis-piscines-2015")
    page.check("[name=consent]")
    looks_right(page)
    submit(page)
    page.wait_for_selector("input[name=version]", state="attached")
    submit(page, "button[name=yes]")
    page.wait_for_selector("main pre")
    expect(page.locator("main section .tag[data-tone=ok]")).to_have_count(5)
    expect(page.locator("main")).to_contain_text("ada@parvis.example")
    looks_right(page)
    shoot(page, "openid-tried-320")
    page.set_viewport_size({"width": 1280, "height": 900})
    shoot(page, "openid-tried-1280")
