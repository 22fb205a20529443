"""Going back and forth between the steps of a vote: the ballot waits, for its voter alone."""

from __future__ import annotations

import pytest

from parvis.account.testing import alice, chloe, signed_in
from parvis.budget.tests.ballot_pages import (
    CHOSEN,
    CITY,
    LOCAL,
    at,
    begin,
    fields,
    reread,
    text,
    ticks,
    vote,
)

pytestmark = pytest.mark.django_db


def test_a_session_that_ended_loses_nothing(voter, edition):
    told, _page = reread(voter, edition, **CHOSEN)
    voter.cookies.pop("sessionid", None)
    voter.logout()
    ended = voter.post(at(edition, "cast/"), told)
    assert ended.status_code == 302
    assert ended.url.startswith("/en/my-account/sign-in/?next=")
    assert ticks(edition) == frozenset()
    held = [one.value for name, one in voter.cookies.items() if name.startswith("ballot-")]
    assert held
    assert all("Projet" not in one and CITY not in one for one in held)
    signed_in(voter, alice())
    back = voter.get(ended.url.partition("?next=")[2])
    assert "Projet 75056 3" in text(back)
    cast = voter.post(at(edition, "cast/"), fields(back))
    assert cast.status_code == 302
    assert ticks(edition) == {CITY, LOCAL}


def test_one_goes_back_and_forth_between_the_steps_and_loses_nothing(voter, edition):
    told, page = reread(voter, edition, **CHOSEN)
    assert page.redirect_chain == [(at(edition, "check/"), 302)]
    back = voter.get(at(edition, "ballot/"))
    assert "no-store" in back["Cache-Control"]
    assert {name: sorted(fields(back)[name]) for name in CHOSEN} == CHOSEN
    forth = voter.get(at(edition, "check/"))
    assert "Projet 75056 1" in text(forth)
    assert voter.post(at(edition, "cast/"), fields(forth)).status_code == 302
    assert ticks(edition) == {CITY, LOCAL}
    assert told["draw"] == fields(back)["draw"]


def test_the_page_of_what_is_to_be_mended_has_an_address_too(voter, edition):
    wrong = {f"c{CITY}": ["1", "2", "3"], f"c{LOCAL}-2": ["3"]}
    _told, page = reread(voter, edition, status=422, **wrong)
    assert page.redirect_chain == [(at(edition, "ballot/?mending"), 302)]
    assert "Something has to be mended" in text(voter.get(at(edition, "ballot/?mending")))
    assert "Something has to be mended" not in text(voter.get(at(edition, "ballot/")))
    assert voter.get(at(edition, "check/")).status_code == 422


@pytest.mark.parametrize("step", ["ballot/", "check/"])
def test_a_ballot_on_its_way_shows_to_its_voter_alone(voter, edition, step):
    reread(voter, edition, **CHOSEN)
    voter.cookies.pop("sessionid")
    signed_out = voter.get(at(edition, step))
    assert signed_out.status_code == 302
    assert signed_out.url.startswith("/en/my-account/sign-in/?next=")
    other = signed_in(voter, chloe()).get(at(edition, step), follow=True)
    assert other.redirect_chain == [(at(edition), 302)]
    assert "Somebody else is signed in" in text(other)
    assert "Projet" not in text(other)


def test_a_page_of_a_ballot_that_was_cast_says_so(voter, edition):
    vote(voter, edition, **CHOSEN)
    for step in ("ballot/", "check/"):
        stale = voter.get(at(edition, step), follow=True)
        assert stale.redirect_chain == [(at(edition), 302)]
        assert "No ballot of yours waits here any more" in text(stale)
        assert "You have voted" in text(stale)
    assert not any(one.value for name, one in voter.cookies.items() if name.startswith("ballot-"))


def test_a_change_that_is_under_way_is_only_for_who_began_it(voter, edition):
    vote(voter, edition, **CHOSEN)
    voter.post(at(edition, "change/"), {"kept": "1"})
    assert "My new ballot" in text(voter.get(at(edition, "ballot/")))
    other = signed_in(voter, chloe()).get(at(edition, "ballot/"), follow=True)
    assert "My new ballot" not in text(other)


def test_a_ballot_too_large_for_a_device_is_shown_at_once(voter, edition, monkeypatch):
    kept, _page = reread(voter, edition, **{f"c{CITY}": ["2"]})
    monkeypatch.setattr("parvis.budget.views.carrying._LARGEST", 10)
    shown = voter.post(at(edition, "check/"), kept | {f"c{CITY}": ["1"]})
    assert shown.status_code == 200
    assert "Projet 75056 1" in text(shown)
    # What it kept of an earlier step would be another ballot than the one that was sent.
    assert voter.get(at(edition, "check/")).status_code == 302


def test_a_ballot_waits_through_a_change_of_the_secret_of_the_city(voter, edition, settings):
    reread(voter, edition, **CHOSEN)
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [former]
    assert "Projet 75056 1" in text(voter.get(at(edition, "check/")))


def test_who_begins_again_finds_what_was_filled_in(voter, edition):
    assert "Your ballot waits" not in text(voter.get(at(edition)))
    told, _page = reread(voter, edition, **CHOSEN)
    assert "Go on with my ballot" in text(voter.get(at(edition)))
    again = begin(voter, edition, first_name="Alicia")
    assert {name: sorted(again[name]) for name in CHOSEN} == CHOSEN
    assert (again["draw"], again["voter"] != told["voter"]) == (told["draw"], True)


def test_a_change_that_was_left_is_no_ballot_that_was_begun(voter, edition):
    vote(voter, edition, **CHOSEN)
    voter.post(at(edition, "change/"), {"kept": "1"})
    assert "Your ballot waits" not in text(voter.get(at(edition)))
    assert "held" not in begin(voter, edition, arrondissement="11")
