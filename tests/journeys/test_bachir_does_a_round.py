"""Bachir treats reports: on a round in the street, on a phone whose network goes away and comes
back; without scripts; and several at once at the desk, which he takes back."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import expect

from parvis.kernel.testing_photos import a_photo
from parvis.ui.testing import follow
from tests.journeys.steps import looks_right, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]
BOARD = "/en/reports/desk/cases/"
KIND = "autres-objets-encombrants-abandonnes"
# A key that everybody may know, in a demonstration.
KEY = "parvis-open311-signaler"
# Far enough from each other, and from what others report, to be a case each.
PLACES = {
    "phone": ((2.3300, 48.8850), (2.3330, 48.8870), (2.3360, 48.8890)),
    "plain": ((2.3000, 48.8400), (2.3030, 48.8420)),
    "desk": ((2.3900, 48.8300), (2.3930, 48.8320), (2.3960, 48.8340)),
}
KEPT_HERE = (
    "async (one) => { for (const name of await caches.keys())"
    " if (await (await caches.open(name)).match(one)) return true; return false; }"
)


def look(page, shoot, name, *, scripts=True):
    shoot(page, f"bachir-{name}")
    if scripts:
        looks_right(page)


def report(city, places):
    """Report a thing at each place, as a program does; return the ids and numbers of the cases."""
    codes = []
    for lon, lat in places:
        told = {"api_key": KEY, "service_code": KIND, "long": lon, "lat": lat}
        sent = httpx.post(f"{city.address}/open311/v2/requests.json", data=told, timeout=60)
        assert sent.status_code == 201, sent.text
        codes.append(sent.json()[0]["service_request_id"])
    return codes


def tick(page, codes):
    """Choose on the board the cases of these numbers, which are the newest."""
    page.goto(f"{BOARD}?sort=new")
    for code in codes:
        page.get_by_label(f"Choose {code}").check()


def make_round(page, codes, name):
    """Make a round of these cases; return its address."""
    tick(page, codes)
    follow(page, page.get_by_role("button", name="Make a round"))
    page.get_by_label("Name of the round").fill(name)
    follow(page, page.get_by_role("button", name="Put them in order"))
    expect(page.locator("#stops > li")).to_have_count(len(codes))
    return page.url


def stop_of(page, code):
    return page.locator("#stops > li", has_text=code)


def fill_stop(stop):
    """Say at a stop that the work is done, with its photo."""
    stop.locator("summary").click()
    stop.locator("input[name=to][value=done]").check()
    stop.locator("select[name=reason]").select_option("work_done")
    photo = {"name": "fin.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    stop.locator("input[type=file]").set_input_files(photo)


def is_settled(page, code):
    """Read on the page that everybody reads that a case is done, and that no photo of the end is
    shown before somebody has looked at it; on the desk, that it waits for that."""
    page.goto(f"/en/reports/{code}/")
    expect(page.locator("main")).to_contain_text("Done", use_inner_text=True)
    expect(page.locator("main")).not_to_contain_text("After the work")
    page.goto(f"{BOARD}{code}/")
    caption = re.compile(r"^\s*after\s+·\s+(received|waits for an agent)\s*$", re.IGNORECASE)
    expect(page.locator("figcaption").first).to_have_text(caption)


def treat_without_network(page, codes):
    """Do stops of a round that was opened before; the device knows it after the page was closed and
    opened again."""
    page.reload()
    for code in codes:
        stop = stop_of(page, code)
        fill_stop(stop)
        stop.get_by_role("button", name="It is done").click()
        expect(stop.locator("[data-stop-status]")).to_contain_text("Kept on this device")
        expect(stop.locator("[data-stop-form]")).to_be_hidden()
    page.reload()
    kept = page.locator("#stops [data-stop-status]", has_text="Kept on this device")
    expect(kept).to_have_count(len(codes))


def test_a_round_is_walked_while_the_network_is_away(city, window, shoot):
    codes = report(city, PLACES["phone"])
    page = window(width=320)
    sign_in(page, "bachir")
    page.goto(f"{BOARD}?sort=new")
    look(page, shoot, "phone-1-board")
    where = make_round(page, codes, "Montmartre")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_function(KEPT_HERE, arg=where)
    look(page, shoot, "phone-2-round")

    page.context.set_offline(True)
    treat_without_network(page, codes[:2])
    shoot(page, "bachir-phone-3-offline")
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#stops [data-stop-status]", has_text="Sent")).to_have_count(2)
    page.reload()
    expect(page.get_by_text("2 of 3 seen")).to_be_visible()
    look(page, shoot, "phone-4-sent")
    for code in codes[:2]:
        is_settled(page, code)
        # Sent once: one step, one photo.
        expect(page.locator("main figcaption")).to_have_count(1)
        expect(page.locator("main li", has_text="Work done")).to_have_count(1)
    look(page, shoot, "phone-5-case")
    page.goto(f"/en/reports/{codes[2]}/")
    expect(page.locator("main .tag").first).not_to_contain_text("Done")


def test_a_round_is_walked_without_scripts(city, window, shoot):
    codes = report(city, PLACES["plain"])
    page = window(width=320, scripts=False)
    sign_in(page, "bachir")
    make_round(page, codes, "Vaugirard")
    look(page, shoot, "plain-1-round", scripts=False)
    stop = stop_of(page, codes[0])
    fill_stop(stop)
    follow(page, stop.get_by_role("button", name="It is done"))
    expect(page.locator("main [role=status]").first).to_contain_text("it is done", ignore_case=True)
    expect(page.get_by_text("1 of 2 seen")).to_be_visible()
    look(page, shoot, "plain-2-done", scripts=False)
    is_settled(page, codes[0])


def wait_until(page, state):
    """Open the page of a change of several again until it is in a state: a worker is at it."""
    for _time in range(120):
        if page.locator("main .head .tag").inner_text() == state:
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail(f"{page.url} is not « {state} »: {page.locator('main').inner_text()[:400]}")


def test_several_are_changed_at_once_and_put_back(city, window, shoot):
    codes = report(city, PLACES["desk"])
    page = window(width=1280)
    sign_in(page, "bachir")
    tick(page, codes)
    look(page, shoot, "desk-1-board")
    follow(page, page.get_by_role("button", name="Do one thing to them"))
    page.get_by_label("State").select_option("to_do")
    follow(page, page.get_by_role("button", name="See what would happen"))
    look(page, shoot, "desk-2-preview")
    follow(page, page.get_by_role("button", name="Do it"))
    wait_until(page, "done")
    look(page, shoot, "desk-3-done")
    for code in codes:
        expect(page.locator("main")).to_contain_text(code)
    job = page.url
    page.goto(f"/en/reports/{codes[0]}/")
    expect(page.locator("main .tag").first).not_to_have_text("New")
    page.goto(job)
    follow(page, page.get_by_role("button", name="Take it all back"))
    wait_until(page, "undone")
    look(page, shoot, "desk-4-back")
    for code in codes:
        page.goto(f"/en/reports/{code}/")
        expect(page.locator("main .tag").first).to_have_text("New")
