"""Money adds up to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from parvis.kernel.money import Money

amounts = st.integers(-(10**12), 10**12)


@given(amounts, st.integers(1, 500))
def test_shares_add_up_and_differ_by_a_cent_at_most(cents, parts):
    shares = Money(cents).share(parts)
    assert sum(s.cents for s in shares) == cents
    assert max(shares).cents - min(shares).cents <= 1


@given(amounts, amounts)
def test_what_is_added_can_be_taken_back(a, b):
    assert Money(a) + Money(b) - Money(b) == Money(a)


def test_half_a_cent_rounds_away_from_zero():
    assert Money(1005).times(Decimal("0.1")) == Money(101)
    assert Money(-1005).times(Decimal("0.1")) == Money(-101)


def test_currencies_do_not_mix():
    with pytest.raises(ValueError, match="EUR and CHF"):
        Money(1) + Money(1, "CHF")


def test_money_is_not_shared_between_nobody():
    with pytest.raises(ValueError, match="at least one"):
        Money(1).share(0)
