"""Many who report at once, somebody who seals meanwhile, and readers who must not miss a row."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from parvis.kernel.testing import at_once
from parvis.opendata.actions import live, sealing
from parvis.opendata.models import LiveSeries
from parvis.opendata.queries import versions
from parvis.opendata.tests.live_world import NOON, PAST, STATION, STATIONS, bikes, minutes, report

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS, REPORTS = 16, 3


@pytest.fixture(autouse=True)
def _open():
    live.open_series(description=STATION, now=NOON, ttl=dt.timedelta(minutes=5), history=True)


def reporter(code):
    def act():
        for turn in range(REPORTS):
            live.record(
                dataset_id=STATIONS,
                observations=[report(code, turn, turn)],
                now=minutes(turn),
            )

    return act


def sealer(dataset_id):
    def act():
        for turn in range(4):
            sealing.seal(dataset_id=dataset_id, now=minutes(turn))

    return act


def watcher():
    return [versions.current(PAST).rows for _turn in range(12)]


def test_nothing_is_lost_between_many_who_report_and_who_seals():
    codes = [f"{n:02}" for n in range(CALLERS)]
    acts = [*map(reporter, codes), sealer(STATIONS), sealer(PAST), sealer(PAST), watcher]
    *_others, seen = at_once(acts)
    # What was seen once is seen ever after.
    assert seen == sorted(seen)
    assert bikes() == dict.fromkeys(codes, REPORTS - 1)
    assert versions.current(PAST).rows == CALLERS * REPORTS
    series = LiveSeries.objects.get(dataset__dataset_id=PAST)
    assert series.revision == CALLERS * REPORTS
    sealing.seal(dataset_id=PAST, now=minutes(9))
    assert versions.current(PAST).tail is None
    assert versions.current(PAST).rows == CALLERS * REPORTS


def test_without_the_lock_two_batches_would_take_one_revision(monkeypatch):
    """The guard off: proof that the race is real."""
    waiting = threading.Barrier(2)

    def unlocked(dataset_id):
        series = LiveSeries.objects.get(dataset__dataset_id=dataset_id)
        waiting.wait(timeout=30)
        return series

    monkeypatch.setattr(live, "_locked", unlocked)
    monkeypatch.setattr(live, "_history", lambda _dataset_id: None)
    act = [
        lambda code=code: live.record(dataset_id=STATIONS, observations=[report(code, 1)], now=NOON)
        for code in "ab"
    ]
    at_once(act)
    assert LiveSeries.objects.get(dataset__dataset_id=STATIONS).revision == 1
