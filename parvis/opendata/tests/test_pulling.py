"""Sources that are asked, over real sockets: for what is new, politely, and without harm."""

from __future__ import annotations

import pytest
from django.db import connection

from parvis.kernel import clock
from parvis.kernel.errors import NotFound, Refused
from parvis.opendata import tasks
from parvis.opendata.actions import pulling, sealing
from parvis.opendata.models import DatasetVersion, LiveRow, LiveSeries, SourceDocument
from parvis.opendata.queries import live as asking, versions
from parvis.opendata.queries.engine import engine
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.parsing import parse_select
from parvis.opendata.testing import a_dataset
from parvis.opendata.tests.feeds_world import (
    NOON,
    PAST,
    STATIONS,
    Operator,
    minutes,
    open_stations,
    seconds,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ("127.0.0.1/32",)
    operator = Operator()
    yield operator
    operator.close()


@pytest.fixture
def stations(operator):
    open_stations(f"{operator.address}/gbfs.json")
    return operator


def pull(at=0):
    return pulling.pull(dataset_id=STATIONS, now=minutes(at))


def bikes(dataset_id=STATIONS):
    query = tree.Query(select=parse_select("station_id, num_vehicles_available AS n"), limit=100)
    rows = engine().rows(versions.current(dataset_id), query).rows
    return sorted(((row["station_id"], row["n"]) for row in rows), key=str)


def series(dataset_id=STATIONS):
    return LiveSeries.objects.get(dataset__dataset_id=dataset_id)


def status(at, dataset_id=STATIONS):
    return asking.status(dataset_id, now=minutes(at))


def test_stations_are_pulled_and_a_missing_count_is_null(stations):
    done = pull()
    assert done.error == ""
    assert done.recorded.changed == 2
    assert bikes() == [("a", 5), ("b", None)]
    assert stations.paths() == ["gbfs.json", "station_status.json", "station_information.json"]
    row = LiveRow.objects.get(series=series(), key='["a"]')
    assert row.observed_at == minutes(-1)
    assert status(0).heard_at == NOON


def test_a_source_that_did_not_change_writes_nothing_and_is_heard_all_the_same(stations):
    pull()
    before = series().revision, LiveRow.objects.count()
    stations.paths()
    done = pull(1)
    assert (done.recorded, done.error) == (None, "")
    assert (series().revision, LiveRow.objects.count()) == before
    assert status(1).heard_at == minutes(1)
    assert status(1, PAST).heard_at == minutes(1)
    assert stations.paths() == ["gbfs.json", "station_status.json"]


def test_the_same_last_updated_writes_nothing_even_without_tags(stations):
    stations.tags = False
    pull()
    before = series().revision
    stations.stations = {"b": (None, seconds(-2)), "a": (5, seconds(-1))}  # another order
    assert pull(1).recorded is None
    assert series().revision == before


def test_what_changed_is_seen_what_left_is_gone_and_the_history_keeps_it_all(stations):
    pull()
    stations.updated = seconds(1)
    stations.stations = {"a": (3, seconds(0.5)), "c": (9, seconds(0.5))}
    done = pull(1).recorded
    assert (done.changed, done.gone) == (2, 1)
    assert bikes() == [("a", 3), ("c", 9)]
    assert bikes(PAST) == [("a", 3), ("a", 5), ("b", None), ("c", 9)]


def test_a_source_without_moments_does_not_fill_the_history_with_the_same(stations):
    stations.stations = {"a": (5, 0)}
    pull()
    for minute in range(1, 4):
        stations.updated = seconds(minute)
        stations.stations = {"a": (5 if minute < 3 else 6, 0)}
        pull(minute)
    assert bikes(PAST) == [("a", 5), ("a", 6)]


def test_a_report_that_comes_late_does_not_turn_the_present_back(stations):
    pull()
    stations.updated = seconds(1)
    stations.stations = {"a": (1, seconds(-30)), "b": (7, seconds(0))}
    done = pull(1).recorded
    assert (done.changed, done.late) == (1, 1)
    assert bikes() == [("a", 5), ("b", 7)]
    assert bikes(PAST) == [("a", 1), ("a", 5), ("b", 7), ("b", None)]


def test_a_promise_to_stay_the_same_is_believed(stations):
    stations.ttl = 600
    pull()
    stations.paths()
    assert pull(9).recorded is None
    assert stations.paths() == ["gbfs.json"]
    stations.updated = seconds(10)
    assert pull(10).recorded.changed == 0
    assert stations.paths() == ["gbfs.json", "station_status.json", "station_information.json"]


def test_a_city_may_know_better_what_a_source_promises(operator):
    operator.ttl = 3600
    open_stations(f"{operator.address}/gbfs.json", options={"ttl": 0})
    pull()
    operator.updated, operator.stations = seconds(1), {"a": (4, seconds(1))}
    pull(1)
    assert bikes() == [("a", 4)]


@pytest.mark.parametrize(
    ("mood", "code", "sentence"),
    [
        ("html", 200, "This is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ("well", 503, "This address answers 503 instead of a file."),
        ("hang", 200, "This address takes too long to answer."),
        ("large", 200, "This file is too large."),
    ],
)
def test_what_goes_wrong_is_kept_and_shown_and_the_rows_stay(
    stations, settings, mood, code, sentence
):
    pull()
    settings.PARVIS_OPENDATA_PULL_SECONDS, settings.PARVIS_OPENDATA_PULL_BYTES = 1.0, 2_000_000
    before = series().revision
    stations.mood, stations.code = mood, code
    assert pull(1).error == sentence
    told = status(1)
    assert (told.error, told.failures, told.heard_at) == (sentence, 1, NOON)
    assert not told.is_stale
    assert status(6).is_stale
    assert status(6, PAST).is_stale
    assert series().revision == before
    assert bikes() == [("a", 5), ("b", None)]


def test_one_bad_value_keeps_the_whole_answer_out(stations):
    pull()
    stations.updated = seconds(1)
    stations.stations = {"a": (4, seconds(1)), "b": ("many", seconds(1))}
    assert pull(1).error == "num_vehicles_available: 'many' is not a number"
    assert bikes() == [("a", 5), ("b", None)]
    # It is looked at again once it is mended, although its moment is the same.
    stations.stations = {"a": (4, seconds(1)), "b": (8, seconds(1))}
    assert pull(2).error == ""
    assert bikes() == [("a", 4), ("b", 8)]
    assert status(2).failures == 0


def test_who_does_not_answer_is_asked_less_and_less_often(stations):
    stations.code = 500
    assert asking.due(NOON) == [STATIONS]
    pull(0)
    assert (asking.due(minutes(1.9)), asking.due(minutes(2))) == ([], [STATIONS])
    pull(2)
    assert (asking.due(minutes(5.9)), asking.due(minutes(6))) == ([], [STATIONS])
    for at in (6, 20, 60, 120):
        pull(at)
    assert (asking.due(minutes(179.9)), asking.due(minutes(180))) == ([], [STATIONS])
    stations.code = 200
    pull(180)
    assert asking.due(minutes(181)) == [STATIONS]


def test_a_source_in_a_private_network_is_not_asked(operator, settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ()
    open_stations(f"{operator.address}/gbfs.json")
    assert pull().error == "This address is in a private network."
    assert operator.paths() == []


def test_this_very_site_may_be_asked_wherever_it_is_and_only_it(operator, settings):
    settings.PARVIS_OPENDATA_PRIVATE_NETWORKS = ()
    settings.PARVIS_SITE_URL = operator.address.replace("127.0.0.1", "localhost")
    open_stations("/gbfs.json")
    assert pull().error == ""
    assert bikes() == [("a", 5), ("b", None)]
    other = Operator()
    try:
        operator.server.operator._gbfs = other._gbfs
        assert pull(1).error == "This address is in a private network."
        assert other.paths() == []
    finally:
        other.close()


def test_nobody_is_asked_where_rows_are_pushed(stations):
    LiveSeries.objects.filter(dataset__dataset_id=STATIONS).update(pull=None)
    with pytest.raises(Refused) as refusal:
        pull()
    assert refusal.value.code == "no_source"
    a_dataset("depenses")
    with pytest.raises(Refused) as refusal:
        pulling.pull(dataset_id="depenses", now=NOON)
    assert refusal.value.code == "not_live"
    with pytest.raises(NotFound):
        pulling.pull(dataset_id="nope", now=NOON)
    assert stations.paths() == []


def test_what_was_pulled_is_sealed_and_read_as_one_with_what_comes_after(stations):
    pull()
    assert sealing.seal(dataset_id=STATIONS, now=minutes(1)) == 2
    stations.updated, stations.stations = seconds(2), {"a": (2, seconds(2)), "b": (1, seconds(2))}
    pull(2)
    assert bikes() == [("a", 2), ("b", 1)]
    assert DatasetVersion.objects.filter(dataset__dataset_id=STATIONS).count() == 2


def test_each_due_source_gets_one_job_of_its_own(stations, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: minutes(1))
    tasks.pull_due(0)
    tasks.pull_due(0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, queueing_lock, args FROM procrastinate_jobs WHERE task_name = %s",
            ["opendata.pull"],
        )
        assert cursor.fetchall() == [
            ("opendata.pull", f"opendata.pull/{STATIONS}", '{"dataset_id": "velos"}')
        ]
    tasks.pull(dataset_id=STATIONS)
    assert bikes() == [("a", 5), ("b", None)]
    tasks.pull_due(0)
    assert stations.paths()


def test_documents_are_forgotten_with_their_fault(stations):
    pull()
    assert SourceDocument.objects.count() == 3
    stations.code = 500
    pull(1)
    assert SourceDocument.objects.count() == 0
