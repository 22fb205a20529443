"""How often something was done: one row, one step, a window that ends by itself."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from parvis.kernel import pace
from parvis.kernel.models import Count

NOW = dt.datetime(2015, 6, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.django_db
def test_a_window_ends_by_itself_and_what_comes_after_begins_at_one():
    assert [pace.count("door", lasts=MINUTE, now=NOW) for _time in range(3)] == [1, 2, 3]
    later = NOW + dt.timedelta(seconds=59)
    assert pace.count("door", lasts=MINUTE, now=later) == 4
    assert pace.counted(["door", "window"], now=later) == {"door": 4}
    assert pace.counted(["door"], now=NOW + MINUTE) == {}
    assert pace.count("door", lasts=MINUTE, now=NOW + MINUTE) == 1


@pytest.mark.django_db
def test_what_was_well_done_is_taken_back_and_never_below_nothing():
    pace.count("door", lasts=MINUTE, now=NOW)
    pace.take_back("door")
    pace.take_back("door")
    pace.take_back("nobody")
    assert Count.objects.get().number == 0
    pace.count("door", lasts=MINUTE, now=NOW)
    pace.begin_again("door")
    assert pace.count("door", lasts=MINUTE, now=NOW) == 1


@pytest.mark.django_db
def test_nothing_is_counted_while_another_count_is_full():
    def ask(most):
        return pace.count_unless("door", full={"hall": most, "roof": 1}, lasts=MINUTE, now=NOW)

    assert ask(2) == (1, {})
    pace.count("hall", lasts=MINUTE, now=NOW)
    assert ask(2) == (2, {"hall": 1})
    pace.count("hall", lasts=MINUTE, now=NOW)
    assert ask(2) == (None, {"hall": 2})
    assert ask(3) == (3, {"hall": 2})
    later = NOW + MINUTE
    assert pace.count_unless("door", full={"hall": 2}, lasts=MINUTE, now=later) == (1, {})
    assert pace.count_unless("door", full={}, lasts=MINUTE, now=later) == (2, {})


@pytest.mark.django_db
def test_counts_whose_window_is_over_are_forgotten():
    pace.count("door", lasts=MINUTE, now=NOW)
    pace.count("gate", lasts=2 * MINUTE, now=NOW)
    assert pace.forget_past(now=NOW + MINUTE) == 1
    assert Count.objects.get().key == "gate"


@pytest.mark.django_db(transaction=True)
def test_who_counts_at_the_same_instant_is_counted_once_each():
    def one(_rank):
        try:
            return pace.count("door", lasts=MINUTE, now=NOW)
        finally:
            connection.close()

    def one_unless(_rank):
        try:
            return pace.count_unless("gate", full={"hall": 1}, lasts=MINUTE, now=NOW)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        assert sorted(people.map(one, range(32))) == list(range(1, 33))
        assert sorted(people.map(one_unless, range(32))) == list(range(1, 33))
