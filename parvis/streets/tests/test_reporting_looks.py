"""The pages of reporting in a real browser: on a phone and on a desk, in the dark, with and without
scripts."""

from __future__ import annotations

import os
import re

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, expect

from parvis.account.testing import alice
from parvis.kernel import clock
from parvis.kernel.testing_photos import a_photo
from parvis.streets import testing
from parvis.streets.actions.reporting import Draft, Reporter, report
from parvis.streets.queries import access
from parvis.territory.testing import BASTILLE
from parvis.ui.testing import faults, follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WIDTHS = {"phone": 320, "desk": 1280}


@pytest.fixture
def city(settings, tmp_path, request):
    """Serve a city in which two things are reported."""
    settings.STATIC_ROOT = tmp_path
    server = request.getfixturevalue("live_server")
    testing.the_streets()
    return server.url


def a_case(**changes):
    given = {"subtype": testing.FRIDGE, "lon": BASTILLE[0], "lat": BASTILLE[1]}
    given |= {"answers": {"passage": "walk"}, "text": "Devant le café", "language": "en"}
    return report(
        Draft(**(given | changes)),
        reporter=Reporter(email="elodie@parvis.example"),
        now=clock.now(),
    )


def addresses(done):
    quartier = reverse("streets:quartier", args=[43])
    return {
        "index": reverse("streets:index"),
        "case": reverse("streets:case", args=[done.code]),
        "list": quartier,
        "own": reverse("streets:by_link", args=[done.secret]),
        "letter": reverse("streets:by_link", args=[done.secret])
        + f"?letter={access.letter_token(done.report_id)}",
        "page": reverse("streets:offline"),
    }


def shoot(tab, name):
    """Keep a screenshot where PARVIS_SCREENSHOTS says, if it says so."""
    folder = os.environ.get("PARVIS_SCREENSHOTS")
    if folder:
        tab.screenshot(path=f"{folder}/report-{name}.png", full_page=True)


def press(tab, name):
    follow(tab, tab.locator("main button", has_text=name).first)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_everybody_reads_is_without_fault(chromium, city, width):
    alice()
    with translation.override("en"):
        asked = addresses(a_case())
    dark = "dark" if width == "phone" else "light"
    viewport = {"width": WIDTHS[width], "height": 900}
    context = chromium.new_context(base_url=city, viewport=viewport, color_scheme=dark)
    tab = context.new_page()
    found = {}
    for name, address in asked.items():
        found[name] = faults(tab, address)
        shoot(tab, f"{width}-{name}")
    context.close()
    assert found == {name: [] for name in asked}


def to_the_details(tab, name):
    """Go from the photo to the details of a fridge."""
    with translation.override("en"):
        tab.goto(reverse("streets:report"))
    shoot(tab, f"{name}-1-photo")
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": a_photo(place=BASTILLE)}
    tab.set_input_files("#photos", photo)
    press(tab, "Go on")
    shoot(tab, f"{name}-2-place")
    press(tab, "It is there")
    tab.fill("#id_words", "frigo sur le trottoir")
    press(tab, "Find")
    shoot(tab, f"{name}-3-kind")
    follow(tab, tab.locator("#kinds button").first)
    tab.fill("#id_text", "Its door is gone")
    shoot(tab, f"{name}-4-details")


@pytest.mark.parametrize(("width", "scripts"), [("phone", False), ("phone", True), ("desk", True)])
def test_a_report_on_the_way(chromium: Browser, city: str, width, scripts):
    known, name = a_case(), f"{width}-{'scripts' if scripts else 'plain'}"
    context = chromium.new_context(
        base_url=city,
        viewport={"width": WIDTHS[width], "height": 900},
        java_script_enabled=scripts,
    )
    tab = context.new_page()
    to_the_details(tab, name)
    press(tab, "Go on")
    shoot(tab, f"{name}-5-near")
    expect(tab.locator("main")).to_contain_text(known.code)
    press(tab, "No, it is something else")
    tab.fill("#id_email", "nope")
    press(tab, "Send the report")
    shoot(tab, f"{name}-6-refused")
    expect(tab.locator("main")).to_contain_text("email_invalid")
    tab.fill("#id_email", "noe@parvis.example")
    press(tab, "Send the report")
    shoot(tab, f"{name}-7-own")
    number = re.compile(r"[0-9A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]")
    expect(tab.locator(".receipt")).to_contain_text(number)
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_an_address_typed_beside_the_place_of_a_photo_is_looked_up(chromium, city, scripts):
    """Enter does not confirm the place that was proposed: what was typed would be lost."""
    context = chromium.new_context(base_url=city, java_script_enabled=scripts)
    tab = context.new_page()
    with translation.override("en"):
        tab.goto(reverse("streets:report"))
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": a_photo(place=BASTILLE)}
    tab.set_input_files("#photos", photo)
    press(tab, "Go on")
    tab.fill("#id_address", "12 rue de la Roquette")
    with tab.expect_navigation():
        tab.press("#id_address", "Enter")
    expect(tab.locator("h1")).to_have_text("Where is it?")
    expect(tab.locator("#id_address")).to_have_value("12 rue de la Roquette")
    context.close()


def test_an_address_typed_without_network_holds_instead_of_the_photo_s_place(chromium, city):
    context = chromium.new_context(base_url=city)
    tab = context.new_page()
    with translation.override("en"):
        tab.goto(reverse("streets:offline"))
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": a_photo(place=BASTILLE)}
    tab.set_input_files("#o-photos", photo)
    tab.wait_for_selector("[data-here-status]:not(:empty)")
    expect(tab.locator("[name=lon]")).to_have_value(f"{BASTILLE[0]:.6f}")
    tab.fill("#o-address", "12 rue de la Roquette")
    expect(tab.locator("[name=lon]")).to_have_value("")
    expect(tab.locator("[data-here-status]")).to_have_text("")
    context.close()
