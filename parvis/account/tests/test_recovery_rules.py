"""Which proofs are enough, and how long a day is."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from parvis.account.rules import recovery as rules
from parvis.account.rules.recovery import Proof
from parvis.kernel import clock


@given(st.lists(st.sampled_from(list(Proof))))
def test_two_proofs_of_different_kinds_are_enough(proofs):
    assert rules.is_enough(proofs) == (len(set(proofs)) >= 2)


def test_without_a_mailed_link_a_kept_code_is_never_the_first_proof():
    assert not rules.may_try(Proof.CODE, shown=[])
    assert rules.may_try(Proof.CODE, shown=[Proof.MAIL])
    assert rules.may_try(Proof.TEXT, shown=[])


@pytest.mark.parametrize(
    ("opened_at", "due_at"),
    [
        # The night of 25 October 2015 has 25 hours in Paris, that of 29 March 23.
        ("2015-10-24 14:00", "2015-10-25 13:00"),
        ("2015-03-28 14:00", "2015-03-29 15:00"),
        ("2015-06-25 14:00", "2015-06-26 14:00"),
    ],
)
def test_a_day_is_24_hours_when_the_clocks_change(opened_at, due_at):
    zone = clock.city_zone()
    start = dt.datetime.fromisoformat(opened_at).replace(tzinfo=zone)
    due = rules.due_at(start.astimezone(dt.UTC))
    assert due == dt.datetime.fromisoformat(due_at).replace(tzinfo=zone)
