"""What the engine refuses: other files, other statements, too long, too much; and many at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pyarrow as pa
import pytest

from parvis.opendata.queries.engine import EngineFull, EngineTimeout, duck, engine, files
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.odsql.parsing import parse_select, parse_where
from parvis.opendata.rules.odsql.tree import Query
from parvis.opendata.testing import a_version

ENDLESS = "SELECT count(*) FROM range(100000000000) AS a(n) WHERE n % 7 = 1"
# A million and a half digests take more than the test allows.
SORTED = """SELECT n FROM (SELECT md5(CAST(n AS VARCHAR)) AS m, n FROM range(1500000) AS a(n))
    ORDER BY m DESC OFFSET 1499999"""
GATHERED = "SELECT list(md5(CAST(n AS VARCHAR))) FROM range(1500000) AS a(n)"
ALL = Query(limit=100)


@pytest.fixture
def version(db):
    return a_version()


@pytest.fixture
def secret(tmp_path):
    """A file beside the folder of the versions."""
    path = tmp_path / "files" / "secret.csv"
    path.write_text("a;b\n1;2\n")
    return path


def test_a_query_reads_no_file_but_the_versions(version, secret):
    for asked in (
        "SELECT * FROM read_csv('SECRET')",
        "SELECT * FROM read_text('SECRET')",
        "SELECT * FROM read_blob('FOLDER/opendata/../secret.csv')",
        "SELECT * FROM glob('FOLDER/*')",
        "SELECT * FROM 'SECRET'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/proc/self/environ')",
        "SELECT * FROM read_parquet('https://localhost/a.parquet')",
    ):
        named = asked.replace("SECRET", str(secret)).replace("FOLDER", str(secret.parent))
        with pytest.raises(QueryError) as told:
            duck.fetch(named, [])
        assert type(told.value.__cause__) is duckdb.PermissionException
        assert "secret" not in told.value.message
    assert len(engine().rows(version, ALL).rows) == 6


def test_nothing_but_one_select_is_run(version):
    folder = files.folders()[0]
    before = sorted(folder.rglob("*"))
    for asked in (
        f"ATTACH '{folder}/other.duckdb'",
        f"COPY (SELECT 1) TO '{folder}/out.csv'",
        "INSTALL spatial",
        "LOAD httpfs",
        "CREATE TABLE t AS SELECT 1",
        "SET threads = 64",
        "SELECT 1; DROP TABLE t",
        "",
    ):
        with pytest.raises(ValueError, match="only a SELECT"):
            duck.fetch(asked, [])
    assert sorted(folder.rglob("*")) == before


def test_the_database_itself_is_locked(version):
    """Were anything but a SELECT run, it would still reach no other file and change no setting."""
    engine().rows(version, ALL)
    with duck._open[-1].connection.cursor() as bare:
        for asked in (
            "SET enable_external_access = true",
            "SET allowed_directories = ['/']",
            "SET lock_configuration = false",
            "RESET memory_limit",
        ):
            with pytest.raises(duckdb.InvalidInputException, match="locked"):
                bare.execute(asked)
        for asked in (
            "ATTACH '/tmp/x.duckdb'",
            "COPY (SELECT 1) TO '/tmp/x.csv'",
            "INSTALL spatial",
        ):
            with pytest.raises(duckdb.PermissionException):
                bare.execute(asked)


def test_every_cursor_is_set_up_alike(version):
    """A plain SET holds in the session it is said in, and each query has one of its own."""
    engine().rows(version, ALL)
    asked = "SELECT name, value FROM duckdb_settings() WHERE name IN ($1, $2, $3) ORDER BY name"
    names = ["enable_external_access", "late_materialization_max_rows", "parquet_metadata_cache"]
    assert duck.fetch(asked, names) == list(zip(names, ("false", "0", "true"), strict=True))


def test_hostile_words_are_only_words(version):
    for words in ("'; DROP TABLE x; --", "read_csv('/etc/passwd')", '"}) OR texts:(', "*"):
        for where in (f"libelle = {quoted(words)}", f"search({quoted(words)})", quoted(words)):
            query = Query(where=parse_where(where), limit=5)
            assert engine().rows(version, query).rows in (
                [],
                engine().rows(version, Query(limit=5)).rows,
            )
    name = "cle\" FROM read_csv('/etc/passwd') --"
    query = Query(select=parse_select(f"`{name}`"), limit=5)
    with pytest.raises(QueryError, match="Unknown field"):
        engine().rows(version, query)


def quoted(words):
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_a_query_that_takes_too_long_is_stopped_and_others_go_on(version, settings):
    settings.PARVIS_OPENDATA_SECONDS = 1.0
    with ThreadPoolExecutor(1) as pool:
        endless = pool.submit(duck.fetch, ENDLESS, [])
        answered = 0
        while not endless.done():
            answered += len(engine().rows(version, ALL).rows) == 6
        with pytest.raises(EngineTimeout) as refusal:
            endless.result()
    assert answered > 0
    assert (refusal.value.code, refusal.value.status) == ("query_too_long", 503)


def test_a_stream_is_bounded_piece_by_piece_and_ends_when_its_reader_goes(version, settings):
    settings.PARVIS_OPENDATA_SECONDS = 1.0
    with pytest.raises(EngineTimeout):
        list(duck.stream(ENDLESS, [], 1_000))
    pieces = duck.stream("SELECT n FROM range(100000000000) AS a(n)", [], 1_000)
    assert next(pieces).num_rows == 1_000
    assert next(pieces).num_rows == 1_000
    pieces.close()
    assert list(pieces) == []
    assert len(engine().rows(version, ALL).rows) == 6


def test_a_stream_checks_its_query_before_it_begins(version):
    with pytest.raises(QueryError):
        engine().batches(version, Query(select=parse_select("inconnu")))
    batches = engine().batches(version, Query(select=parse_select("cle")), size=4)
    assert pa.Table.from_batches(batches).column(0).to_pylist() == list("abcdef")


def test_a_query_that_needs_too_much_memory_sorts_on_disk_or_is_refused(version, settings):
    settings.PARVIS_OPENDATA_MEMORY = "40MB"
    ((last,),) = duck.fetch(SORTED, [])
    assert isinstance(last, int)
    with pytest.raises(EngineFull) as refusal:
        duck.fetch(GATHERED, [])
    assert (refusal.value.code, refusal.value.status) == ("query_too_large", 503)


def test_numbers_too_large_are_the_faults_of_the_query(version):
    for asked in (
        "SELECT 9223372036854775807 + 1::BIGINT",
        "SELECT 'x'::INTEGER",
        "SELECT nothing",
    ):
        with pytest.raises(QueryError, match="ODSQL query is malformed"):
            duck.fetch(asked, [])


def test_thirty_two_readers_at_once_are_answered_right(version):
    gate = threading.Barrier(32)

    def read(number):
        gate.wait(timeout=60)
        year = 2024 + number % 2
        query = Query(where=parse_where(f"exercice = {year}"), select=parse_select("cle"), limit=9)
        return [
            "".join(row["cle"] for row in engine().rows(version, query).rows) for _n in range(5)
        ]

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(read, range(32)))
    assert answers == [["abc"] * 5 if n % 2 == 0 else ["def"] * 5 for n in range(32)]


def test_many_ranks_travel_as_one_text(version):
    assert duck.fetch(
        "SELECT count(*) FROM unnest(CAST($1 AS BIGINT[]))", [list(range(5_000))]
    ) == [(5_000,)]
