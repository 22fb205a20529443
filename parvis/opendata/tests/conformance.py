"""Ten nasty rows that two engines read, for the tests that compare their answers.

They hold nulls, accents, ties, both days when the clocks change,
lists, points, zeros to divide by, numbers at the edge of 64 bits. ClickHouse is chdb, reading the
same file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from chdb.session import Session
from sqlglot import exp

from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.odsql import compiling, parsing, tree

SCHEMA = Schema(
    (
        Field(name="name", type=FieldType.TEXT),
        Field(name="tags", type=FieldType.TEXT, annotations={"multivalued": (",",)}),
        Field(name="n", type=FieldType.INT),
        Field(name="x", type=FieldType.DOUBLE),
        Field(name="open", type=FieldType.BOOLEAN),
        Field(name="date", type=FieldType.DATE),
        Field(name="at", type=FieldType.DATETIME),
        Field(name="place", type=FieldType.GEO_POINT),
        Field(name="area", type=FieldType.GEO_SHAPE),
        Field(name="note", type=FieldType.TEXT),
        Field(name="group", type=FieldType.TEXT),
    )
)
BIG = 9_223_372_036_854_775_807
SQUARE = '{"type":"Polygon","coordinates":[[[2,48],[3,48],[3,49],[2,49],[2,48]]]}'
_AT = [
    "2024-03-31T00:30:00",  # 01:30 in Paris, half an hour before spring forward
    "2024-03-31T01:30:00",  # 03:30, half an hour after
    "2024-10-27T00:30:00",  # 02:30, the first time
    "2024-10-27T01:30:00",  # 02:30, the second time
    None,
    "1969-12-31T23:59:59.999999",
    "2024-02-29T12:00:00",
    "2024-12-29T23:30:00",  # already the 30th in Paris
    "2024-12-30T10:00:00",
    "2024-06-01T00:00:00",
]
_DATE = [
    "2020-01-15", "2020-11-03", "2020-11-30", "2021-02-28", None,
    "1969-12-31", "2024-02-29", "2024-12-30", "2024-12-31", "2020-01-15",
]  # fmt: skip
_PLACE = [
    (2.3522, 48.8566), (2.2945, 48.8584), (2.3499, 48.853), None, (-4.4861, 48.3904),
    (2.3522, 48.8566), (0.0, 0.0), (179.9, -16.5), (-179.9, -16.5), (2.5, 48.5),
]  # fmt: skip
ROWS: dict[str, list[Any]] = {
    "_id": list(range(10)),
    "_record_id": [f"{rank:040x}" for rank in range(10)],
    "name": [
        "École Élémentaire", "école du parc", "Marché", "marché aux fleurs", None,
        "É", "a_b%c'\"\\ d\n.*", "Paris", "paris", "Paris",
    ],
    "tags": [
        ["sport", "culture"], ["culture"], None, ["fleurs", "sport", "sport"], [],
        ["É"], ["a,b"], ["sport"], None, ["culture", "sport"],
    ],
    "n": [1, 2, 2, None, 0, 10, -5, 2**53 + 1, BIG, 10],
    "x": [0.5, 1.5, None, 2.5, 0.0, -1.5, 1e10, 0.1, 0.2, 0.3],
    "open": [True, False, None, True, True, False, None, True, False, True],
    "date": [day and dt.date.fromisoformat(day) for day in _DATE],
    "at": [at and dt.datetime.fromisoformat(at) for at in _AT],
    "place.lon": [place and place[0] for place in _PLACE],
    "place.lat": [place and place[1] for place in _PLACE],
    "area": [SQUARE, None, *[None] * 8],
    "area.west": [2.0, None, *[None] * 8],
    "area.south": [48.0, None, *[None] * 8],
    "area.east": [3.0, None, *[None] * 8],
    "area.north": [49.0, None, *[None] * 8],
    "note": ['{"a": [1, null]}', "not json", None, "NaN", "12", '"x"', "[]", "{", "", "true"],
    "group": ["A", "A", "B", "B", None, "A", None, "B", "C", "C"],
}  # fmt: skip
_TYPES = {
    "_id": pa.int64(), "tags": pa.list_(pa.string()), "n": pa.int64(), "x": pa.float64(),
    "open": pa.bool_(), "date": pa.date32(), "at": pa.timestamp("us"),
}  # fmt: skip
NOW = dt.datetime(2024, 10, 27, 12, 34, 55, 450_500, tzinfo=dt.UTC)

Ask = Callable[..., list[list[Any]]]
DIALECTS: tuple[compiling.DialectName, ...] = ("duckdb", "clickhouse")


def _type(column: str) -> pa.DataType:
    return pa.float64() if "." in column else _TYPES.get(column, pa.string())


@contextmanager
def both_engines(folder: Path) -> Iterator[Ask]:
    """Yield what asks both engines, sees that they agree, and returns their rows as the API shows
    them. The ten rows are written in this folder."""
    path = write_rows(folder)
    with duckdb.connect() as connection, Session() as session:

        def ask(**clauses: Any) -> list[list[Any]]:
            found = clauses.pop("found", {})
            query = a_query(**clauses)
            first, second = (compiled(query, name, path, found) for name in DIALECTS)
            duck = connection.execute(first.sql, first.parameters).to_arrow_table()
            click = session.query(second.sql, "ArrowTable", params=second.named)
            answers = [as_shown(duck, first, query), as_shown(click, second, query)]
            assert rounded(answers[0]) == rounded(answers[1])
            return answers[0]

        yield ask


def write_rows(folder: Path) -> Path:
    """The ten rows in a file."""
    path = folder / "rows.parquet"
    columns = {name: pa.array(values, _type(name)) for name, values in ROWS.items()}
    pq.write_table(pa.table(columns), path, compression="zstd", row_group_size=4)
    return path


def count(
    query: tree.Query, connection: duckdb.DuckDBPyConnection, session: Session, path: Path
) -> int:
    """How many rows or groups both engines count."""
    first, second = (
        compiling.compile_count(query, SCHEMA, dialect=name, source=source(name, path), found={})
        for name in DIALECTS
    )
    [(counted,)] = connection.execute(first.sql, first.parameters).fetchall()
    other = str(session.query(second.sql, "TSV", params=second.named)).strip()
    assert other == str(counted)
    return int(counted)


def compiled(
    query: tree.Query, dialect: compiling.DialectName, path: Path, found: Any
) -> compiling.Compiled:
    """The query for an engine that reads this file."""
    return compiling.compile_query(
        query, SCHEMA, dialect=dialect, source=source(dialect, path), found=found
    )


def source(dialect: str, path: Path) -> exp.Expr:
    """What stands in FROM."""
    name = exp.Literal.string(str(path))
    if dialect == "duckdb":
        return exp.func("read_parquet", name)
    return exp.Anonymous(this="file", expressions=[name, exp.to_identifier("Parquet")])


def a_query(**clauses: Any) -> tree.Query:
    """A query from the texts of its clauses; it selects the ranks of the rows unless told more."""
    select = clauses.get("select", "" if "group_by" in clauses else "_id")
    return tree.Query(
        select=parsing.parse_select(select) if select else (),
        where=parsing.parse_where(clauses["where"]) if "where" in clauses else None,
        group_by=parsing.parse_group_by(clauses.get("group_by", "")),
        order_by=parsing.parse_order_by(clauses.get("order_by", "")),
        limit=clauses.get("limit"),
        offset=clauses.get("offset", 0),
        timezone=clauses.get("timezone", "UTC"),
        language=clauses.get("language", "fr"),
        now=NOW,
    )


def as_shown(table: pa.Table, query: compiling.Compiled, asked: tree.Query) -> list[list[Any]]:
    """The rows of a result as the API shows them."""
    zone = ZoneInfo(asked.timezone)
    rows = table.to_pylist()
    return [
        [one.json([row[column] for column in one.columns], zone) for one in query.columns]
        for row in rows
    ]


def rounded(value: Any) -> Any:
    """A value whose decimals are those two engines can agree on."""
    if isinstance(value, list):
        return [rounded(one) for one in value]
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, float):
        return float(f"{value:.12g}")
    return value
