"""The receipts of a vote on the device of its voter: where they stay, what they say, a file."""

from __future__ import annotations

import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parvis.account.testing import alice, chloe, signed_in
from parvis.budget.tests.ballot_pages import (
    CHOSEN,
    CITY,
    LOCAL,
    WHO,
    at,
    fields,
    reread,
    text,
    vote,
)

pytestmark = pytest.mark.django_db
TAKES_PLACE = "takes the place of your former one"


def test_receipts_stay_in_a_cookie_that_no_script_and_no_other_page_reads(voter, edition):
    vote(voter, edition, **CHOSEN)
    kept = [one for name, one in voter.cookies.items() if name.startswith("receipts-")]
    with translation.override("fr"):
        french = reverse("budget:vote", args=[edition.slug])
    assert [(one["path"], one["httponly"], one["samesite"]) for one in kept] == [
        (french, True, "Lax"),
        (at(edition), True, "Lax"),
    ]
    voter.post(at(edition, "forget/"))
    assert "keeps no receipt" in text(voter.get(at(edition, "receipt/")))


def change(voter, edition, **choices):
    carried = fields(voter.post(at(edition, "change/"), {"kept": "1"}, follow=True))
    told, page = reread(voter, edition, carried=carried, **choices)
    voter.post(at(edition, "cast/"), told)
    return page


def test_a_receipt_says_that_its_ballot_took_the_place_of_another(voter, edition):
    vote(voter, edition, **CHOSEN)
    assert TAKES_PLACE not in text(voter.get(at(edition, "receipt/")))
    change(voter, edition, **{f"c{CITY}": ["2"], f"skip-{LOCAL}": ["1"]})
    shown = text(voter.get(at(edition, "receipt/")))
    assert shown.count(TAKES_PLACE) == 1
    # Once: nobody who is made to show their receipts betrays that they changed their mind.
    assert TAKES_PLACE not in text(voter.get(at(edition, "receipt/")))
    assert TAKES_PLACE not in voter.get(at(edition, "receipts.txt")).content.decode()
    voter.post(at(edition, "forget/"))
    assert not [one for name, one in voter.cookies.items() if "-budget-" in name and one.value]


def of(response):
    return set(re.findall(r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}", text(response)))


def test_of_two_people_who_share_a_device_each_finds_their_own(voter, edition):
    vote(voter, edition, **CHOSEN)
    change(voter, edition, **{f"c{CITY}": ["2"], f"skip-{LOCAL}": ["1"]})
    hers = of(voter.get(at(edition, "receipt/")))
    assert len(hers) == 2
    signed_in(voter, chloe())
    page = voter.get(at(edition))
    assert "You have voted" not in text(page)
    assert voter.get(at(edition, "receipts.txt")).status_code == 404
    told = fields(voter.post(at(edition), WHO | {"first_name": "Chloe"}, follow=True))
    told, _page = reread(voter, edition, carried=told, **CHOSEN)
    voter.post(at(edition, "cast/"), told)
    shown = voter.get(at(edition, "receipt/"))
    assert TAKES_PLACE not in text(shown)
    assert len(of(shown)) == 2
    assert of(shown).isdisjoint(hers)
    voter.post(at(edition, "forget/"))
    assert of(voter.get(at(edition, "receipt/"))) == set()
    signed_in(voter, alice())
    assert of(voter.get(at(edition, "receipt/"))) == hers


def test_who_is_signed_out_is_told_how_to_find_their_receipts(voter, edition):
    vote(voter, edition, **CHOSEN)
    voter.cookies.pop("sessionid")
    page = voter.get(at(edition, "receipt/"))
    assert of(page) == set()
    assert "sign in with the account you voted with" in text(page)
    assert "keeps no receipt" not in text(page)


def test_receipts_kept_before_they_were_marked_break_no_page(voter, edition):
    old = signing.dumps([[CITY, "ab" * 32, "A" * 20]], salt="parvis.budget.held")
    voter.cookies[f"receipts-budget-{edition.slug}-en"] = old
    assert of(voter.get(at(edition, "receipt/"))) == set()
    voter.logout()
    voter.cookies[f"receipts-budget-{edition.slug}-en"] = old
    assert len(of(voter.get(at(edition, "receipt/")))) == 1


def test_the_receipt_of_somebody_else_that_is_changed_here_stays_beside_ones_own(voter, edition):
    vote(voter, edition, **CHOSEN)
    mine = of(voter.get(at(edition, "receipt/")))
    elsewhere = signed_in(Client(), chloe())
    told = fields(elsewhere.post(at(edition), WHO | {"first_name": "Chloe"}, follow=True))
    told, _page = reread(elsewhere, edition, carried=told, **CHOSEN)
    elsewhere.post(at(edition, "cast/"), told)
    saved = elsewhere.get(at(edition, "receipts.txt")).content.decode()
    receipt = re.search(r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}", saved)[0]
    code = re.search(r"(?:[A-Z2-7]{4} ){4}[A-Z2-7]{4}", saved)[0]
    typed = {"area": CITY, "receipt": receipt, "code": code}
    carried = fields(voter.post(at(edition, "change/"), typed, follow=True))
    told, _page = reread(voter, edition, carried=carried, **{f"c{CITY}": ["2"]})
    assert voter.post(at(edition, "cast/"), told).status_code == 302
    assert of(voter.get(at(edition, "receipt/"))) > mine


def test_what_is_left_as_it_is_is_named_when_read_again(voter, edition):
    vote(voter, edition, **CHOSEN)
    page = text(change(voter, edition, **{f"c{CITY}": ["2"], f"skip-{LOCAL}": ["1"]}))
    assert re.search("Left as it is .*11.* stays in the box", page)


def test_what_is_not_voted_now_is_named_when_read_again(voter, edition):
    _told, page = reread(voter, edition, **{f"c{CITY}": ["1"], f"skip-{LOCAL}": ["1"]})
    assert re.search(
        "Not voted now .*11.* until the vote closes, unless you have voted", text(page)
    )


def test_receipts_are_saved_as_a_text_that_says_what_they_are_for(voter, edition):
    vote(voter, edition, **CHOSEN)
    shown = text(voter.get(at(edition, "receipt/")))
    saved = voter.get(at(edition, "receipts.txt"))
    assert saved["Content-Type"] == "text/plain; charset=utf-8"
    assert saved["Content-Disposition"] == f'attachment; filename="receipts-{edition.slug}.txt"'
    assert "no-store" in saved["Cache-Control"]
    told = saved.content.decode()
    receipts = re.findall(r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}", told)
    codes = re.findall(r"(?:[A-Z2-7]{4} ){4}[A-Z2-7]{4}", told)
    assert (len(receipts), len(codes)) == (2, 2)
    assert all(one in shown for one in [*receipts, *codes])
    assert "http://testserver/en/votes/receipt/" in told
    assert f"http://testserver{at(edition, 'change/')}" in told


def test_a_device_without_receipts_has_none_to_save(edition):
    answer = Client().get(at(edition, "receipts.txt"))
    assert answer.status_code == 404
    assert "keeps no receipt" in text(answer)
