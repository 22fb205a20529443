"""Somebody photographs a fridge on the pavement, reports it on a phone, is told of it by mail;
Alice adds her voice with her account."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from parvis.kernel.testing_photos import a_photo
from parvis.ui.testing import follow
from tests.journeys.steps import looks_right, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
NEW = "/en/reports/new/"
WAYS = {"phone": (320, True), "phone-plain": (320, False), "desk": (1280, True)}
# Far from each other, so that nobody finds the other's fridge nearby.
PLACES = {"phone": (2.3790, 48.8575), "phone-plain": (2.3400, 48.8800), "desk": (2.3300, 48.8400)}


def press(page, name):
    follow(page, page.locator("main button", has_text=name).first)


def look(page, shoot, name, *, scripts):
    shoot(page, name)
    if scripts:
        looks_right(page)


def wait_for_mail(mailbox, address):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for mail in mailbox(address):
            if "letter=" in mail["text"]:
                return mail
        time.sleep(0.2)
    pytest.fail(f"no letter with a link reached {address}")


def report(page, look, *, place, address):
    """Go through every page of a report, and return its number."""
    page.goto(NEW)
    look("1-photo")
    photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": a_photo(place=place)}
    page.set_input_files("#photos", photo)
    press(page, "Go on")
    look("2-place")
    press(page, "It is there")
    page.fill("#id_words", "frigo sur le trottoir")
    press(page, "Find")
    look("3-kind")
    follow(page, page.locator("#kinds button").first)
    look("4-details")
    page.fill("#id_text", "Beside the bench, its door is gone")
    press(page, "Go on")
    if page.locator("button[name=join]").count():
        press(page, "No, it is something else")
    look("5-send")
    page.fill("#id_email", address)
    press(page, "Send the report")
    look("6-own")
    code = re.search(r"[0-9A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]", page.locator(".receipt").inner_text())
    assert code
    return code.group()


def confirm(page, mail):
    link = re.search(r"https?://[^\s/]+(/\S+letter=\w+)", mail["text"])
    assert link
    page.goto(link.group(1))
    press(page, "Confirm my address")
    expect(page.locator("main")).to_contain_text("confirmed")


@pytest.mark.parametrize("way", WAYS)
def test_from_a_photo_to_two_voices(way, window, mailbox, shoot):
    width, scripts = WAYS[way]
    address = f"elodie-{way}@parvis.example"

    def look_at(page):
        return lambda name: look(page, shoot, f"fridge-{way}-{name}", scripts=scripts)

    page = window(width=width, scripts=scripts)
    code = report(page, look_at(page), place=PLACES[way], address=address)
    expect(page.locator("main")).to_contain_text("Beside the bench")
    confirm(page, wait_for_mail(mailbox, address))

    alice = window(width=width, scripts=scripts)
    sign_in(alice, "alice")
    alice.goto(f"/en/reports/{code}/")
    look_at(alice)("7-public")
    public = alice.locator("main")
    expect(public).not_to_contain_text("Beside the bench")
    expect(public).not_to_contain_text("elodie")
    follow(alice, alice.locator("main a", has_text="Me too, I see it"))
    press(alice, "Add my voice")
    alice.goto(f"/en/reports/{code}/")
    expect(alice.locator("main")).to_contain_text("by 2 people")
    alice.goto("/en/reports/mine/")
    expect(alice.locator("main")).to_contain_text(code)
    look_at(alice)("8-mine")
