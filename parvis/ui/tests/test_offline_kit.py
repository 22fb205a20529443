"""A form that is filled in without network is not lost, and is sent once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from parvis.ui.tests import away_urls
from parvis.ui.tests.serving import serving

PHOTO = {"name": "frigo.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + b"x" * 5000}
LEFT = """async () => {
    const { queue } = await import("/static/ui/offline.js");
    return (await queue.waiting()).length;
}"""


def until(page: Page, is_so: Callable[[], bool], otherwise: str) -> None:
    for _time in range(200):
        if is_so():
            return
        page.wait_for_timeout(50)
    pytest.fail(otherwise)


def until_left(page: Page, number: int) -> None:
    until(page, lambda: page.evaluate(LEFT) == number, f"{page.evaluate(LEFT)} are waiting")


def until_nothing_is_left(page: Page) -> None:
    until_left(page, 0)


@pytest.fixture(autouse=True)
def _service(settings) -> None:
    settings.ROOT_URLCONF = "parvis.ui.tests.away_urls"
    away_urls.received.clear()
    away_urls.trouble.clear()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Open the form on a phone that keeps it."""
    with serving() as address:
        context = chromium.new_context(base_url=address, viewport={"width": 320, "height": 700})
        opened = context.new_page()
        opened.goto("/street/form/")
        opened.wait_for_function(
            """async () => navigator.serviceWorker.controller?.state === "activated"
                && Boolean(await caches.match(location.href))"""
        )
        yield opened
        context.close()


def write(page, text):
    page.fill("#text", text)
    page.check("[name=kind]")
    page.set_input_files("#photo", PHOTO)
    # What is typed is kept after a moment.
    page.wait_for_function(
        """async (text) => {
            const { drafts } = await import("/static/ui/offline.js");
            const has = (one, wanted) => one.entries.some((entry) => entry.includes(wanted));
            return (await drafts.all()).some((one) => has(one, text) && has(one, "photo"));
        }""",
        arg=text,
    )


def send(page: Page) -> None:
    page.click("form[data-offline] button")


@pytest.mark.journey
def test_a_report_without_network_is_kept_and_sent_once(page: Page):
    expect(page.locator("[data-outbox]")).to_be_hidden()
    write(page, "A fridge")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#text")).to_have_value("A fridge")
    expect(page.locator("[name=kind]")).to_be_checked()
    page.wait_for_function("document.querySelector('#photo').files[0]?.size === 5003")
    send(page)
    expect(page.locator("[data-offline-status]")).to_have_text("It will be sent.")
    expect(page.locator("[data-outbox]")).to_be_visible()
    until_left(page, 1)
    # Closed and opened again, still without network.
    page.goto("/street/nowhere/")
    expect(page.locator("h1")).to_have_text("Vous êtes sans réseau")
    page.goto("/street/form/")
    expect(page.locator("#text")).to_have_value("")
    assert away_urls.received == []
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    until_nothing_is_left(page)
    page.reload()
    until_nothing_is_left(page)
    (one,) = away_urls.received
    assert (one["text"], one["kind"], one["photo"]) == ("A fridge", "big", "5003 image/jpeg")
    assert re.fullmatch(r"[0-9a-f-]{36}", one["client_key"])
    assert one["made_at"].endswith("Z")


@pytest.mark.journey
def test_an_answer_that_got_lost_is_asked_for_with_the_same_key(page: Page):
    away_urls.trouble += ["busy", "lost"]
    write(page, "A bench")
    send(page)
    expect(page.locator("[data-offline-status]")).to_have_text("It will be sent.")
    assert away_urls.received == []
    page.click("[data-outbox] button")
    until(page, lambda: len(away_urls.received) == 1, "it was not sent a second time")
    page.click("[data-outbox] button")
    page.wait_for_url("**/street/thanks/")
    first, second = away_urls.received
    assert first["client_key"] == second["client_key"]
    until_nothing_is_left(page)
    page.goto("/street/form/")
    expect(page.locator("#text")).to_have_value("")


@pytest.mark.journey
def test_what_is_refused_goes_back_to_the_draft_with_the_sentence(page: Page):
    away_urls.trouble.append("refused")
    write(page, "A boat")
    send(page)
    said = "Not taken: This is in the river."
    expect(page.locator("[data-offline-status]")).to_have_text(said)
    until_nothing_is_left(page)
    page.reload()
    expect(page.locator("#text")).to_have_value("A boat")
    expect(page.locator("[data-offline-status]")).to_have_text(said)
    send(page)
    page.wait_for_url("**/street/thanks/")
    assert [one["text"] for one in away_urls.received] == ["A boat"]


@pytest.mark.journey
def test_what_waits_is_sent_in_order_and_a_key_only_once(page: Page):
    page.context.set_offline(True)
    page.evaluate(
        """async () => {
            const { queue } = await import("/static/ui/offline.js");
            for (const key of ["a", "b", "a", "c"]) {
                await queue.add({ key, url: "/street/send/", form: [["text", key]] });
            }
        }"""
    )
    assert page.evaluate(LEFT) == 3
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    until_nothing_is_left(page)
    assert [one["client_key"] for one in away_urls.received] == ["a", "b", "c"]


@pytest.mark.journey
def test_what_is_written_while_something_is_sent_follows_it_at_once(page: Page):
    away_urls.trouble.append("slow")
    page.evaluate(
        """async () => {
            const { queue } = await import("/static/ui/offline.js");
            const add = (key) => queue.add({ key, url: "/street/send/", form: [["text", key]] });
            const first = add("a");
            await new Promise((resolve) => setTimeout(resolve, 200));
            await Promise.all([first, add("b")]);
        }"""
    )
    assert [one["client_key"] for one in away_urls.received] == ["a", "b"]


@pytest.mark.journey
def test_who_signs_out_leaves_no_page_on_the_device_and_loses_nothing_that_waits(page: Page):
    kept = "/street/form/"
    page.context.set_offline(True)
    write(page, "A fridge")
    send(page)
    until_left(page, 1)
    away_urls.trouble.extend(["busy"] * 50)
    page.context.set_offline(False)
    page.goto("/leave/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Good-bye")).to_be_visible()
    assert page.evaluate("async (address) => Boolean(await caches.match(address))", kept) is False
    assert page.evaluate(LEFT) == 1
    page.context.set_offline(True)
    page.goto(kept)
    expect(page.locator("#text")).to_have_count(0)


def test_a_service_can_be_kept_on_a_phone(client: Client):
    manifest = client.get("/street/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    told = manifest.json()
    assert (told["start_url"], told["scope"]) == ("/street/form/", "/street/")
    worker = client.get("/street/sw.js")
    assert worker["Content-Type"].startswith("text/javascript")
    away = reverse("street:away")
    assert f'const AWAY = "{away}"' in worker.content.decode()
    assert worker["Cache-Control"] == "no-cache"
    assert "outbox" in client.get(away).content.decode()


@pytest.mark.journey
@pytest.mark.parametrize("gap_ms", [0, 40, 150])
def test_a_button_pressed_twice_sends_once(page: Page, gap_ms: int):
    away_urls.trouble.append("slow")
    write(page, "A lamp")
    page.evaluate(
        """(gap) => {
            const button = document.querySelector("form[data-offline] button");
            button.click();
            if (gap) setTimeout(() => button.click(), gap); else button.click();
        }""",
        gap_ms,
    )
    page.wait_for_url("**/street/thanks/")
    until_nothing_is_left(page)
    assert [one["text"] for one in away_urls.received] == ["A lamp"]


@pytest.mark.journey
def test_a_draft_that_two_tabs_show_is_sent_once(page: Page):
    write(page, "A tree")
    other = page.context.new_page()
    other.goto("/street/form/")
    expect(other.locator("#text")).to_have_value("A tree")
    send(page)
    page.wait_for_url("**/street/thanks/")
    send(other)
    expect(other.locator("#text")).to_have_value("")
    until_nothing_is_left(other)
    assert [one["text"] for one in away_urls.received] == ["A tree"]
    other.fill("#text", "Another tree")
    send(other)
    other.wait_for_url("**/street/thanks/")
    assert [one["text"] for one in away_urls.received] == ["A tree", "Another tree"]
