"""A text gives a tree, or a QueryError that names the fault, its place and its clause."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given, settings, strategies as st

from parvis.opendata.rules.odsql import lexing, tree, writing
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.odsql.facets import parse_facet
from parvis.opendata.rules.odsql.parsing import (
    parse_group_by,
    parse_order_by,
    parse_select,
    parse_where,
)
from parvis.opendata.tests.odsql_trees import bare, conditions, grouped, ordered, selected

PARSERS = (parse_where, parse_select, parse_group_by, parse_order_by, parse_facet)


# --- trees, written and read ----------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(conditions)
def test_a_condition_is_read_as_it_was_written(condition):
    assert bare(parse_where(writing.write_where(condition))) == condition


@settings(max_examples=100, deadline=None)
@given(
    st.lists(selected, min_size=1, max_size=3).map(tuple),
    st.lists(grouped, min_size=1, max_size=3).map(tuple),
    st.lists(ordered, min_size=1, max_size=3).map(tuple),
)
def test_the_other_clauses_are_read_as_they_were_written(select, group_by, order_by):
    assert bare(parse_select(writing.write_select(select))) == select
    assert bare(parse_group_by(writing.write_group_by(group_by))) == group_by
    assert bare(parse_order_by(writing.write_order_by(order_by))) == order_by


# --- any text at all ------------------------------------------------------------------------------

WORDS = """
and or not in is like null true false date' geom' ' " ` ( ) [ ] , .. to * + - / = != <> > >= < <= :
1 2.5 1e9 name `n` "text" 'it' date'2020' date'-01' geom'POINT(1;1)' count( count(*) sum( lower(
ifnull( year( now( now(days=1) search( within_distance( in_bbox( distance( range( include( random(
percentile( as desc asc distinct facet( name= 5km \\ -- ; é \ud800 \0
""".replace(";1", " 1").split()


def give_a_tree_or_a_query_error(text: str) -> None:
    for parse in PARSERS:
        try:
            parse(text)
        except QueryError as error:
            # No answer can carry half a character.
            error.message.encode()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text(string.printable, max_size=60))
@example("\ud800 = 1")
@example("a = '\\ud800'")
@example("a = '\\u0000'")
def test_any_text_gives_a_tree_or_a_query_error(text):
    give_a_tree_or_a_query_error(text)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_any_words_give_a_tree_or_a_query_error(words):
    give_a_tree_or_a_query_error(" ".join(words))
    give_a_tree_or_a_query_error("".join(words))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 9_000 + "a" + ")" * 9_000,
        "not " * 4_000 + "a",
        "-" * 15_000 + "a = 1",
        "1+" * 9_000 + "1 = 1",
        "1*" * 9_000 + "1 = 1",
        "lower(" * 3_000 + "a" + ")" * 3_000 + " = 'a'",
        "a in (" * 3_000,
        "(1+" * 4_000 + "1" + ")" * 4_000 + " = 1",
        "((1+1+1+1)+1+1+1)" * 1_000,
        "a = '" + "\\" * 19_000,
        "[" * 19_000,
        "count(" * 3_000,
        "geom'" + "GEOMETRYCOLLECTION(" * 900 + ")" * 900 + "'",
        "intersects(a, geom'" + "GEOMETRYCOLLECTION(" * 900 + ")" * 900 + "')",
        "intersects(a, geom'" + '{"type":' * 2_000 + "')",
        "intersects(a, geom'" + "00" * 9_000 + "')",
        "9" * 19_990 + " = 1",
        "a" * 20_001,
    ],
    ids=map(str, range(19)),
)
def test_absurd_clauses_are_refused(text):
    for parse in PARSERS:
        with pytest.raises(QueryError):
            parse(text)


def test_thousands_of_plain_conditions_are_read():
    read = parse_where(" or ".join(["a = 1"] * 1_900))
    assert isinstance(read, tree.Or)
    assert len(read.conditions) == 1_900
    assert parse_where("(" * 49 + "a" + ")" * 49) == parse_where(" " * 49 + "a")


# --- the errors of the API ------------------------------------------------------------------------

SYNTAX = {
    'contains(objet, "x")': 'unexpected ( at position 8 in contains(objet, "x")',
    "1_uai = 3": "unexpected _uai at position 1 in 1_uai = 3",
    'themes not in ("x")': 'unexpected not at position 7 in themes not in ("x")',
    'themes not like "x"': 'unexpected not at position 7 in themes not like "x"',
    "garbage==": "unexpected = at position 8 in garbage==",
    "a = ": "unexpected end of line at position 4 in a = ",
    "a = 1)": "unexpected ) at position 5 in a = 1)",
    "a b": "unexpected b at position 2 in a b",
    "a = é": "unexpected é at position 4 in a = é",
    'a = "b': 'unexpected " at position 4 in a = "b: this quote is never closed',
    "a in [1..": "unexpected end of line at position 9 in a in [1..",
    "date in [2022-03-12 TO 2022-04-27]": "unexpected - at position 13 in"
    " date in [2022-03-12 TO 2022-04-27]",
    "year > 2020": "unexpected year at position 0 in year > 2020: year is a reserved word, put it"
    " between back-quotes to name a field",
    "within_distance(g, geom'POINT(1 1)', 1 league)": "unexpected league at position 39 in"
    " within_distance(g, geom'POINT(1 1)', 1 league)",
    "percentile(a, 101) > 1": "unexpected 101 at position 14 in percentile(a, 101) > 1:"
    " a percentile goes from 0 to 100",
    "now(century=1) > a": "unexpected century at position 4 in now(century=1) > a",
    "now(month=13) > a": "unexpected 13 at position 10 in now(month=13) > a: month goes from 1 to"
    " 12",
    "a; drop table b": "unexpected ; at position 1 in a; drop table b",
    "1 + 1": "unexpected end of line at position 5 in 1 + 1: a condition is expected",
    "(a = 1) + 2 = 3": "unexpected ( at position 0 in (a = 1) + 2 = 3: a value is expected, not a"
    " condition",
    "a = 1e999": "unexpected 1e999 at position 4 in a = 1e999: the number is too large",
}
MALFORMED = {
    "a > date'-01'": "Invalid date to parse '-01'.",
    "a > date'2021-02-29'": "Invalid date to parse '2021-02-29'.",
    "a > date'202'": "Invalid date to parse '202'.",
    "a > date'20201'": "Invalid date to parse '20201'.",
    "a > date'2020-13'": "Invalid date to parse '2020-13'.",
    "a > date'2020-01-01T25:00'": "Invalid date to parse '2020-01-01T25:00'.",
    "a > date''": "Invalid date to parse ''.",
    "intersects(a, geom'PONT(1 1)')": "Invalid geometry: the geometry is not WKT, WKB or GeoJSON.",
    "intersects(a, geom'POLYGON EMPTY')": "Invalid geometry: the geometry is empty.",
    "intersects(a, geom'POINT(nan 1)')": "Invalid geometry: a coordinate of the geometry is not a"
    " number.",
}


@pytest.mark.parametrize(("text", "message"), SYNTAX.items(), ids=SYNTAX)
def test_what_cannot_be_read_is_named_with_its_place(text, message):
    with pytest.raises(QueryError) as refused:
        parse_where(text)
    assert refused.value.error_code == "ODSQLError"
    expected = f"ODSQL syntax exception: {message}. Clause(s) containing the error(s): where."
    assert refused.value.message == expected


@pytest.mark.parametrize(("text", "message"), MALFORMED.items(), ids=MALFORMED)
def test_a_literal_that_is_none_is_malformed(text, message):
    with pytest.raises(QueryError) as refused:
        parse_where(text)
    expected = f"ODSQL query is malformed: {message} Clause(s) containing the error(s): where."
    assert refused.value.message == expected


@pytest.mark.parametrize(
    ("parse", "text", "clause", "what"),
    [
        (parse_select, "a, ", "select", "unexpected end of line at position 3"),
        (parse_select, "a = 1", "select", "unexpected = at position 2"),
        (parse_select, "include(*)", "select", "unexpected * at position 8"),
        (parse_select, "stddev(a)", "select", "unexpected ( at position 6"),
        (parse_group_by, "range(a, 0)", "group_by", "unexpected 0 at position 9"),
        (parse_group_by, "range(a, 2 M)", "group_by", "unexpected 2 at position 9"),
        (parse_group_by, "range(a, 1 Day)", "group_by", "unexpected Day at position 11"),
        (parse_group_by, "range(a, [1])", "group_by", "unexpected range at position 0"),
        (parse_order_by, "a up", "order_by", "unexpected up at position 2"),
        (parse_order_by, "random('x')", "order_by", "unexpected 'x' at position 7"),
        (parse_facet, "facet(limit=1)", "facet", "unexpected facet at position 0"),
        (parse_facet, "facet(name='a', sort='up')", "facet", "unexpected 'up' at position 21"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_every_clause_names_itself(parse, text, clause, what):
    with pytest.raises(QueryError) as refused:
        parse(text)
    assert what in refused.value.message
    assert refused.value.message.endswith(f"Clause(s) containing the error(s): {clause}.")


def test_a_long_clause_is_shown_around_its_fault():
    with pytest.raises(QueryError) as refused:
        parse_where("a = 1 or " * 2_000 + "?")
    assert len(refused.value.message) < 400
    assert "unexpected ? at position 18000 in …" in refused.value.message


def test_a_clause_that_is_too_long_is_refused_before_it_is_read():
    with pytest.raises(QueryError) as refused:
        parse_where("a" * (lexing.MAX_LENGTH + 1))
    assert "the clause has 20001 characters, 20000 are read at most" in refused.value.message


# --- what the documents say -----------------------------------------------------------------------


def test_and_binds_stronger_than_or():
    read = parse_where("a or b and not c")
    assert writing.write(read) == "a is true or b is true and not c is true"
    assert isinstance(read, tree.Or)


def test_positions_and_words_are_kept():
    [item] = parse_select("  COUNT( * ) as  n")
    assert (item.position, item.text, item.label) == (2, "COUNT( * )", "n")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A AND NOT B IS NOT NULL", "a and not b is not null".replace("a", "A").replace("b", "B")),
        ("a:1", "a = 1"),
        ("a<>1", "a != 1"),
        ("a in]1 TO 10[", "a in ]1..10["),
        ("a:[1..2]", "a in [1 to 2]"),
        ("'x' in a", "a in ('x')"),
        ("`a`=`b`", "a = b"),
        ("geometry(a, geom'POINT(1 1)', intersect)", "intersects(a, geom'POINT(1 1)')"),
        ("geometry(a, geom'POINT(1 1)', DISJOINT)", "disjoint(a, geom'POINT(1 1)')"),
        ("polygon(a, geom'POINT(1 1)')", "within(a, geom'POINT(1 1)')"),
        ("distance(a, geom'POINT(1 1)', 1km)", "within_distance(a, geom'POINT(1 1)', 1000)"),
        (
            "intersects(a, geom'0101000000000000000000f03f000000000000f03f')",
            'intersects(a, geom\'{"type":"Point","coordinates":[1,1]}\')',
        ),
        ("intersects(a, geom'POINT Z (1 1 5)')", "intersects(a, geom'POINT (1 1)')"),
        ("search(*, 'x')", "search('x')"),
        (r"a = 'it\'s \u00e9'", 'a = "it\'s é"'),
        ("a = '\\ud83d\\ude00'", "a = '😀'"),
        ("a = date'20200131'", "a = date'2020/01/31'"),
        ("a = date'2020-01-31T10'", "a = date'2020-01-31 10:00:00'"),
        ("now(years=-1,years=+2)>a", "now(years=-1, years=2) > a"),
    ],
    ids=lambda one: one[:30],
)
def test_these_are_two_ways_to_say_the_same(one, other):
    assert bare(parse_where(one)) == bare(parse_where(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("range(a, ]10, 50, 100[)", "range(a, *, 10, 50, 100, *)"),
        ("range(a, [20.5[)", "range(a, 20.5, *)"),
        ("range(a, [1,2,3])", "range(a, 1, 2, 3)"),
        ("range(a, 12 hours)", "RANGE(a,12h)"),
        ("range(a, 1 month)", "range(a, 1M)"),
    ],
)
def test_ranges_have_an_older_way(one, other):
    assert bare(parse_group_by(one)) == bare(parse_group_by(other))
