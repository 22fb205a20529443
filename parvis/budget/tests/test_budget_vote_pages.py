"""Voting through the pages, as a browser without scripts does: every step, every mistake."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from parvis.account.testing import alice, chloe, signed_in
from parvis.budget.queries.ballots import ref_of
from parvis.budget.testing import an_area
from parvis.budget.tests.polls import an_open_vote
from parvis.kernel import clock
from parvis.voting import public as voting

pytestmark = pytest.mark.django_db
WHO = {
    "first_name": "Alice",
    "family_name": "Martin",
    "birth_date": "1980-05-03",
    "arrondissement": "11",
    "tie": "residence",
    "declares": "on",
}
CITY, LOCAL = "75056", "75111"


@pytest.fixture
def edition():
    return an_open_vote()[0]


@pytest.fixture
def browser(edition):
    return signed_in(Client(), alice())


def at(edition, step=""):
    return f"/en/participatory-budget/editions/{edition.slug}/vote/{step}"


def text(response):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def fields(response):
    """Return what the last form of the page would send as it stands."""
    page = response.content.decode()
    form = page[page.rindex("<main") : page.index("</main>")]
    form = form[form.rindex("<form") :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        is_off = re.search(r'type="(radio|checkbox)"', tag) and " checked" not in tag
        if name and not is_off:
            found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    found.pop("csrfmiddlewaretoken", None)
    return found


def begin(browser, edition, **who):
    response = browser.post(at(edition), WHO | who)
    assert response.status_code == 200, text(response)
    return fields(response)


def reread(browser, edition, *, carried=None, status=200, **choices):
    """Fill in the ballot and read it again; return what the summary would send."""
    told = (carried or begin(browser, edition)) | choices
    response = browser.post(at(edition, "check/"), told)
    assert response.status_code == status, text(response)
    return fields(response), response


def vote(browser, edition, **choices):
    told, _summary = reread(browser, edition, **choices)
    return browser.post(at(edition, "cast/"), told)


def ticks(edition, person=None):
    person = person or alice()
    return voting.has_ticked(ref=ref_of(edition), person_id=person.id)


CHOSEN = {f"c{CITY}": ["1", "3"], f"c{LOCAL}-2": ["3"], f"c{LOCAL}-5": ["0"]}


def test_alice_votes_and_keeps_her_receipts(browser, edition):
    told, summary = reread(browser, edition, **CHOSEN)
    assert "Nothing is cast yet" in text(summary)
    assert "Projet 75056 1" in text(summary)
    assert "Favourite" in text(summary)
    assert ticks(edition) == frozenset()
    cast = browser.post(at(edition, "cast/"), told)
    assert (cast.status_code, cast.url) == (302, at(edition, "receipt/"))
    assert ticks(edition) == {CITY, LOCAL}
    shown = text(browser.get(cast.url))
    assert len(re.findall(r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}", shown)) == 2
    assert "no-store" in browser.get(cast.url)["Cache-Control"]


def test_receipts_stay_in_a_cookie_that_no_script_and_no_other_page_reads(browser, edition):
    vote(browser, edition, **CHOSEN)
    kept = [one for name, one in browser.cookies.items() if name.startswith("receipts-")]
    with translation.override("fr"):
        french = reverse("budget:vote", args=[edition.slug])
    assert [(one["path"], one["httponly"], one["samesite"]) for one in kept] == [
        (french, True, "Lax"),
        (at(edition), True, "Lax"),
    ]
    browser.post(at(edition, "forget/"))
    assert "keeps no receipt" in text(browser.get(at(edition, "receipt/")))


def test_a_confirm_sent_twice_counts_once_and_gives_the_same_receipts(browser, edition):
    told, _summary = reread(browser, edition, **CHOSEN)
    browser.post(at(edition, "cast/"), told)
    first = text(browser.get(at(edition, "receipt/")))
    again = browser.post(at(edition, "cast/"), told)
    assert again.status_code == 302
    assert text(browser.get(at(edition, "receipt/"))) == first
    assert voting.turnout(ref=ref_of(edition)).of(CITY) == 1


def test_the_second_of_two_tabs_is_told_so(browser, edition):
    first, _page = reread(browser, edition, **CHOSEN)
    second, _page = reread(browser, edition, **{f"c{CITY}": ["2"]})
    browser.post(at(edition, "cast/"), first)
    refused = browser.post(at(edition, "cast/"), second)
    assert refused.status_code == 409
    assert "Projet 75056 2" in text(refused)
    assert "Change my ballot" in text(refused)
    assert voting.turnout(ref=ref_of(edition)).of(CITY) == 1


def test_the_same_form_with_another_ballot_is_refused(browser, edition):
    told, _page = reread(browser, edition, **CHOSEN)
    browser.post(at(edition, "cast/"), told)
    refused = browser.post(at(edition, "cast/"), told | {f"c{CITY}": ["2"]})
    assert refused.status_code == 409
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
def test_a_mistake_has_its_sentence_and_nothing_chosen_is_lost(browser, edition, wrong, sentence):
    ballot = {f"c{LOCAL}-2": ["3"], f"c{CITY}": ["1"]} | wrong
    if wrong == {f"c{CITY}": ["1", "1"]}:
        told, _page = reread(browser, edition, **ballot)
        assert told[f"c{CITY}"] == ["1"]
        return
    told, page = reread(browser, edition, status=422, **ballot)
    assert sentence in text(page)
    assert 'role="alert"' in page.content.decode()
    assert told[f"c{LOCAL}-2"] == ["3"]
    assert ticks(edition) == frozenset()


def test_choices_are_mended_before_they_are_cast(browser, edition):
    told, _page = reread(browser, edition, **CHOSEN)
    back = fields(browser.post(at(edition, "ballot/"), told))
    assert {name: sorted(back[name]) for name in CHOSEN} == CHOSEN
    assert back["draw"] == told["draw"]


def test_the_order_is_drawn_and_its_number_is_shown(browser, edition):
    carried = begin(browser, edition)
    pages = [
        browser.post(at(edition, "ballot/"), carried | {"draw": draw}).content.decode()
        for draw in ("7", "7", "8", "9", "10")
    ]
    orders = [re.findall(rf'id="p{CITY}-(\d+)"', page) for page in pages]
    drawn = [one.id for one in voting.shuffled(ref=ref_of(edition), contest=CITY, draw=7)]
    assert orders[0] == orders[1] == drawn
    assert len({tuple(order) for order in orders}) > 1
    assert "draw no. 7" in pages[0]


def test_one_part_may_be_left_for_later(browser, edition):
    vote(browser, edition, **{f"c{CITY}": ["1"], f"skip-{LOCAL}": ["1"]})
    assert ticks(edition) == {CITY}
    vote(browser, edition, **{f"skip-{CITY}": ["1"], f"c{LOCAL}-1": ["2"]})
    assert ticks(edition) == {CITY, LOCAL}
    assert text(browser.get(at(edition, "receipt/"))).count("Change code") == 2


def test_a_blank_ballot_is_named_before_it_is_cast(browser, edition):
    _told, page = reread(browser, edition, **{f"c{LOCAL}-1": ["2"]})
    assert "Blank ballot" in text(page)


def test_one_choice_is_taken_back_without_a_script():
    area = an_area(11, ballot="choose_one", most_options=None)
    edition, _key = an_open_vote(areas=(area,))
    browser = signed_in(Client(), alice())
    told, _page = reread(browser, edition, **{f"c{LOCAL}": ["4"]})
    page = browser.post(at(edition, "ballot/"), told)
    assert "None of them" in text(page)
    assert f'type="radio" name="c{LOCAL}" value=""' in page.content.decode()
    _told, page = reread(browser, edition, carried=told, **{f"c{LOCAL}": [""]})
    assert "counted as blank" in text(page)


def test_a_session_that_ended_loses_nothing(browser, edition):
    told, _page = reread(browser, edition, **CHOSEN)
    browser.cookies.pop("sessionid", None)
    browser.logout()
    ended = browser.post(at(edition, "cast/"), told)
    assert ended.status_code == 302
    assert ended.url.startswith("/en/my-account/sign-in/?next=")
    assert ticks(edition) == frozenset()
    held = [one.value for name, one in browser.cookies.items() if name.startswith("ballot-")]
    assert held
    assert all("Projet" not in one and CITY not in one for one in held)
    signed_in(browser, alice())
    back = browser.get(at(edition, "resume/"))
    assert "Projet 75056 3" in text(back)
    cast = browser.post(at(edition, "cast/"), fields(back))
    assert cast.status_code == 302
    assert ticks(edition) == {CITY, LOCAL}


def test_somebody_else_who_signed_in_meanwhile_casts_nothing(browser, edition):
    told, _page = reread(browser, edition, **CHOSEN)
    signed_in(browser, chloe())
    refused = browser.post(at(edition, "cast/"), told)
    assert refused.status_code == 403
    assert "Somebody else is signed in" in text(refused)
    assert ticks(edition) == ticks(edition, chloe()) == frozenset()


def test_a_poll_that_closed_meanwhile(browser, edition, monkeypatch):
    told, _page = reread(browser, edition, **CHOSEN)
    later = voting.poll(ref=ref_of(edition), now=clock.now()).closes_at
    monkeypatch.setattr(clock, "now", lambda: later)
    refused = browser.post(at(edition, "cast/"), told)
    assert refused.status_code == 409
    assert "Projet 75056 1" in text(refused)
    assert ticks(edition) == frozenset()
    assert "The vote is over" in text(browser.get(at(edition)))


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
def test_who_one_is_has_to_be_said_whole(browser, edition, wrong, sentence):
    refused = browser.post(at(edition), WHO | wrong)
    assert refused.status_code == 422
    assert sentence in text(refused)


def test_a_page_that_is_none_of_ours_begins_again(browser, edition):
    refused = browser.post(at(edition, "check/"), {"voter": "forged", f"c{CITY}": "1"})
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


def test_alice_changes_her_mind_on_the_same_device(browser, edition):
    vote(browser, edition, **CHOSEN)
    before = text(browser.get(at(edition, "receipt/")))
    carried = fields(browser.post(at(edition, "change/"), {"kept": "1"}))
    told, _page = reread(
        browser, edition, carried=carried, **{f"c{CITY}": ["2"], f"c{LOCAL}-1": ["1"]}
    )
    changed = browser.post(at(edition, "cast/"), told)
    assert changed.status_code == 302
    assert text(browser.get(at(edition, "receipt/"))) != before
    assert voting.turnout(ref=ref_of(edition)).of(CITY) == 1
    # The second tab holds the old receipts.
    again, _page = reread(browser, edition, carried=carried, **{f"c{CITY}": ["3"]})
    refused = browser.post(at(edition, "cast/"), again)
    assert refused.status_code == 409


def test_alice_changes_her_mind_with_what_she_printed(browser, edition):
    vote(browser, edition, **CHOSEN)
    shown = text(browser.get(at(edition, "receipt/")))
    receipt = re.search(r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}", shown)[0]
    code = re.search(r"Change code ((?:[A-Z2-7]{4} ){4}[A-Z2-7]{4})", shown)[1]
    elsewhere = Client()
    typed = {"area": CITY, "receipt": receipt.upper(), "code": code.lower()}
    carried = fields(elsewhere.post(at(edition, "change/"), typed))
    told, _page = reread(elsewhere, edition, carried=carried, **{f"c{CITY}": ["2"]})
    assert elsewhere.post(at(edition, "cast/"), told).status_code == 302
    wrong = elsewhere.post(at(edition, "change/"), typed | {"receipt": "zz"})
    assert wrong.status_code == 422
    false = fields(elsewhere.post(at(edition, "change/"), typed | {"code": "A" * 20}))
    told, _page = reread(elsewhere, edition, carried=false, **{f"c{CITY}": ["2"]})
    assert elsewhere.post(at(edition, "cast/"), told).status_code == 403


KINDS = {
    "approval": ({}, {f"c{LOCAL}": ["1", "2"]}),
    "choose_one": ({"most_options": None}, {f"c{LOCAL}": ["4"]}),
    "knapsack": ({"most_options": None}, {f"c{LOCAL}": ["1", "3"]}),
    "points": ({"points": 10, "most_options": None}, {f"c{LOCAL}-1": ["7"], f"c{LOCAL}-2": ["3"]}),
    "ranking": ({"most_options": 3}, {f"c{LOCAL}-4": ["1"], f"c{LOCAL}-1": ["2"]}),
    "grades": (
        {"count_rule": "majority-judgment", "most_options": None},
        {f"c{LOCAL}-1": ["3"], f"c{LOCAL}-5": ["0"]},
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_ballot_is_filled_in_read_again_and_mended(kind):
    plan, ballot = KINDS[kind]
    edition, _key = an_open_vote(areas=(an_area(11, ballot=kind, **({"most_options": 2} | plan)),))
    browser = signed_in(Client(), alice())
    told, _page = reread(browser, edition, **ballot)
    assert {name: sorted(told[name]) for name in ballot} == ballot
    back = fields(browser.post(at(edition, "ballot/"), told))
    assert {name: sorted(back[name]) for name in ballot} == ballot
    assert browser.post(at(edition, "cast/"), told).status_code == 302
    assert ticks(edition) == {LOCAL}


@pytest.mark.parametrize(
    ("kind", "plan", "ballot"),
    [
        ("choose_one", {}, {f"c{LOCAL}": ["1", "2"]}),
        ("knapsack", {}, {f"c{LOCAL}": ["1", "2", "4"]}),
        ("points", {"points": 5}, {f"c{LOCAL}-1": ["6"]}),
        ("ranking", {"most_options": 2}, {f"c{LOCAL}-{n}": [str(n)] for n in (1, 2, 3)}),
        ("ranking", {"most_options": 3}, {f"c{LOCAL}-1": ["1"], f"c{LOCAL}-2": ["1"]}),
    ],
)
def test_each_kind_has_its_own_limits(kind, plan, ballot):
    area = an_area(11, ballot=kind, **({"most_options": None} | plan))
    edition, _key = an_open_vote(areas=(area,))
    browser = signed_in(Client(), alice())
    told, page = reread(browser, edition, status=422, **ballot)
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


def test_the_proof_of_a_vote_leads_to_its_ballot(browser, edition):
    page = browser.get(f"/en/votes/{ref_of(edition)}/").content.decode()
    assert f'href="{at(edition)}"' in page
