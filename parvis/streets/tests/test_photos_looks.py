"""An agent covers a photo in a real browser: by mouse, by keyboard, and without a script."""

from __future__ import annotations

import io
import os
from typing import Any

import pytest
from django.conf import settings as city_settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, expect

from parvis.account.testing import bachir, signed_in
from parvis.streets.models import Photo
from parvis.streets.tests.photo_world import a_case, cleaned, stored
from parvis.ui.testing import faults, follow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(settings, tmp_path, request):
    """Serve a city in which two photos wait."""
    settings.STATIC_ROOT = tmp_path
    server = request.getfixturevalue("live_server")
    case = a_case()
    for _n in range(2):
        cleaned(case, size=(800, 600), place=None)
    return server.url


def window(chromium: Browser, city: str, **options: Any) -> BrowserContext:
    """Open a window in which Bachir is signed in, and who reads English."""
    context = chromium.new_context(base_url=city, **options)
    session = signed_in(Client(), bachir()).cookies[city_settings.SESSION_COOKIE_NAME].value
    name = city_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": session, "url": city}])
    return context


def page(photo):
    with translation.override("en"):
        return reverse("streets:photo_review", args=[photo.id])


def shoot(tab, name):
    """Keep a screenshot where PARVIS_SCREENSHOTS says, if it says so."""
    folder = os.environ.get("PARVIS_SCREENSHOTS")
    if folder:
        tab.screenshot(path=f"{folder}/photos-{name}.png", full_page=True)


def dragged(tab, *ways):
    """Press the mouse at each first point of the photo, in thousandths, and let it go at the
    second."""
    surface = tab.get_by_role("group", name="Boxes that cover the photo")
    surface.scroll_into_view_if_needed()
    frame = surface.bounding_box()
    across, down = frame["width"] / 1000, frame["height"] / 1000
    for begin, end in ways:
        tab.mouse.move(frame["x"] + begin[0] * across, frame["y"] + begin[1] * down)
        tab.mouse.down()
        tab.mouse.move(frame["x"] + end[0] * across, frame["y"] + end[1] * down, steps=3)
        tab.mouse.up()


def test_the_pages_are_without_fault_on_a_phone_in_the_dark(chromium: Browser, city: str):
    first = Photo.objects.earliest("taken_in_at", "id")
    with translation.override("en"):
        addresses = [reverse("streets:photo_queue"), page(first)]
    context = window(chromium, city, viewport={"width": 320, "height": 900}, color_scheme="dark")
    tab = context.new_page()
    assert [fault for one in addresses for fault in faults(tab, one)] == []
    shoot(tab, "320-dark")
    context.close()


def test_boxes_are_drawn_by_mouse_and_keyboard_and_what_is_under_them_is_gone(
    chromium: Browser, city: str
):
    first, second = Photo.objects.order_by("taken_in_at", "id")
    context = window(chromium, city, viewport={"width": 1280, "height": 1000})
    tab = context.new_page()
    tab.goto(page(first))
    # Drawn, taken by its middle and moved, then by its corner and made larger.
    dragged(tab, ((100, 100), (300, 400)), ((200, 200), (300, 200)), ((400, 400), (500, 500)))
    tab.get_by_role("button", name="Add a box").click()
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("Shift+ArrowDown")
    tab.get_by_role("button", name="Add a box").click()
    tab.keyboard.press("Delete")
    shoot(tab, "1280-light")
    follow(tab, tab.get_by_role("button", name="Show it to the public"))
    expect(tab.get_by_text("is public.").first).to_be_visible()
    expect(tab).to_have_url(f"{city}{page(second)}?judged={first.id}")
    first.refresh_from_db()
    drawn, added = first.boxes
    assert added == [430, 440, 120, 130]
    assert all(abs(a - b) <= 6 for a, b in zip(drawn, (200, 100, 300, 400), strict=True))
    assert Image.open(io.BytesIO(stored()[first.shown])).size == (800, 600)
    follow(tab, tab.get_by_role("button", name="Undo", exact=True))
    expect(tab.get_by_text("waits again").first).to_be_visible()
    first.refresh_from_db()
    assert (first.state, len(first.boxes)) == ("to_review", 2)
    context.close()


def test_a_photo_is_covered_by_numbers_without_a_script(chromium: Browser, city: str):
    first = Photo.objects.earliest("taken_in_at", "id")
    context = window(
        chromium, city, viewport={"width": 320, "height": 900}, java_script_enabled=False
    )
    tab = context.new_page()
    tab.goto(page(first))
    for side, value in (
        ("from the left", 10),
        ("from the top", 20),
        ("width", 30),
        ("height", 2000),
    ):
        tab.get_by_label(f"Box 1, {side}").fill(str(value))
    follow(tab, tab.get_by_role("button", name="Show it to the public"))
    expect(tab.get_by_text("A box must lie inside the photo").first).to_be_visible()
    expect(tab.get_by_label("Box 1, height")).to_have_value("2000")
    tab.get_by_label("Box 1, height").fill("40")
    shoot(tab, "320-no-script")
    follow(tab, tab.get_by_role("button", name="Show it to the public"))
    first.refresh_from_db()
    assert (first.state, first.boxes) == ("shown", [[10, 20, 30, 40]])
    context.close()
