"""What a query may say of a schema, and what reaches an engine of what a caller typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from chdb.session import Session
from hypothesis import given, settings, strategies as st

from parvis.opendata.rules.odsql import compiling, tree
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.tests.conformance import (
    DIALECTS,
    NOW,
    SCHEMA,
    Ask,
    a_query,
    both_engines,
    compiled,
    count,
    write_rows,
)
from parvis.opendata.tests.odsql_trees import conditions, grouped, ordered, selected

NOWHERE = Path("nowhere.parquet")


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Both engines, over the same ten rows."""
    with both_engines(tmp_path_factory.mktemp("conformance")) as asking:
        yield asking


def refusal(**clauses: object) -> QueryError:
    with pytest.raises(QueryError) as refused:
        compiling.check(a_query(**clauses), SCHEMA)
    return refused.value


# --- errors ---------------------------------------------------------------------------------------

MALFORMED = [
    ({"where": "departement = 'x'"}, "Unknown field: departement."),
    ({"where": "lower(missing) = 'x'"}, "Unknown field: missing."),
    ({"where": "search(missing, 'x')"}, "Unknown field: missing."),
    ({"where": "in_bbox(missing, 1, 2, 3, 4)"}, "Unknown field: missing."),
    ({"where": "search(n, 'x')"}, "search only supports text fields, n is int."),
    ({"where": "count(*) > 1"}, "count is an aggregation function, not allowed here."),
    ({"where": "in_bbox(n, 1, 2, 3, 4)"}, "n is not a geographic field."),
    ({"where": "intersects(name, geom'POINT(1 1)')"}, "name is not a geographic field."),
    (
        {"where": "within_distance(name, geom'POINT(1 1)', 1km)"},
        "name is not a geographic field.",
    ),
    (
        {"where": "within_distance(place, geom'LINESTRING(1 1, 2 2)', 1km)"},
        "Invalid geometry: a POINT is expected, not a LINESTRING.",
    ),
    ({"where": "date : ['x' TO '2020']"}, "Invalid date to parse 'x'."),
    ({"where": "year(name) = 1"}, "year only supports date or datetime expressions."),
    ({"where": "name + 1 = 1"}, "Arithmetic operators are only defined on numeric values."),
    ({"where": "now(years=9999) > at"}, "now() with these parts is not a date."),
    ({"where": "now(days=999999999999) > at"}, "now() with these parts is not a date."),
    ({"where": "geom'POINT(1 1)' = 1"}, "A geometry is no value of its own."),
    (
        {"where": "length(tags) = 1"},
        "length only supports text expressions that are not multivalued.",
    ),
    ({"where": "ifnull(name, 1) = 1"}, "ifnull needs two expressions of the same type."),
    ({"where": "date_format(at, name) = 'x'"}, "date_format needs a format between quotes."),
    ({"where": "date_format(at, 'yyyyy') = 'x'"}, "Unknown date format 'yyyyy'."),
    ({"where": "date_format(at, '\\'x') = 'x'"}, "A quote of the date format is never closed."),
    (
        {"where": f"date_format(at, '{'d' * 101}') = 'x'"},
        "A date format has 100 characters at most.",
    ),
    ({"select": "missing"}, "Unknown field: missing."),
    ({"select": "include(missing)"}, "Unknown field: missing."),
    ({"select": "min(name)"}, "StatAggregation only supports numeric or date expression."),
    ({"select": "sum(open)"}, "StatAggregation only supports numeric or date expression."),
    ({"select": "max(tags)"}, "StatAggregation only supports numeric or date expression."),
    ({"select": "sum(date)"}, "sum only supports numeric expressions."),
    ({"select": "sum(sum(n))"}, "sum is an aggregation function, not allowed here."),
    ({"group_by": "name, name"}, "Alias 'name' is declared several times."),
    (
        {"group_by": "tags, tags as a, tags as b, tags as c"},
        "at most 3 multivalued fields are grouped by at once.",
    ),
    (
        {"select": "distance(name, geom'POINT(1 1)')"},
        "distance only supports geographic fields.",
    ),
    ({"select": "envelope(area)"}, "envelope only supports geo_point_2d fields."),
    ({"select": "bbox(n)"}, "bbox needs a geographic field."),
    ({"select": "1 + json_format(note)"}, "json_format only stands alone in a select clause."),
    (
        {"select": "json_format(tags)"},
        "json_format only supports text expressions that are not multivalued.",
    ),
    ({"select": "json_format(note, 1)"}, "json_format falls back on a text or null."),
    ({"select": "n as a, x as a"}, "Alias 'a' is declared several times."),
    ({"select": "name, count(*)"}, "name is selected without being in the group_by clause."),
    ({"select": "geom'POINT(1 1)'"}, "A geometry is no value of its own."),
    ({"group_by": "missing"}, "Unknown field: missing."),
    ({"group_by": "range(missing, 5)"}, "Unknown field: missing."),
    ({"group_by": "place"}, "place cannot be grouped by."),
    ({"group_by": "sum(n)"}, "sum is an aggregation function, not allowed here."),
    ({"group_by": "range(name, 5)"}, "range() of name with this width needs a number."),
    ({"group_by": "range(n, 1 day)"}, "range() of n with this width needs a date."),
    (
        {"group_by": "range(n, date'2020', *)"},
        "range() of n needs bounds of the type of the field.",
    ),
    ({"group_by": "range(n, 2, 1)"}, "range() needs its bounds from the least to the greatest."),
    ({"order_by": "missing"}, "Unknown field: missing."),
    ({"order_by": "place"}, "A value of type geo_point_2d has no order."),
    ({"order_by": "count(*)"}, "aggregation functions order groups only."),
]


@pytest.mark.parametrize(("clauses", "message"), MALFORMED, ids=[str(one[0]) for one in MALFORMED])
def test_what_means_nothing_here_is_refused(clauses, message):
    error = refusal(**clauses)
    [clause] = clauses
    assert error.error_code == "ODSQLError"
    assert error.message == (
        f"ODSQL query is malformed: {message} Clause(s) containing the error(s): {clause}."
    )


def test_an_alias_of_both_clauses_is_refused():
    error = refusal(select="year(at) as y, count(*)", group_by="year(at) as y")
    assert "Alias 'y' is declared several times." in error.message


def test_an_order_by_aggregates_puts_them_first():
    error = refusal(group_by="name", order_by="name, count(*)")
    assert error.message == (
        "ODSQL query is malformed: aggregation functions must come before fields."
        " Clause(s) containing the error(s): order_by."
    )
    compiling.check(a_query(group_by="name", order_by="count(*), name"), SCHEMA)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("name > date'2020'", "the field name of type text and a value of type date"),
        ("name = 1", "the field name of type text and a value of type int"),
        ("date = '2020'", "the field date of type date and a value of type text"),
        ("at >= 2020", "the field at of type datetime and a value of type int"),
        ("n = 'x'", "the field n of type int and a value of type text"),
        ("n = true", "the field n of type int and a value of type boolean"),
        ("open = 1", "the field open of type boolean and a value of type int"),
        ("n in (1, 'x')", "the field n of type int and a value of type text"),
        ("tags = 1", "the field tags of type text and a value of type int"),
        ("place = 1", "the field place of type geo_point_2d and a value of type int"),
        ("area = 'x'", "the field area of type geo_shape and a value of type text"),
        ("tags = tags", "the field tags of type text and the field tags of type text"),
        ("n in [date'2020' to date'2021']", "a value of type int and a value of type date"),
    ],
)
def test_types_that_are_never_equal_are_told_apart(where, told):
    error = refusal(where=where)
    assert error.error_code == "IncompatibleTypesInComparisonFilter"
    assert error.message == (
        "ODSQL query is malformed: IncompatibleTypesInComparisonFilter:"
        f" {told} cannot be compared. Clause(s) containing the error(s): where."
    )


@pytest.mark.parametrize(
    "where", ["name", "n is true", "n like 'x'", "name in ['a'..'b']", "tags in [1..2]"]
)
def test_other_comparisons_of_the_wrong_type_say_so_too(where):
    assert refusal(where=where).error_code == "IncompatibleTypesInComparisonFilter"


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "../etc/passwd", "localtime", "Europe/Paris\0"]
)
def test_a_time_zone_that_is_none_is_refused(zone):
    error = refusal(timezone=zone)
    assert error.error_code == "InvalidRESTParameterError"
    assert error.message == (
        f"Invalid value for timezone API parameter: {zone} was found but a time zone name is"
        " expected."
    )


def test_every_time_zone_is_known_to_both_engines(ask: Ask):
    names = sorted(available_timezones() - {"localtime"})
    for zone in names[:: len(names) // 12]:
        assert ask(select="at, hour(at)", where="n = 1", timezone=zone)


def test_now_needs_the_moment_of_the_question():
    query = tree.Query(where=a_query(where="at > now()").where)
    with pytest.raises(QueryError) as refused:
        compiling.check(query, SCHEMA)
    assert "now() is not known here." in refused.value.message


# --- what reaches an engine -----------------------------------------------------------------------

EVIL = "x'; DROP TABLE a; -- \\ \" $1 {p1:String} é"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_that_was_typed_is_in_the_text(dialect):
    quoted = EVIL.replace("\\", "\\\\").replace('"', '\\"')
    query = a_query(
        select=f'"{quoted}" as `{quoted}`, ifnull(name, "{quoted}")',
        where=f'name = "{quoted}" and tags in ("{quoted}", "b") and startswith("{quoted}")'
        f' and name like "{quoted}" and n > 123456789 and x < 9.87654321'
        " and date > date'2017' and in_bbox(place, 1.23456, 2.34567, 3, 4)",
        order_by=f'lower("{quoted}")',
    )
    made = compiled(query, dialect, NOWHERE, {})
    for piece in ("DROP", "é", "12345", "98765", "2017", "23456"):
        assert piece not in made.sql
    assert made.columns[0].name == EVIL
    assert EVIL in made.parameters


def test_what_was_typed_comes_back_whole(ask: Ask):
    typed = "tab\\t line\\n quote' \\\\ \\\" {p1:String} $1 % é 😀"
    meant = "tab\t line\n quote' \\ \" {p1:String} $1 % é 😀"
    assert ask(select=f'"{typed}"', limit=1) == [[meant]]


@settings(max_examples=60, deadline=None)
@given(
    conditions,
    st.lists(selected, max_size=2).map(tuple),
    st.lists(grouped, max_size=2).map(tuple),
    st.lists(ordered, max_size=2).map(tuple),
)
def test_any_tree_compiles_or_is_refused(where, select, group_by, order_by):
    query = tree.Query(select=select, where=where, group_by=group_by, order_by=order_by, now=NOW)
    for dialect in DIALECTS:
        try:
            compiled(query, dialect, NOWHERE, dict.fromkeys(compiling.searches(query, SCHEMA)))
        except QueryError as error:
            error.message.encode()


DEEPEST = [
    {"where": "not (n = 1 or " * 24 + "open" + ")" * 24},
    {"where": "(" * 49 + "open" + ")" * 49},
    {"where": "n" + "+ 1" * 47 + " > 2"},
    {"where": "n" + " / 2" * 47 + " > 2"},
    {"where": "lower(" * 47 + "name" + ")" * 47 + " = 'é'"},
    {"where": "ifnull(" * 47 + "n" + ", 1)" * 47 + " = 1"},
    {"select": "n" + " - 1" * 47, "order_by": "n" + " * 1" * 47},
    {"select": "sum(n" + " - 1" * 46 + ")"},
    {"group_by": "-" * 47 + "x"},
]


@pytest.mark.parametrize("clauses", DEEPEST, ids=str)
def test_the_deepest_queries_run_from_deep_in_a_program(ask: Ask, clauses):
    def deeper(levels: int) -> object:
        return deeper(levels - 1) if levels else ask(**clauses)

    assert isinstance(deeper(150), list)


def test_the_longest_queries_run(ask: Ask):
    wide = " or ".join(["n = 1"] * 1_900)
    assert ask(where=f"not ({wide})")[:2] == [[1], [2]]
    listed = ", ".join(["1"] * 6_000)
    assert ask(where=f"n in ({listed})") == [[0]]
    dated = ", ".join(["date'2020-01'"] * 300)
    assert ask(where=f"date in ({dated})") == [[0], [9]]


def test_duckdb_still_prunes_row_groups(tmp_path: Path):
    path = tmp_path / "sorted.parquet"
    ranks = pa.array(range(200_000))
    pq.write_table(pa.table({"_id": ranks, "n": ranks}), path, row_group_size=10_000)
    made = compiled(a_query(where="n in [150000..150010]"), "duckdb", path, {})
    with duckdb.connect() as connection:
        [(_, plan)] = connection.execute(f"EXPLAIN ANALYZE {made.sql}", made.parameters).fetchall()
    assert "n>=150000" in plan.replace(" ", "")
    assert "200,000 rows" not in plan


# --- counting -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ({}, 10),
        ({"where": "n > 1"}, 5 + 1),
        ({"where": "n > 1", "limit": 2, "offset": 1}, 6),
        ({"group_by": "`group`"}, 4),
        ({"group_by": "`group`", "select": "count(*)", "order_by": "count(*)"}, 4),
        ({"group_by": "tags"}, 6),
        ({"group_by": "range(n, 0, 5)"}, 1),
        ({"group_by": "`group`", "where": "n = 12345"}, 0),
        ({"select": "count(*)", "where": "n = 12345"}, 1),
        ({"select": "lower(name)"}, 10),
    ],
    ids=str,
)
def test_rows_and_groups_are_counted(tmp_path: Path, clauses, expected):
    query = a_query(**({"select": "*"} | clauses if "group_by" not in clauses else clauses))
    with duckdb.connect() as connection, Session() as session:
        assert count(query, connection, session, write_rows(tmp_path)) == expected
