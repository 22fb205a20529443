"""Whoever leaves the demonstration city reads of every row that stays why it does."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("browser")
def test_of_nobody_anything_stays_without_a_law(city):
    told = city.ask("tests.faults.leaving")
    assert {"Alice", "Bachir", "Chloé"} <= told.keys()
    # Only the last administrator has something to do before.
    assert [name for name, one in told.items() if one["refusal"]] == ["Ada"]
    assert {name: one["unexplained"] for name, one in told.items() if one["unexplained"]} == {}
    assert told["Alice"]["rows"] > 20
