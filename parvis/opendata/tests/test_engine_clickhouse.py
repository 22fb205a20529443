"""A ClickHouse server over HTTP: what it is told, what its answers and errors become.

The server of these tests runs the queries it receives in chdb, which is ClickHouse without a
server: a cluster itself was not seen.
"""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage

from parvis.opendata.queries.engine import EngineFull, EngineTimeout, engine, files
from parvis.opendata.queries.engine.clickhouse_http import ClusterEngine, EngineAway, reader
from parvis.opendata.queries.engine.engines import ClickHouseEngine, DuckDBEngine
from parvis.opendata.queries.engine.shapes import VersionFile
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.odsql.parsing import parse_select, parse_where
from parvis.opendata.rules.odsql.tree import Query
from parvis.opendata.testing import MONDAY, a_version
from parvis.opendata.tests import clickhouse_server
from parvis.opendata.tests.conformance import SCHEMA, a_query, rounded, write_rows
from parvis.opendata.tests.test_conformance import IN_PARIS, ORDER, SELECT, WHERE

RANKS = Query(select=parse_select("_id"), limit=100)


@pytest.fixture(scope="module")
def server():
    with clickhouse_server.running() as running:
        yield running


@pytest.fixture
def seen(server):
    server[1].questions = 0
    yield server[1]
    server[2].clear()


@pytest.fixture
def cluster(server, seen, settings):
    """The engine as the settings of a city make it."""
    settings.PARVIS_OPENDATA_ENGINE = "clickhouse"
    settings.PARVIS_OPENDATA_CLICKHOUSE = (
        f"http://city:open%20sesame@127.0.0.1:{server[0]}/?database=default"
    )
    settings.PARVIS_OPENDATA_CLICKHOUSE_FILES = f"file:{settings.MEDIA_ROOT}"
    return engine()


@pytest.fixture
def ten(settings):
    """The ten nasty rows as a version."""
    name = files.parquet_name("ten", "0" * 64)
    folder = settings.MEDIA_ROOT / "opendata" / "ten"
    folder.mkdir(parents=True)
    write_rows(folder).rename(default_storage.path(name))
    return VersionFile(
        dataset_id="ten",
        number=1,
        sha256="0" * 64,
        file=name,
        index="",
        schema=SCHEMA,
        rows=10,
        file_size=0,
        published_at=MONDAY,
    )


def test_the_settings_name_the_server(cluster, settings):
    assert type(cluster) is ClusterEngine
    settings.PARVIS_OPENDATA_CLICKHOUSE = ""
    assert type(engine()) is ClickHouseEngine
    settings.PARVIS_OPENDATA_ENGINE = "duckdb"
    assert type(engine()) is DuckDBEngine
    settings.PARVIS_OPENDATA_ENGINE = "sqlite"
    with pytest.raises(ImproperlyConfigured, match="'sqlite', not one of duckdb, clickhouse"):
        engine()


def test_what_a_caller_typed_travels_beside_the_text(cluster, ten, seen):
    typed = """it's "a" \\ {p1:String} '; DROP TABLE x; --"""
    words = typed.replace("\\", "\\\\").replace('"', '\\"')
    query = a_query(where=f'name = "{words}" or n = 2', limit=5)
    assert [row["_id"] for row in cluster.rows(ten, query).rows] == [1, 2]
    assert "DROP" not in seen.form["query"]
    assert seen.form["param_p1"] == typed.replace("\\", "\\\\").replace("'", "\\'")
    assert seen.form["query"].startswith("SELECT ")
    assert f"file('{default_storage.path(ten.file)}', 'Parquet')" in seen.form["query"]


def test_the_server_is_told_who_asks_and_how_long_it_may_take(cluster, ten, seen, settings):
    settings.PARVIS_OPENDATA_SECONDS = 12.5
    cluster.rows(ten, RANKS)
    assert seen.headers["X-ClickHouse-User"] == "city"
    assert seen.headers["X-ClickHouse-Key"] == "open sesame"
    assert "Authorization" not in seen.headers
    assert seen.settings == {
        "database": "default",
        "default_format": "ArrowStream",
        "session_timezone": "UTC",
        "output_format_arrow_string_as_string": "1",
        "cancel_http_readonly_queries_on_client_close": "1",
        "max_execution_time": "12.5",
        "timeout_overflow_mode": "throw",
        "wait_end_of_query": "1",
    }


def test_filters_keep_the_rows_found_by_hand(cluster, ten):
    asked = [(where, "UTC", expected) for where, expected in [*WHERE.items()][::4]]
    asked += [(where, "Europe/Paris", expected) for where, expected in [*IN_PARIS.items()][::2]]
    for where, zone, expected in asked:
        query = a_query(where=where, timezone=zone, limit=100)
        assert [row["_id"] for row in cluster.rows(ten, query).rows] == expected, where
        assert cluster.count(ten, query) == len(expected), where


def test_values_and_orders_are_those_of_duckdb(cluster, ten):
    near = DuckDBEngine()
    for clauses, _expected in [*SELECT.values()][::2]:
        query = a_query(**clauses)
        assert rounded(cluster.rows(ten, query).rows) == rounded(near.rows(ten, query).rows)
    for order in [*ORDER][::3]:
        query = a_query(order_by=order, limit=4, offset=3)
        there, here = cluster.rows(ten, query), near.rows(ten, query)
        assert (there.rows, there.next) == (here.rows, here.next)


def test_groups_are_those_of_duckdb(cluster, ten):
    query = a_query(
        select="`group`, count(*) as c, sum(n) as s, avg(x) as a", group_by="`group`", limit=9
    )
    assert rounded(cluster.rows(ten, query).rows) == rounded(DuckDBEngine().rows(ten, query).rows)
    assert cluster.count(ten, query) == 4


def test_an_export_is_read_as_it_arrives(cluster, ten, seen):
    batches = cluster.batches(ten, Query(select=parse_select("name, n")))
    assert seen.questions == 1
    assert "wait_end_of_query" not in seen.settings
    rows = [row for batch in batches for row in batch.to_pylist()]
    near = DuckDBEngine().batches(ten, Query(select=parse_select("name, n")))
    assert rows == [row for batch in near for row in batch.to_pylist()]


def test_a_history_of_several_files_is_read_as_one(cluster, ten):
    part = type(ten.stored[0])(file=ten.file, index="")
    twice = VersionFile(
        **{name: getattr(ten, name) for name in _SIMPLE}, parts=(part,), rows=20, number=2
    )
    query = a_query(where="n = 2", limit=100)
    assert [row["_id"] for row in cluster.rows(twice, query).rows] == [1, 1, 2, 2]


_SIMPLE = ("dataset_id", "sha256", "file", "index", "schema", "file_size", "published_at")


# --- errors ---------------------------------------------------------------------------------------


def answer(code, text="", status=500):
    headers = {"X-ClickHouse-Exception-Code": str(code)} if code else {}
    return status, headers, text.encode()


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (answer(159, status=408), EngineTimeout),
        (answer(241), EngineFull),
        (answer(516, "Code: 516. DB::Exception: city: Authentication failed", 403), EngineAway),
        (answer(107, "Code: 107. DB::Exception: File doesn't exist", 404), EngineAway),
        (answer(0, "<html>a proxy's words</html>", 502), EngineAway),
        ((200, {}, b"not Arrow at all, but an error in the middle of an answer"), EngineAway),
        ((200, {"Content-Length": "90"}, b"\xff\xff\xff\xff"), EngineAway),
    ],
    ids=["too long", "too much", "password", "no file", "proxy", "error in the middle", "cut off"],
)
def test_what_the_server_refuses_is_refused_in_our_words(cluster, ten, server, given, refusal):
    server[2].append((given[0], {**given[1], "Connection": "close"}, given[2]))
    with pytest.raises(refusal) as told:
        cluster.rows(ten, RANKS)
    assert told.value.status == 503
    assert "DB::Exception" not in told.value.message
    assert len(cluster.rows(ten, RANKS).rows) == 10


def test_values_that_do_not_fit_are_a_fault_of_the_query(cluster, ten, server):
    words = "Code: 407. DB::Exception: overflow in /data/opendata/ten. (DECIMAL_OVERFLOW) (version)"
    server[2].append(answer(407, words))
    with pytest.raises(QueryError) as told:
        cluster.rows(ten, RANKS)
    assert told.value.message == "ODSQL query is malformed: DECIMAL_OVERFLOW."


def test_a_query_that_takes_too_long_is_stopped_by_the_server(cluster, ten, settings):
    settings.PARVIS_OPENDATA_SECONDS = 0.05
    with pytest.raises(EngineTimeout):
        cluster.fetch(_Endless())


class _Endless:
    sql = "SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) % 7 = 1"
    named: dict[str, str] = {}


def test_nobody_there_is_a_refusal(settings, ten):
    settings.PARVIS_OPENDATA_ENGINE = "clickhouse"
    settings.PARVIS_OPENDATA_CLICKHOUSE = "http://127.0.0.1:9"
    settings.PARVIS_OPENDATA_CLICKHOUSE_FILES = "s3:opendata"
    with pytest.raises(EngineAway) as told:
        engine().rows(ten, RANKS)
    assert (told.value.code, told.value.status) == ("engine_away", 503)


# --- what it cannot see ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_words_are_found_here_and_their_rows_there(cluster, seen):
    version = a_version()
    query = Query(select=parse_select("cle"), where=parse_where('"theatres"'), limit=9)
    assert [row["cle"] for row in cluster.rows(version, query).rows] == ["a", "c"]
    assert seen.questions == 1
    assert seen.form["param_p1"] == "[0,2]"


def test_more_ranks_than_a_form_takes_are_looked_up_here(cluster, ten, seen, monkeypatch):
    monkeypatch.setattr("parvis.opendata.queries.engine.clickhouse_http._MOST_RANKS", 1)
    where = "intersects(place, geom'POLYGON((2 48, 3 48, 3 49, 2 49, 2 48))')"
    query = a_query(where=where, limit=100)
    assert [row["_id"] for row in cluster.rows(ten, query).rows] == [0, 1, 2, 5, 9]
    assert cluster.count(ten, query) == 5
    assert sum(batch.num_rows for batch in cluster.batches(ten, query)) == 5
    assert seen.questions == 0


# --- where the files are --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("file:/data/", "file('/data/opendata/a/b.parquet', 'Parquet')"),
        ("url:http://files", "url('http://files/opendata/a/b.parquet', 'Parquet')"),
        ("s3:https://s3/bucket/x", "s3('https://s3/bucket/x/opendata/a/b.parquet', 'Parquet')"),
        ("s3:city", "s3(city, filename = 'opendata/a/b.parquet', format = 'Parquet')"),
    ],
)
def test_files_are_read_where_the_setting_says(place, expected):
    assert reader(place)("opendata/a/b.parquet").sql("clickhouse") == expected


@pytest.mark.parametrize("place", ["", "file:relative", "ftp:x", "s3:", "url:/x", "s3:a b"])
def test_a_place_that_is_none_is_refused(place):
    with pytest.raises(ImproperlyConfigured, match="PARVIS_OPENDATA_CLICKHOUSE_FILES"):
        reader(place)
