"""Casting and changing: all or nothing, once each, and the same again when it is sent again."""

from __future__ import annotations

import datetime as dt

import pytest

from parvis.kernel.errors import Forbidden, Refused
from parvis.voting.actions import casting
from parvis.voting.models import Envelope, Spent, Tick
from parvis.voting.queries import polls, roll
from parvis.voting.rules.ballots import Choice
from parvis.voting.testing import (
    AFTER,
    CITY,
    CLOSES,
    DISTRICT,
    NOON,
    OPENS,
    REF,
    a_poll,
    a_vote,
    an_elector,
    an_open_poll,
)

pytestmark = pytest.mark.django_db
BOTH = (
    Choice(contest=CITY, value=("p2", "p1")),
    Choice(contest=DISTRICT, value=(("p1", 3), ("p4", 0))),
)


@pytest.fixture
def poll():
    return an_open_poll()[0]


def a_form(contests=(CITY, DISTRICT), now=NOON):
    return casting.new_nonces(ref=REF, contests=contests, now=now)


def cast(name="Alice", choices=BOTH, token=None, now=NOON, **changes):
    return casting.cast(
        ref=REF,
        elector=an_elector(name, **changes),
        choices=choices,
        token=token or a_form(now=now),
        now=now,
    )


def in_the_box():
    return Tick.objects.count(), Envelope.objects.count(), Spent.objects.count()


def refused(act, code):
    before = in_the_box()
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert in_the_box() == before
    return refusal.value


def test_alice_votes_on_both_questions_at_once(poll):
    city, district = sorted(cast(), key=lambda one: one.contest != CITY)
    assert (city.contest, district.contest) == (CITY, DISTRICT)
    assert len(city.receipt) == 64
    assert len(city.change_code) == 20
    assert in_the_box() == (2, 2, 0)
    voter = an_elector("Alice")
    assert roll.has_ticked(ref=REF, identity=voter.identity) == {CITY, DISTRICT}
    [day] = set(Tick.objects.values_list("day", flat=True))
    assert day == dt.date(2015, 9, 12)


def test_the_same_page_sent_again_gets_the_same_receipts(poll):
    token = a_form()
    assert cast(token=token) == cast(token=token, choices=BOTH[::-1])
    assert in_the_box() == (2, 2, 0)


def test_the_same_page_with_another_choice_is_refused(poll):
    token = a_form()
    cast(token=token)
    other = (Choice(contest=CITY, value=("p3",)), BOTH[1])
    said = refused(lambda: cast(token=token, choices=other), "other_ballot_same_form")
    assert said.status == 409


def test_nobody_votes_twice_from_another_page(poll):
    cast()
    assert refused(cast, "already_voted").status == 409


def test_all_or_nothing_when_one_question_is_voted_already(poll):
    cast(choices=BOTH[:1])
    refused(cast, "already_voted")
    cast(choices=BOTH[1:])
    assert in_the_box() == (2, 2, 0)


def test_a_page_passed_on_makes_two_different_ballots(poll):
    """Chloé votes with the page Alice left open: neither is lost, and no receipt is there twice."""
    token = a_form()
    hers, other = cast(token=token), cast("Chloé", token=token)
    assert not {one.receipt for one in hers} & {one.receipt for one in other}
    assert in_the_box() == (4, 4, 0)


def test_who_may_not_vote_on_a_question_is_refused(poll):
    assert refused(lambda: cast(contests=(CITY,)), "not_eligible").status == 403
    refused(lambda: cast(identity=""), "not_eligible")


@pytest.mark.parametrize(
    ("contest", "value", "code"),
    [
        (CITY, ("p1", "p2", "p3", "p4"), "too_many_options"),
        (CITY, ("p9",), "unknown_option"),
        (CITY, ("p1", "p1"), "twice"),
        (DISTRICT, (("p1", 4),), "bad_grade"),
        (DISTRICT, (("p1", True),), "bad_grade"),
        (DISTRICT, ("p1",), "bad_grade"),
    ],
)
def test_what_is_no_ballot_is_refused(poll, contest, value, code):
    choice = Choice(contest=contest, value=value)
    assert refused(lambda: cast(choices=[choice]), code).status == 422
    asked = polls.poll(ref=REF, now=NOON).contest(contest)
    refused(lambda: casting.check(contest=asked, value=value), code)


def test_a_form_of_another_vote_or_none_is_refused(poll):
    refused(lambda: cast(token="made up"), "bad_form")
    refused(lambda: cast(token=a_form(contests=[CITY])), "bad_form")
    refused(lambda: cast(choices=()), "nothing_cast")
    refused(lambda: cast(choices=(BOTH[0], BOTH[0])), "nothing_cast")


def test_nobody_votes_before_the_opening_nor_from_the_closing_on(poll):
    token = a_form()
    early, late = OPENS - dt.timedelta(seconds=1), CLOSES
    assert refused(lambda: cast(token=token, now=early), "poll_not_open_yet").status == 409
    assert refused(lambda: cast(token=token, now=late), "poll_closed").status == 409
    refused(lambda: a_form(now=AFTER), "poll_closed")
    cast(token=token, now=CLOSES - dt.timedelta(seconds=1))


def test_nobody_votes_in_what_is_not_fixed():
    a_poll()
    refused(a_form, "poll_not_open_yet")


def change(held, choices, token=None, now=NOON):
    return casting.change(
        ref=REF, choices=choices, held=held, token=token or a_form(now=now), now=now
    )


def test_alice_changes_her_mind_and_the_register_does_not_change(poll):
    first = a_vote("Alice")
    held = [(first.receipt, first.change_code)]
    [second] = change(held, [Choice(contest=CITY, value=("p5",))])
    assert second.receipt != first.receipt
    assert in_the_box() == (1, 2, 1)
    [third] = change([(second.receipt, second.change_code)], [Choice(contest=CITY, value=())])
    assert in_the_box() == (1, 3, 2)
    assert len({first.receipt, second.receipt, third.receipt}) == 3


def test_in_two_windows_the_second_change_is_refused(poll):
    first = a_vote("Alice")
    held = [(first.receipt, first.change_code)]
    token, other = a_form(), a_form()
    choice = [Choice(contest=CITY, value=("p5",))]
    done = change(held, choice, token=token)
    assert refused(lambda: change(held, choice, token=other), "already_changed").status == 409
    assert change(held, choice, token=token) == done
    another = [Choice(contest=CITY, value=("p4",))]
    refused(lambda: change(held, another, token=token), "other_ballot_same_form")


def test_a_ballot_cannot_leave_one_question_and_enter_another(poll):
    first = a_vote("Alice")
    held = [(first.receipt, first.change_code)]
    elsewhere = [Choice(contest=DISTRICT, value=())]
    assert refused(lambda: change(held, elsewhere), "wrong_change_code").status == 403


def test_who_guesses_a_code_changes_nothing(poll):
    first = a_vote("Alice")
    choice = [Choice(contest=CITY, value=("p5",))]
    with pytest.raises(Forbidden):
        change([(first.receipt, "A" * 20)], choice)
    refused(lambda: change([], choice), "wrong_change_code")
    assert in_the_box() == (1, 1, 0)
