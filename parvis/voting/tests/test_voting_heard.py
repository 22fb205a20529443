"""Receipts and the desk of paper as somebody hears them who does not see them: what is said first,
by which name each thing goes, and nothing that is only a sign."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parvis.account.testing import signed_in
from parvis.voting.actions import batching, paper as actions
from parvis.voting.rules.plans import BallotKind
from parvis.voting.testing import (
    AFTER,
    CITY,
    DISTRICT,
    NOON,
    REF,
    a_contest,
    a_vote,
    an_open_poll,
    someone,
)

pytestmark = pytest.mark.django_db
BOX = "m11"
WHO = {
    "box": BOX,
    "first_name": "Alice",
    "family_name": "Martin",
    "birth_date": "01/01/1980",
    "contests": [CITY, DISTRICT],
}


@pytest.fixture
def a_box(at):
    """Open a vote with one ballot box."""
    questions = (a_contest(), a_contest(key=DISTRICT, kind=BallotKind.GRADES, title="11e"))
    an_open_poll(contests=questions)
    actions.add_box(ref=REF, code=BOX, place="Mairie du 11e", by=bachir(), now=NOON)


def bachir():
    return someone("Bachir", "agent")


def url(name, *args):
    with translation.override("en"):
        return reverse(f"voting:{name}", args=args)


def said(answer):
    """Return what a page says, without its marks and without what is kept from being read out."""
    page = re.sub(r'<(\w+)[^>]* aria-hidden="true"[^>]*>.*?</\1>', "", answer.content.decode())
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def title(answer):
    return html.unescape(re.search(r"<title>(.*?)</title>", answer.content.decode())[1])


def main(answer):
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def links(answer):
    """Return the names of the links of a page."""
    found = re.findall(r"<a [^>]*>(.*?)</a>", main(answer), re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", "", one)).split()) for one in found]


def a_logged_receipt(at):
    an_open_poll()
    receipt = a_vote().receipt
    at(AFTER)
    batching.release_closed(now=AFTER)
    return receipt


def test_a_receipt_in_the_log_tells_its_place_in_words_and_its_sentence_at_once(client, at):
    answer = client.post(url("receipt"), {"receipt": a_logged_receipt(at)})
    assert re.search(r"Place in the log \d+ of \d+ Receipt", said(answer))
    shown = answer.content.decode()
    described = re.search(r'role="group"[^>]* aria-describedby="(\w+)"', shown)[1]
    assert re.search(rf'<p id="{described}">It will be counted, unless', shown)


def test_the_title_says_first_that_a_voter_is_ticked(a_box, client):
    desk = signed_in(client, bachir())
    answer = desk.post(url("tick", REF), WHO, follow=True)
    assert title(answer).startswith("Ticked: hand out the ballots. — Tick a voter")
    assert "Ticked: hand out the ballots." in said(answer).partition("Skip to the content")[2]
    assert title(desk.get(url("tick", REF))).startswith("Tick a voter")


def test_the_title_says_first_which_sheet_and_which_minutes_are_written_down(a_box, client, at):
    at(AFTER)
    desk, where = signed_in(client, bachir()), (REF, BOX, CITY)
    found = {"ballots": 3, "blank": 0, "spoilt": 0, "verb": "write"}
    answer = desk.post(url("minutes", *where), found, follow=True)
    assert title(answer).startswith("The minutes are written. — Minutes")
    sheet = {"number": 1, "says": "p1", "verb": "valid"}
    answer = desk.post(url("sheets", *where), sheet, follow=True)
    assert title(answer).startswith("Sheet 1 is written down. — Read the sheets")


def test_a_sheet_that_was_read_differently_is_a_link_by_name(a_box, client, at):
    at(AFTER)
    where = (REF, BOX, CITY)
    found = {"ballots": 1, "blank": 0, "spoilt": 0, "verb": "write"}
    signed_in(client, bachir()).post(url("minutes", *where), found)
    for person, option in ((bachir(), "p1"), (someone("Mona", "agent"), "p2")):
        desk = signed_in(Client(), person)
        desk.post(url("sheets", *where), {"number": 1, "says": option, "verb": "valid"})
    assert "Sheet 1" in links(desk.get(url("minutes", *where)))


def test_two_questions_of_one_box_are_two_links_by_name(a_box, client):
    desk = signed_in(client, bachir())
    desk.post(url("tick", REF), WHO)
    for page in ("boxes", "desk_poll"):
        answer = desk.get(url(page, REF))
        named = [one for one in links(answer) if one.startswith("Mairie du 11e")]
        assert named == ["Mairie du 11e, Tout Paris", "Mairie du 11e, 11e"]
        assert said(answer).count("Tout Paris") == 1


def test_a_grade_that_a_sheet_does_not_give_is_said_in_words(a_box, client, at):
    at(AFTER)
    desk, where = signed_in(client, bachir()), (REF, BOX, DISTRICT)
    desk.post(url("minutes", *where), {"ballots": 1, "blank": 0, "spoilt": 0, "verb": "write"})
    shown = desk.get(url("sheets", *where)).content.decode()
    options = re.findall(r'<option value=""[^>]*>([^<]*)</option>', shown)
    assert options == ["no grade"] * 5


def test_the_field_of_a_sheet_tells_which_sheet_and_the_page_opens_on_the_end(a_box, client, at):
    at(AFTER)
    desk, where = signed_in(client, bachir()), (REF, BOX, CITY)
    desk.post(url("minutes", *where), {"ballots": 1, "blank": 0, "spoilt": 0, "verb": "write"})
    first = desk.get(url("sheets", *where))
    assert "What sheet 1 says" in said(first)
    assert 'role="group"' not in main(first)
    end = desk.post(
        url("sheets", *where), {"number": 1, "says": "p1", "verb": "valid"}, follow=True
    )
    opened_on = re.search(r'<div class="notice"[^>]* autofocus[^>]*>', main(end))[0]
    assert 'aria-label="You have read all that you can here."' in opened_on
    again = desk.get(url("sheets", *where), {"sheet": 1})
    assert not re.search(r'class="notice"[^>]* autofocus', main(again))


def test_what_was_explained_says_so_and_is_not_asked_again(a_box, client, at):
    signed_in(client, bachir()).post(url("tick", REF), WHO)
    at(AFTER)
    desk, mona, where = signed_in(Client(), bachir()), someone("Mona", "agent"), (REF, BOX, CITY)
    none = {"ballots": 0, "blank": 0, "spoilt": 0, "verb": "write"}
    signed_in(Client(), mona).post(url("minutes", *where), none)
    asked = desk.get(url("minutes", *where))
    assert "Why do the figures differ?" in said(asked)
    assert "<details" not in main(asked)
    told = {"reason": "They left with the sheet.", "verb": "explain"}
    after = desk.post(url("minutes", *where), told, follow=True)
    assert "Explained and signed: They left with the sheet." in said(after)
    assert "Why do the figures differ?" in main(after).partition("<details")[2]
