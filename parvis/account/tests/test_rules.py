"""How long an unconfirmed sign-up waits."""

from __future__ import annotations

import datetime as dt

from parvis.account.rules import opening as rules


def test_a_link_is_good_for_three_days():
    noon = dt.datetime(2015, 6, 25, 12, tzinfo=dt.UTC)
    assert rules.forgotten_before(noon) == dt.datetime(2015, 6, 22, 12, tzinfo=dt.UTC)
