"""Rows that arrive one by one: seen at once, sealed later, none lost on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from parvis.kernel.errors import NotFound, Refused
from parvis.opendata.actions import live, publishing, sealing
from parvis.opendata.models import DatasetVersion, LiveRow, LiveSeries
from parvis.opendata.queries import auditing, diffs, live as asking, tails, versions
from parvis.opendata.queries.engine import after, engine, read_cursor
from parvis.opendata.rules.live import BadValue
from parvis.opendata.rules.odsql import tree
from parvis.opendata.testing import a_version
from parvis.opendata.tests.live_world import (
    FIELDS,
    NOON,
    PAST,
    STATION,
    STATIONS,
    bikes,
    minutes,
    report,
    rows,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open():
    live.open_series(description=STATION, now=NOON, ttl=dt.timedelta(minutes=5), history=True)


def say(*observations, at=0.0, **more):
    return live.record(dataset_id=STATIONS, observations=observations, now=minutes(at), **more)


def test_a_series_is_open_before_anything_was_heard():
    assert versions.current(STATIONS).rows == 0
    assert rows() == []
    assert versions.current(PAST).rows == 0


def test_what_is_recorded_is_read_at_once_and_counted():
    done = say(report("b", 3), report("a", None))
    assert (done.changed, done.unchanged, done.late, done.gone) == (2, 0, 0, 0)
    assert bikes() == {"b": 3, "a": None}
    assert versions.current(STATIONS).rows == 2
    assert versions.current(STATIONS).number == 1
    # The second of two reports in one batch counts; a station that says the same changes nothing.
    done = say(report("b", 4, 1), report("b", 5, 2), report("a", None, 2), at=2)
    assert (done.changed, done.unchanged) == (1, 1)
    assert bikes() == {"b": 5, "a": None}


def test_a_sealed_version_holds_what_was_seen_and_goes_on():
    say(report("b", 3), report("a", 1))
    assert sealing.seal(dataset_id=STATIONS, now=minutes(1)) == 2
    assert list(bikes()) == ["a", "b"]
    say(report("a", 7, 2), report("c", 0, 2), at=2)
    assert bikes() == {"b": 3, "a": 7, "c": 0}
    current = versions.current(STATIONS)
    assert (current.rows, current.tail.hides, current.tail.rows) == (3, 1, 2)
    sealed = versions.numbered(STATIONS, 2)
    assert (sealed.rows, sealed.tail) == (2, None)
    assert versions.as_of(STATIONS, minutes(1)).number == 2
    # What is live differs from what was sealed as two versions do.
    found = diffs.diff(sealed, current)
    assert (found.added, found.removed, found.changed) == (1, 0, 1)
    assert found.changed_rows[0].after["bikes"] == 7


def test_every_question_sees_both_as_one():
    say(report("a", 1, place={"lon": 2.35, "lat": 48.85}), report("b", 2))
    sealing.seal(dataset_id=STATIONS, now=minutes(1))
    say(report("c", 4, 2, place={"lon": 2.36, "lat": 48.86}, name="Hôtel de Ville"), at=2)
    say(report("b", 9, 3, name="Jardin"), at=3)
    assert bikes(where="search('hotel')") == {"c": 4}
    assert bikes(where='"place a"') == {"a": 1}
    assert bikes(where="search('jardin')") == {"b": 9}
    # What a row said before is found no longer.
    assert bikes(where='"place b"') == {}
    square = "geom'POLYGON((2.3 48.8, 2.4 48.8, 2.4 48.9, 2.3 48.9, 2.3 48.8))'"
    assert bikes(where=f"within(place, {square})") == {"a": 1, "c": 4}
    assert bikes(where="bikes > 1", order_by="bikes desc") == {"b": 9, "c": 4}
    assert rows(select="sum(bikes) as s, count(*) as n") == [{"s": 14, "n": 3}]
    assert [row["code"] for row in rows(limit=2, offset=1)] == ["c", "b"]


def test_clickhouse_sees_the_same(settings):
    say(report("a", 1), report("b", 2))
    sealing.seal(dataset_id=STATIONS, now=minutes(1))
    say(report("b", 3, 2), report("c", 4, 2), at=2, gone=[{"code": "a"}])
    settings.PARVIS_OPENDATA_ENGINE = "clickhouse"
    assert bikes(order_by="code") == {"b": 3, "c": 4}
    assert rows(PAST, select="sum(bikes) as s", where="code = 'b'") == [{"s": 5}]


def test_who_is_gone_is_seen_no_longer_and_may_come_back():
    say(report("a", 1), report("b", 2))
    sealing.seal(dataset_id=STATIONS, now=minutes(1))
    assert say(report("b", 2, 2), at=2, whole=True).gone == 1
    assert bikes() == {"b": 2}
    assert say(at=3, gone=[{"code": "b"}, {"code": "nobody"}]).gone == 1
    assert bikes() == {}
    sealing.seal(dataset_id=STATIONS, now=minutes(4))
    assert versions.numbered(STATIONS, 3).rows == 0
    say(report("a", 6, 5), at=5)
    assert bikes() == {"a": 6}
    # The history forgets nobody.
    assert sorted((row["code"], row["bikes"]) for row in rows(PAST)) == [
        ("a", 1),
        ("a", 6),
        ("b", 2),
        ("b", 2),
    ]


def test_a_late_report_is_kept_in_the_history_only():
    say(report("a", 5, 10), at=10)
    done = say(report("a", 3, 8), at=11)
    assert (done.changed, done.late) == (0, 1)
    assert bikes() == {"a": 5}
    assert [row["bikes"] for row in rows(PAST, order_by="observed_at")] == [3, 5]


def test_a_batch_with_one_bad_value_writes_nothing():
    say(report("a", 1))
    for bad, field in (
        (report("b", "many"), "bikes"),
        (report("b", 1.5), "bikes"),
        (report("b", bikes=True), "bikes"),
        (report("", 1), "code"),
        (report(None, 1), "code"),
        (report("b", 1, place={"lon": 200, "lat": 1}), "place"),
        (report("b", 1, place=[2, 48]), "place"),
        (report("b", 1, due="yesterday"), "due"),
        (report("b", 1, due="2026-03-02T10:00:00"), "due"),
    ):
        with pytest.raises(BadValue) as refusal:
            say(report("c", 2, 1), bad, at=1)
        assert refusal.value.field == field
    assert bikes() == {"a": 1}
    assert len(rows(PAST)) == 1
    assert LiveSeries.objects.get(dataset__dataset_id=STATIONS).revision == 1


def test_who_is_not_live_is_told_so():
    a_version()
    with pytest.raises(Refused) as refusal:
        live.record(dataset_id="budget-vote", observations=[report("a", 1)], now=NOON)
    assert refusal.value.code == "not_live"
    with pytest.raises(NotFound) as missing:
        live.record(dataset_id="nothing", observations=[report("a", 1)], now=NOON)
    assert missing.value.code == "no_dataset"


def test_a_history_grows_in_files_that_stay():
    expected = []
    for hour in range(8):
        said = [report(code, hour, hour * 60 + place) for place, code in enumerate("abc")]
        say(*said, at=hour * 60 + 2)
        expected += [(code, hour) for code in "abc"]
        sealing.seal(dataset_id=PAST, now=minutes(hour * 60 + 3))
        seen = [(row["code"], row["bikes"]) for row in rows(PAST)]
        assert seen == expected, hour
        ranks = [row["_id"] for row in rows(PAST, select="_id")]
        assert ranks == list(range(len(expected)))
    current = DatasetVersion.objects.filter(dataset__dataset_id=PAST).latest("number")
    assert current.rows == 24
    # Files are few: a row is written again when those after it have grown as many.
    assert 1 + len(current.parts) <= 4
    assert current.profile["rows"] == 24
    assert {one.holds for one in auditing.verify(PAST)} == {True}
    publishing.sweep()
    assert {one.holds for one in auditing.verify(PAST)} == {True}
    # A page in the middle, told by its ranks, crosses from file to file.
    assert [row["bikes"] for row in rows(PAST, limit=4, offset=19)] == [6, 6, 7, 7]
    old = versions.numbered(PAST, 5)
    assert old.rows == 12


def test_a_history_is_corrected_after_it_was_sealed():
    say(report("a", 1, 1), report("b", 1, 1), at=1)
    say(report("a", 2, 2), at=2)
    sealing.seal(dataset_id=PAST, now=minutes(3))
    LiveRow.objects.all().delete()
    say(report("a", 9, 1), at=4)
    assert [row["bikes"] for row in rows(PAST, order_by="observed_at, code")] == [9, 1, 2]
    assert versions.current(PAST).rows == 3
    sealing.seal(dataset_id=PAST, now=minutes(5))
    assert [row["bikes"] for row in rows(PAST, order_by="observed_at, code")] == [9, 1, 2]
    assert versions.current(PAST).tail is None


def test_who_walks_on_loses_nothing_that_was_there_and_nothing_twice():
    say(*[report(f"{n:03}", n) for n in range(40)])
    sealing.seal(dataset_id=STATIONS, now=minutes(1))
    sealing.seal(dataset_id=PAST, now=minutes(1))
    say(*[report(f"{n:03}", n, 2) for n in range(40, 60)], at=2)
    query = tree.Query(limit=13)
    seen, cursor = [], ""
    for turn in range(20):
        version = (
            versions.continued(PAST, read_cursor(cursor).version)
            if cursor
            else versions.current(PAST)
        )
        page = engine().rows(version, after(query, cursor) if cursor else query)
        seen += [row["bikes"] for row in page.rows]
        cursor = page.next
        if not cursor:
            break
        if turn == 1:
            say(report("100", 100, 3), at=3)
            sealing.seal(dataset_id=PAST, now=minutes(4))
            say(report("101", 101, 5), at=5)
    assert seen == [*range(60), 100, 101]


def test_silence_is_stale_after_what_was_promised():
    status = asking.status(STATIONS, now=NOON)
    assert (status.heard_at, status.is_stale) == (None, True)
    say(report("a", 1))
    assert not asking.status(STATIONS, now=minutes(5)).is_stale
    assert asking.status(STATIONS, now=minutes(5.1)).is_stale
    live.heard(dataset_id=STATIONS, now=minutes(6), error="no answer")
    live.heard(dataset_id=STATIONS, now=minutes(7), error="no answer")
    status = asking.status(STATIONS, now=minutes(7))
    assert (status.is_stale, status.error, status.failures) == (True, "no answer", 2)
    live.heard(dataset_id=STATIONS, now=minutes(8))
    status = asking.status(STATIONS, now=minutes(8))
    assert (status.is_stale, status.error, status.failures) == (False, "", 0)
    # The first rows are sealed at once, those that follow once an hour.
    assert asking.due_for_sealing(minutes(8)) == [STATIONS, PAST]
    sealing.seal(dataset_id=STATIONS, now=minutes(8))
    sealing.seal(dataset_id=PAST, now=minutes(8))
    say(report("a", 2, 9), at=9)
    assert asking.due_for_sealing(minutes(67.9)) == []
    assert asking.due_for_sealing(minutes(68)) == [STATIONS, PAST]


def test_a_source_that_fails_is_asked_less_and_less_often():
    pull = {"kind": "json", "url": "https://example.org/feed.json", "every": 60}
    live.open_series(description=STATION, now=NOON, pull=pull)
    assert asking.due(NOON) == [STATIONS]
    live.heard(dataset_id=STATIONS, now=NOON)
    assert asking.due(minutes(0.9)) == []
    assert asking.due(minutes(1)) == [STATIONS]
    for failure in range(1, 9):
        live.heard(dataset_id=STATIONS, now=NOON, error="no answer")
        wait = min(2**failure, 60)
        assert asking.due(minutes(wait - 0.1)) == []
        assert asking.due(minutes(wait)) == [STATIONS]


def test_new_fields_are_there_from_the_next_row_on():
    say(report("a", 1))
    wider = replace(STATION, fields=[*FIELDS, {"name": "ebikes", "type": "int"}])
    live.open_series(description=wider, now=minutes(1), history=True)
    assert rows(select="code, ebikes") == [{"code": "a", "ebikes": None}]
    say(report("a", 1, 2, ebikes=3), at=2)
    assert rows(select="code, ebikes") == [{"code": "a", "ebikes": 3}]
    sealing.seal(dataset_id=PAST, now=minutes(3))
    assert rows(PAST, select="bikes, ebikes", order_by="observed_at") == [
        {"bikes": 1, "ebikes": None},
        {"bikes": 1, "ebikes": 3},
    ]


def test_new_fields_keep_the_history_that_only_files_hold():
    say(report("a", 1))
    sealing.seal(dataset_id=PAST, now=minutes(1))
    say(report("a", 2, 2), at=2)
    LiveRow.objects.filter(series__dataset__dataset_id=PAST, revision=1).delete()
    other = [one for one in FIELDS if one["name"] != "name"]
    wider = replace(STATION, fields=[*other, {"name": "ebikes", "type": "int"}])
    live.open_series(description=wider, now=minutes(3), history=True)
    say(report("a", 3, 4, ebikes=1), at=4)
    assert rows(PAST, select="bikes, ebikes", order_by="observed_at") == [
        {"bikes": 1, "ebikes": None},
        {"bikes": 2, "ebikes": None},
        {"bikes": 3, "ebikes": 1},
    ]
    assert [one["name"] for one in versions.current(PAST).schema.to_json()] == [
        "observed_at",
        "code",
        "bikes",
        "place",
        "due",
        "ebikes",
    ]
    # The version of before still has its own columns.
    assert versions.numbered(PAST, 2).schema.get("name") is not None
    sealing.seal(dataset_id=PAST, now=minutes(5))
    assert [row["_id"] for row in rows(PAST, select="_id")] == [0, 1, 2]


def test_no_file_replaces_rows_that_arrive_one_by_one():
    say(report("a", 1))
    with pytest.raises(Refused) as refusal:
        a_version(dataset_id=STATIONS)
    assert refusal.value.code == "is_live"
    assert bikes() == {"a": 1}
    assert versions.current(STATIONS).number == 1


def test_old_rows_and_tails_are_forgotten_when_nobody_needs_them():
    say(report("a", 1))
    say(report("a", 2, 1), at=1, gone=[])
    assert len(rows(PAST)) == 2
    sealing.seal(dataset_id=PAST, now=minutes(2))
    assert LiveRow.objects.filter(series__dataset__dataset_id=PAST).count() == 2
    say(report("b", 2, 180), at=180)
    sealing.seal(dataset_id=PAST, now=minutes(181))
    assert LiveRow.objects.filter(series__dataset__dataset_id=PAST).count() == 1
    assert LiveRow.objects.filter(series__dataset__dataset_id=STATIONS).count() == 2
    assert len(rows(PAST)) == 3
    assert tails.forget_old_tails() == 0
