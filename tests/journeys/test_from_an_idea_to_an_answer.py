"""Someone signs up, confirms by the mail, comments, proposes; an official answers; thread and mail
show it."""

from __future__ import annotations

import itertools
import re
import time

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from parvis.ui.testing import follow

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("browser")]

WORDS = {
    "fr": {
        "root": "",
        "sign_up": "/mon-compte/inscription/",
        "sign_in": "/mon-compte/connexion/",
        "mine": "/mon-compte/",
        "consultation": "/concertations/plan-2015/",
        "answers": "/concertations/bureau/reponses/",
        "answered": re.compile("répond", re.IGNORECASE),
        "answer": "Oui, dès septembre : le Conseil en a délibéré.",
    },
    "en": {
        "root": "/en",
        "sign_up": "/en/my-account/sign-up/",
        "sign_in": "/en/my-account/sign-in/",
        "mine": "/en/my-account/",
        "consultation": "/en/consultations/plan-2015/",
        "answers": "/en/consultations/desk/answers/",
        "answered": re.compile("answer", re.IGNORECASE),
        "answer": "Yes, from September: the Council has decided.",
    },
}
PASSWORD = "le pont Marie au matin"
WAYS = list(itertools.product(("fr", "en"), (320, 1280), (True, False)))


def name_of(way):
    language, width, scripts = way
    return f"{language}-{width}-{'scripts' if scripts else 'plain'}"


def submit(page, name=None):
    """Press the full button of the main form."""
    button = page.locator("main form[method=post] button.btn")
    follow(page, (button.filter(has_text=name) if name else button).first)


def sign_in(page, words, email, password):
    page.goto(words["sign_in"])
    page.fill("main input[type=email]", email)
    page.fill("main input[type=password]", password)
    submit(page)


def wait_for_mail(mailbox, address, subject):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for mail in mailbox(address):
            if subject in mail["subject"] or subject in mail["text"]:
                return mail
        time.sleep(0.2)
    pytest.fail(f"no mail about {subject!r} reached {address}: {mailbox(address)}")


def link_in(mail, pattern):
    found = re.search(rf"https?://[^\s/]+({pattern}\S*)", mail["text"])
    assert found, mail["text"]
    return found.group(1)


def nothing_sticks_out(page):
    """A phone never scrolls sideways."""
    inside = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert inside, f"{page.url} is wider than the window"


def axe_finds_nothing(page):
    results = Axe().run(page)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"


def look(page, shoot, name, *, scripts):
    shoot(page, name)
    if scripts:
        nothing_sticks_out(page)
        axe_finds_nothing(page)


def open_account(page, words, mailbox, address):
    page.goto(words["sign_up"])
    page.fill("main input[name=email]", address)
    page.fill("main input[name=usual_name]", "Élodie")
    page.fill("main input[name=password]", PASSWORD)
    submit(page)
    page.goto(link_in(wait_for_mail(mailbox, address, "http"), f"{words['root']}/"))
    submit(page)


def write(page, words, on, kind, title, body):
    page.goto(words["consultation"])
    follow(page, page.locator(f"main a[href*='?on='][href*='kind={kind}'][href*='{on}']").first)
    page.fill("main input[name=title]", title)
    page.fill("main textarea[name=body]", body)
    submit(page)
    if "?on=" in page.url:  # something alike was found and shown first: publish all the same
        submit(page)
    expect(page.locator("main")).to_contain_text(title)


def wait_for_row(city, title):
    """What somebody wrote is a row of the open data, without their name."""
    records = f"{city.address}/api/explore/v2.1/catalog/datasets/contributions-aux-consultations"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        asked = {"where": f'titre = "{title}"', "limit": 2}
        found = httpx.get(f"{records}/records", params=asked).raise_for_status().json()["results"]
        if found:
            assert len(found) == 1
            assert "Élodie" not in str(found)
            return
        time.sleep(0.2)
    pytest.fail(f"{title!r} is in no row of the open data")


def answer(page, words, title):
    page.goto(f"{words['answers']}?consultation=plan-2015&sort=recent")
    follow(page, page.locator("main a", has_text=title).first)
    # The visible stone covers its radio button, as for a person.
    page.locator("main label", has=page.locator("input[value=adopted]")).first.click()
    page.fill("main textarea[name=body]", words["answer"])
    page.select_option("main select[name=section_ref]", index=1)
    submit(page)


@pytest.mark.parametrize("way", WAYS, ids=name_of)
def test_from_an_idea_to_an_answer(way, window, city, mailbox, shoot):
    language, width, scripts = way
    words, name = WORDS[language], name_of(way)
    address = f"elodie-{name}@parvis.example"
    comment, measure = f"Un mot clair ({name})", f"Un banc par rue ({name})"

    resident = window(width=width, scripts=scripts)
    open_account(resident, words, mailbox, address)
    sign_in(resident, words, address, PASSWORD)
    write(resident, words, "1.2", "comment", comment, "Dites-le en une phrase. Je l'expliquerai.")
    wait_for_row(city, comment)
    look(resident, shoot, f"{name}-comment", scripts=scripts)
    write(resident, words, "2015%2F3", "measure", measure, "Pour souffler, et pour se parler.")

    official = window(width=width, scripts=scripts)
    oscar = city.accounts["Oscar"]
    sign_in(official, words, oscar["email"], oscar["password"])
    answer(official, words, measure)
    look(official, shoot, f"{name}-desk", scripts=scripts)

    mail = wait_for_mail(mailbox, address, measure)
    assert words["answered"].search(mail["subject"] + mail["text"])
    assert "List-Unsubscribe" in mail["headers"]
    resident.goto(words["mine"])
    expect(resident.locator("main")).to_contain_text(measure)
    expect(resident.locator("main")).to_contain_text(words["answered"])
    look(resident, shoot, f"{name}-account", scripts=scripts)
    resident.goto(link_in(mail, f"{words['root']}/con"))
    expect(resident.locator("main")).to_contain_text(words["answer"].split(",")[0])
    look(resident, shoot, f"{name}-answer", scripts=scripts)
