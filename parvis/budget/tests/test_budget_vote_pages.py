"""Voting through the pages, as a browser without scripts does: every step, every mistake."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from parvis.account.testing import alice, chloe, signed_in
from parvis.budget.queries.ballots import ref_of
from parvis.budget.testing import an_area
from parvis.budget.tests.ballot_pages import (
    CHOSEN,
    CITY,
    KINDS,
    LOCAL,
    WHO,
    at,
    begin,
    fields,
    reread,
    text,
    ticks,
    vote,
)
from parvis.budget.tests.polls import an_open_vote
from parvis.kernel import clock
from parvis.voting import public as voting

pytestmark = pytest.mark.django_db


def test_alice_votes_and_keeps_her_receipts(voter, edition):
    told, summary = reread(voter, edition, **CHOSEN)
    assert "Nothing is cast yet" in text(summary)
    assert "Projet 75056 1" in text(summary)
    assert "Favourite" in text(summary)
    assert ticks(edition) == frozenset()
    cast = voter.post(at(edition, "cast/"), told)
    assert (cast.status_code, cast.url) == (302, at(edition, "receipt/"))
    assert ticks(edition) == {CITY, LOCAL}
    shown = text(voter.get(cast.url))
    assert len(re.findall(r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}", shown)) == 2
    assert "no-store" in voter.get(cast.url)["Cache-Control"]


def test_a_birth_that_is_vouched_for_is_told_in_words(voter, edition, monkeypatch):
    class Vouched:
        given_name, family_name, birthdate = "Alice", "Martin", "1980-05-03"

    monkeypatch.setattr("parvis.budget.views.ballots.civil_identity", lambda _id: Vouched)
    assert "Born on 3 May 1980" in text(voter.get(at(edition)))


def test_a_confirm_sent_twice_counts_once_and_gives_the_same_receipts(voter, edition):
    told, _summary = reread(voter, edition, **CHOSEN)
    voter.post(at(edition, "cast/"), told)
    first = text(voter.get(at(edition, "receipt/")))
    again = voter.post(at(edition, "cast/"), told)
    assert again.status_code == 302
    assert text(voter.get(at(edition, "receipt/"))) == first
    assert voting.turnout(ref=ref_of(edition)).of(CITY) == 1


def test_the_second_of_two_tabs_is_told_so(voter, edition):
    first, _page = reread(voter, edition, **CHOSEN)
    second, _page = reread(voter, edition, **{f"c{CITY}": ["2"]})
    voter.post(at(edition, "cast/"), first)
    refused = voter.post(at(edition, "cast/"), second)
    assert refused.status_code == 409
    assert "Projet 75056 2" in text(refused)
    assert "Change my ballot" in text(refused)
    assert voting.turnout(ref=ref_of(edition)).of(CITY) == 1


def test_the_same_form_with_another_ballot_is_refused(voter, edition):
    told, _page = reread(voter, edition, **CHOSEN)
    voter.post(at(edition, "cast/"), told)
    held = text(voter.get(at(edition, "receipt/")))
    refused = voter.post(at(edition, "cast/"), told | {f"c{CITY}": ["2"]})
    assert refused.status_code == 409
    assert "sent already with another choice" in text(refused)
    assert text(voter.get(at(edition, "receipt/"))) == held
    assert voting.turnout(ref=ref_of(edition)).of(CITY) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({f"c{CITY}": ["1", "2", "3"]}, "projects"),
        ({f"c{CITY}": ["99"]}, "project"),
        ({f"c{CITY}": ["1", "1"]}, ""),
        ({f"c{LOCAL}-1": ["7"]}, "grade"),
        ({f"c{LOCAL}-1": ["best"]}, "Write whole numbers"),
        ({f"skip-{CITY}": ["1"], f"skip-{LOCAL}": ["1"]}, "keep one at least"),
    ],
)
def test_a_mistake_has_its_sentence_and_nothing_chosen_is_lost(voter, edition, wrong, sentence):
    ballot = {f"c{LOCAL}-2": ["3"], f"c{CITY}": ["1"]} | wrong
    if wrong == {f"c{CITY}": ["1", "1"]}:
        told, _page = reread(voter, edition, **ballot)
        assert told[f"c{CITY}"] == ["1"]
        return
    told, page = reread(voter, edition, status=422, **ballot)
    assert sentence in text(page)
    assert " autofocus" in page.content.decode()
    assert told[f"c{LOCAL}-2"] == ["3"]
    assert ticks(edition) == frozenset()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({f"c{CITY}": ["1", "2", "3"]}, "You have chosen more than this ballot allows."),
        ({f"c{CITY}": ["99"]}, "One of the choices is not on this ballot."),
        ({f"c{LOCAL}-1": ["7"]}, "One of the grades or numbers does not exist."),
    ],
)
def test_a_ballot_that_is_none_is_refused_at_the_confirm_too(voter, edition, changed, sentence):
    told, _page = reread(voter, edition, **CHOSEN)
    refused = voter.post(at(edition, "cast/"), told | changed)
    assert refused.status_code == 422
    assert sentence in text(refused)
    assert ticks(edition) == frozenset()
    assert voting.turnout(ref=ref_of(edition)).of(CITY) == 0
    # Its form is not spent by that.
    assert voter.post(at(edition, "cast/"), told).status_code == 302
    assert ticks(edition) == {CITY, LOCAL}


def test_choices_are_mended_before_they_are_cast(voter, edition):
    told, _page = reread(voter, edition, **CHOSEN)
    back = fields(voter.post(at(edition, "ballot/"), told, follow=True))
    assert {name: sorted(back[name]) for name in CHOSEN} == CHOSEN
    assert back["draw"] == told["draw"]


def test_the_order_is_drawn_and_its_number_is_shown(voter, edition):
    carried = begin(voter, edition)
    pages = [
        voter.post(at(edition, "ballot/"), carried | {"draw": draw}, follow=True).content.decode()
        for draw in ("7", "7", "8", "9", "10")
    ]
    orders = [re.findall(rf'id="p{CITY}-(\d+)"', page) for page in pages]
    drawn = [one.id for one in voting.shuffled(ref=ref_of(edition), contest=CITY, draw=7)]
    assert orders[0] == orders[1] == drawn
    assert len({tuple(order) for order in orders}) > 1
    assert "draw no. 7" in pages[0]


def test_one_part_may_be_left_for_later(voter, edition):
    vote(voter, edition, **{f"c{CITY}": ["1"], f"skip-{LOCAL}": ["1"]})
    assert ticks(edition) == {CITY}
    vote(voter, edition, **{f"skip-{CITY}": ["1"], f"c{LOCAL}-1": ["2"]})
    assert ticks(edition) == {CITY, LOCAL}
    assert text(voter.get(at(edition, "receipt/"))).count("Change code") == 2


def test_a_blank_ballot_is_named_before_it_is_cast(voter, edition):
    _told, page = reread(voter, edition, **{f"c{LOCAL}-1": ["2"]})
    assert "Blank ballot" in text(page)


def test_one_choice_is_taken_back_without_a_script():
    area = an_area(11, ballot="choose_one", most_options=None)
    edition, _key = an_open_vote(areas=(area,))
    voter = signed_in(Client(), alice())
    told, _page = reread(voter, edition, **{f"c{LOCAL}": ["4"]})
    page = voter.post(at(edition, "ballot/"), told, follow=True)
    assert "None of them" in text(page)
    assert f'type="radio" name="c{LOCAL}" value=""' in page.content.decode()
    _told, page = reread(voter, edition, carried=told, **{f"c{LOCAL}": [""]})
    assert "counted as blank" in text(page)


def test_somebody_else_who_signed_in_meanwhile_casts_nothing(voter, edition):
    told, _page = reread(voter, edition, **CHOSEN)
    signed_in(voter, chloe())
    refused = voter.post(at(edition, "cast/"), told)
    assert refused.status_code == 403
    assert "Somebody else is signed in" in text(refused)
    assert ticks(edition) == ticks(edition, chloe()) == frozenset()


def test_a_poll_that_closed_meanwhile(voter, edition, monkeypatch):
    told, _page = reread(voter, edition, **CHOSEN)
    later = voting.poll(ref=ref_of(edition), now=clock.now()).closes_at
    monkeypatch.setattr(clock, "now", lambda: later)
    refused = voter.post(at(edition, "cast/"), told)
    assert refused.status_code == 409
    assert "Projet 75056 1" in text(refused)
    assert ticks(edition) == frozenset()
    shut = text(voter.get(at(edition)))
    assert "The vote is over" in shut
    assert "Ballot to print" not in shut


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first_name": ""}, "required"),
        ({"first_name": "123"}, "with letters"),
        ({"birth_date": "1980-13-45"}, "valid date"),
        ({"birth_date": "1780-01-01"}, "cannot be the date"),
        ({"arrondissement": ""}, "required"),
        ({"arrondissement": "99"}, "valid choice"),
        ({"tie": "money"}, "valid choice"),
        ({"declares": ""}, "Declare on your honour"),
    ],
)
def test_who_one_is_has_to_be_said_whole(voter, edition, wrong, sentence):
    refused = voter.post(at(edition), WHO | wrong)
    assert refused.status_code == 422
    assert sentence in text(refused)


def test_a_page_that_is_none_of_ours_begins_again(voter, edition):
    refused = voter.post(at(edition, "check/"), {"voter": "forged", f"c{CITY}": "1"})
    assert refused.status_code == 403
    assert "begin again" in text(refused)


def test_the_youngest_are_told_from_what_age():
    areas = (an_area(most_options=2, envelope_cents=1_000_000_00, vote_age=7),)
    edition, _key = an_open_vote(areas=(*areas, an_area(11, vote_age=7)))
    refused = signed_in(Client(), alice()).post(at(edition), WHO | {"birth_date": "2024-01-01"})
    assert refused.status_code == 422
    assert "too young" in text(refused)


def test_a_signed_out_visitor_is_asked_to_sign_in(edition):
    page = Client().get(at(edition))
    assert page.status_code == 200
    assert "Sign in and vote" in text(page)
    assert "first_name" not in page.content.decode()


def test_alice_changes_her_mind_on_the_same_device(voter, edition):
    vote(voter, edition, **CHOSEN)
    before = text(voter.get(at(edition, "receipt/")))
    carried = fields(voter.post(at(edition, "change/"), {"kept": "1"}, follow=True))
    told, _page = reread(
        voter, edition, carried=carried, **{f"c{CITY}": ["2"], f"c{LOCAL}-1": ["1"]}
    )
    changed = voter.post(at(edition, "cast/"), told)
    assert changed.status_code == 302
    assert text(voter.get(at(edition, "receipt/"))) != before
    assert voting.turnout(ref=ref_of(edition)).of(CITY) == 1
    # The second tab holds the old receipts.
    again, _page = reread(voter, edition, carried=carried, **{f"c{CITY}": ["3"]})
    refused = voter.post(at(edition, "cast/"), again)
    assert refused.status_code == 409


def test_alice_changes_her_mind_with_what_she_printed(voter, edition):
    vote(voter, edition, **CHOSEN)
    shown = text(voter.get(at(edition, "receipt/")))
    receipt = re.search(r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}", shown)[0]
    code = re.search(r"Change code ((?:[A-Z2-7]{4} ){4}[A-Z2-7]{4})", shown)[1]
    elsewhere = Client()
    typed = {"area": CITY, "receipt": receipt.upper(), "code": code.lower()}
    carried = fields(elsewhere.post(at(edition, "change/"), typed, follow=True))
    told, _page = reread(elsewhere, edition, carried=carried, **{f"c{CITY}": ["2"]})
    assert elsewhere.post(at(edition, "cast/"), told).status_code == 302
    wrong = elsewhere.post(at(edition, "change/"), typed | {"receipt": "zz"})
    assert wrong.status_code == 422
    false = fields(elsewhere.post(at(edition, "change/"), typed | {"code": "A" * 20}, follow=True))
    told, _page = reread(elsewhere, edition, carried=false, **{f"c{CITY}": ["2"]})
    assert elsewhere.post(at(edition, "cast/"), told).status_code == 403


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_ballot_is_filled_in_read_again_and_mended(kind):
    plan, ballot = KINDS[kind]
    edition, _key = an_open_vote(areas=(an_area(11, ballot=kind, **({"most_options": 2} | plan)),))
    voter = signed_in(Client(), alice())
    told, _page = reread(voter, edition, **ballot)
    assert {name: sorted(told[name]) for name in ballot} == ballot
    back = fields(voter.post(at(edition, "ballot/"), told, follow=True))
    assert {name: sorted(back[name]) for name in ballot} == ballot
    assert voter.post(at(edition, "cast/"), told).status_code == 302
    assert ticks(edition) == {LOCAL}


@pytest.mark.parametrize(
    ("kind", "plan", "ballot"),
    [
        ("choose_one", {}, {f"c{LOCAL}": ["1", "2"]}),
        ("knapsack", {}, {f"c{LOCAL}": ["1", "2", "4"]}),
        ("points", {"points": 5}, {f"c{LOCAL}-1": ["6"]}),
        ("points", {"points": 5}, {f"c{LOCAL}-1": ["9" * 5000]}),
        ("ranking", {"most_options": 2}, {f"c{LOCAL}-{n}": [str(n)] for n in (1, 2, 3)}),
        ("ranking", {"most_options": 3}, {f"c{LOCAL}-1": ["1"], f"c{LOCAL}-2": ["1"]}),
    ],
)
def test_each_kind_has_its_own_limits(kind, plan, ballot):
    area = an_area(11, ballot=kind, **({"most_options": None} | plan))
    edition, _key = an_open_vote(areas=(area,))
    voter = signed_in(Client(), alice())
    told, page = reread(voter, edition, status=422, **ballot)
    assert 'data-tone="urgent"' in page.content.decode()
    assert ("Together €630,000, of €400,000 at most." in text(page)) == (kind == "knapsack")
    if kind != "choose_one":
        assert all(sorted(told[name]) == ballot[name] for name in ballot)
    assert ticks(edition) == frozenset()


def test_the_paper_ballot_has_every_project_by_its_number(edition):
    page = Client().get(at(edition, f"paper/{LOCAL}/"))
    assert page.status_code == 200
    numbers = re.findall(r'<tr><td class="r">(\d+)</td>', page.content.decode())
    assert numbers == ["1", "2", "3", "4", "5"]
    assert page.content.decode().count('class="tick"') == 20


def test_there_is_no_vote_before_it_is_fixed(db):
    assert Client().get("/en/participatory-budget/editions/2031/vote/").status_code == 404


def test_the_proof_of_a_vote_leads_to_its_ballot(voter, edition):
    page = voter.get(f"/en/votes/{ref_of(edition)}/").content.decode()
    assert f'href="{at(edition)}"' in page
