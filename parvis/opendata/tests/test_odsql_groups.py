"""Groups on DuckDB and on ClickHouse: equal to each other and to those made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from parvis.opendata.tests.conformance import Ask, both_engines, rounded

DAY = "T00:00:00.000Z"


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Both engines, over the same ten rows."""
    with both_engines(tmp_path_factory.mktemp("conformance")) as asking:
        yield asking


GROUPS: dict[str, tuple[dict[str, Any], list[list[Any]]]] = {
    "a field, null forms a group": ({"group_by": "`group`"}, [["A"], ["B"], ["C"], [None]]),
    "keys come first": (
        {"group_by": "`group`", "select": "count(*)"},
        [["A", 3], ["B", 3], ["C", 2], [None, 2]],
    ),
    "keys stand where they are selected": (
        {"group_by": "`group` as g, open", "select": "count(*), g", "limit": 2},
        [[False, 2, "A"], [True, 1, "A"]],
    ),
    "every aggregate": (
        {
            "group_by": "`group`",
            "select": "count(n), sum(x), avg(x), min(date), max(at), min(n), max(x)",
        },
        [
            ["A", 3, 0.5, 0.166666666667, "1969-12-31", "2024-03-31T01:30:00+00:00", 1, 1.5],
            ["B", 2, 2.6, 1.3, "2020-11-30", "2024-12-29T23:30:00+00:00", 2, 2.5],
            ["C", 2, 0.5, 0.25, "2020-01-15", "2024-12-30T10:00:00+00:00", 10, 0.3],
            [None, 2, 1e10, 5e9, "2024-02-29", "2024-02-29T12:00:00+00:00", -5, 1e10],
        ],
    ),
    "a sum that does not fit in 64 bits is null": (
        {"group_by": "`group`", "select": "sum(n)"},
        [["A", 13], ["B", 2**53 + 3], ["C", None], [None, -5]],
    ),
    "percentiles": (
        {
            "select": "median(n), percentile(n, 25), percentile(n, 0), percentile(n, 100),"
            " percentile(n, 0.95), avg(n)",
            "where": "n in [0..10]",
        },
        [[2.0, 1.25, 0.0, 10.0, 0.0475, 4.16666666667]],
    ),
    "no row makes one group without keys": (
        {
            "select": "count(*), sum(n), sum(x), avg(x), avg(n), min(date), median(x),"
            " count(distinct name), count(distinct tags), bbox(place), envelope(place)",
            "where": "n = 12345",
        },
        [[0, None, None, None, None, None, None, 0, 0, None, None]],
    ),
    "no row makes no group": ({"group_by": "name", "where": "n = 12345"}, []),
    "distinct values": (
        {
            "select": "count(distinct name), count(distinct tags), count(tags),"
            " count(distinct open), count(distinct ifnull(name, '?')), count(*), count(place)"
        },
        [[8, 5, 7, 2, 9, 10, 9]],
    ),
    "arithmetic of aggregates": (
        {"select": "sum(x) / count(*) as m, sum(n + 1) - 1 as s, 100 * min(n)", "where": "n = 10"},
        [[-0.6, 21, 1000]],
    ),
    "each element of a list": (
        {"group_by": "tags", "select": "count(*), sum(x)"},
        [
            ["a,b", 1, 1e10],
            ["culture", 3, 2.3],
            ["fleurs", 1, 2.5],
            ["sport", 4, 3.4],
            ["É", 1, -1.5],
            [None, 3, 0.2],
        ],
    ),
    "each element with each of another": (
        {"group_by": "tags, tags as other", "select": "count(*)", "where": "_id = 0"},
        [
            ["culture", "culture", 1],
            ["culture", "sport", 1],
            ["sport", "culture", 1],
            ["sport", "sport", 1],
        ],
    ),
    "most first, then by their keys": (
        {
            "group_by": "tags, `group`",
            "select": "count(*)",
            "order_by": "count(*) desc",
            "limit": 2,
        },
        [["culture", "A", 2], ["sport", "B", 2]],
    ),
    "labels order": (
        {"group_by": "`group` as g", "select": "count(*) as c", "order_by": "c desc, g desc"},
        [["B", 3], ["A", 3], ["C", 2], [None, 2]],
    ),
    "nulls are last however ordered": (
        {"group_by": "`group`", "order_by": "`group` desc", "offset": 2, "limit": 5},
        [["A"], [None]],
    ),
    "an aggregate that is not shown orders": (
        {"group_by": "`group`", "order_by": "max(n) desc"},
        [["C"], ["B"], ["A"], [None]],
    ),
    "a year": (
        {"group_by": "year(at) as y", "select": "count(*)"},
        [[1969, 1], [2024, 8], [None, 1]],
    ),
    "a year in Paris": (
        {"group_by": "year(at) as y", "select": "count(*)", "timezone": "Europe/Paris"},
        [[1970, 1], [2024, 8], [None, 1]],
    ),
    "an alias of the select clause is the key it repeats": (
        {"group_by": "year( date )", "select": "count(*), year(date) as y", "order_by": "y desc"},
        [[3, 2024], [1, 2021], [4, 2020], [1, 1969], [1, None]],
    ),
    "hours": (
        {"group_by": "hour(at)", "select": "count(*)"},
        [[0, 3], [1, 2], [10, 1], [12, 1], [23, 2], [None, 1]],
    ),
    "hours in Paris": (
        {"group_by": "hour(at)", "select": "count(*)", "timezone": "Europe/Paris"},
        [[0, 2], [1, 1], [2, 3], [3, 1], [11, 1], [13, 1], [None, 1]],
    ),
    "a date format": (
        {
            "group_by": "date_format(at, 'yyyy-MM') as m",
            "select": "count(*)",
            "timezone": "Europe/Paris",
        },
        [
            ["1970-01", 1],
            ["2024-02", 1],
            ["2024-03", 2],
            ["2024-06", 1],
            ["2024-10", 2],
            ["2024-12", 2],
            [None, 1],
        ],
    ),
    "functions": (
        {"group_by": "ifnull(`group`, '?') as g, lower(name)", "where": "name like 'paris'"},
        [["B", "paris"], ["C", "paris"]],
    ),
    "a date and a moment": (
        {"group_by": "date, at", "where": "n = 10", "timezone": "Europe/Paris"},
        [
            ["1969-12-31", "1970-01-01T00:59:59.999999+01:00"],
            ["2020-01-15", "2024-06-01T02:00:00+02:00"],
        ],
    ),
    "ranges by brackets": (
        {"group_by": "range(n, ]0, 5, 10[)", "select": "count(*)"},
        [["[*, -1]", 1], ["[0, 4]", 4], ["[10, *]", 4]],
    ),
    "ranges by stars": (
        {"group_by": "RANGE(n, *, 0, 5, 10, *) as r", "select": "count(*)", "order_by": "r desc"},
        [["[10, *]", 4], ["[0, 4]", 4], ["[*, -1]", 1]],
    ),
    "a closed range leaves the others out": (
        {"group_by": "range(n, [0, 5])", "select": "count(*)"},
        [["[0, 4]", 4]],
    ),
    "ranges of decimals": (
        {"group_by": "range(x, *, 0.5, *)", "select": "count(*)"},
        [["[*, 0.5[", 5], ["[0.5, *[", 4]],
    ),
    "ranges of dates": (
        {"group_by": "range(date, ]date'2020-11', date'2024'])", "select": "count(*)"},
        [
            [f"[*, 2020-11-01{DAY}[", 3],
            [f"[2020-11-01{DAY}, 2024-01-01{DAY}[", 3],
        ],
    ),
    "ranges of moments in Paris": (
        {
            "group_by": "range(at, date'2024', date'2024-12-30', *)",
            "select": "count(*)",
            "timezone": "Europe/Paris",
        },
        [
            ["[2024-01-01T00:00:00.000+01:00, 2024-12-30T00:00:00.000+01:00[", 6],
            ["[2024-12-30T00:00:00.000+01:00, *[", 2],
        ],
    ),
    "widths of numbers": (
        {"group_by": "range(n, 5)", "select": "count(*)", "where": "n in [-5..10] or n is null"},
        [["[-5, -1]", 1], ["[0, 4]", 4], ["[10, 14]", 2], [None, 1]],
    ),
    "widths of decimals": (
        {"group_by": "range(x, 0.5)", "select": "count(*)", "where": "x < 5"},
        [
            ["[-1.5, -1.0[", 1],
            ["[0.0, 0.5[", 4],
            ["[0.5, 1.0[", 1],
            ["[1.5, 2.0[", 1],
            ["[2.5, 3.0[", 1],
        ],
    ),
    "months": (
        {"group_by": "range(date, 1 month) as date", "select": "count(*)", "order_by": "date desc"},
        [
            [f"[2024-12-01{DAY}, 2025-01-01{DAY}[", 2],
            [f"[2024-02-01{DAY}, 2024-03-01{DAY}[", 1],
            [f"[2021-02-01{DAY}, 2021-03-01{DAY}[", 1],
            [f"[2020-11-01{DAY}, 2020-12-01{DAY}[", 2],
            [f"[2020-01-01{DAY}, 2020-02-01{DAY}[", 2],
            [f"[1969-12-01{DAY}, 1970-01-01{DAY}[", 1],
            [None, 1],
        ],
    ),
    "quarters and years": (
        {
            "group_by": "range(date, 1q) as q, range(date, 1 year) as y",
            "where": "date < date'2020-11'",
        },
        [
            [f"[1969-10-01{DAY}, 1970-01-01{DAY}[", f"[1969-01-01{DAY}, 1970-01-01{DAY}["],
            [f"[2020-01-01{DAY}, 2020-04-01{DAY}[", f"[2020-01-01{DAY}, 2021-01-01{DAY}["],
        ],
    ),
    "weeks begin on Monday": (
        {"group_by": "range(date, 1 week)", "where": "date < date'2020-11'"},
        [[f"[1969-12-29{DAY}, 1970-01-05{DAY}["], [f"[2020-01-13{DAY}, 2020-01-20{DAY}["]],
    ),
    "several days, before 1970 too": (
        {"group_by": "range(date, 2 days), range(date, 6h) as h", "where": "date < date'1970'"},
        [
            [
                f"[1969-12-30{DAY}, 1970-01-01{DAY}[",
                f"[1969-12-31{DAY}, 1969-12-31T06:00:00.000Z[",
            ]
        ],
    ),
    "the hour that comes twice makes two": (
        {
            "group_by": "range(at, 1 hour)",
            "select": "count(*)",
            "where": "at = date'2024-10-27'",
            "timezone": "Europe/Paris",
        },
        [
            ["[2024-10-27T02:00:00.000+02:00, 2024-10-27T02:00:00.000+01:00[", 1],
            ["[2024-10-27T02:00:00.000+01:00, 2024-10-27T03:00:00.000+01:00[", 1],
        ],
    ),
    "days in Paris": (
        {
            "group_by": "range(at, 1 day)",
            "select": "count(*)",
            "where": "at >= date'2024-10'",
            "timezone": "Europe/Paris",
        },
        [
            ["[2024-10-27T00:00:00.000+02:00, 2024-10-28T00:00:00.000+01:00[", 2],
            ["[2024-12-30T00:00:00.000+01:00, 2024-12-31T00:00:00.000+01:00[", 2],
        ],
    ),
    "half days in Paris": (
        {
            "group_by": "range(at, 12 h)",
            "select": "count(*)",
            "where": "at = date'2024-03-31'",
            "timezone": "Europe/Paris",
        },
        [["[2024-03-31T00:00:00.000+01:00, 2024-03-31T12:00:00.000+02:00[", 2]],
    ),
    "milliseconds before 1970": (
        {"group_by": "range(at, 1 ms)", "where": "at < date'1970'"},
        [["[1969-12-31T23:59:59.999Z, 1970-01-01T00:00:00.000Z["]],
    ),
    "hours where the clock is half an hour off": (
        {"group_by": "range(at, 1h)", "where": "at = date'2024-06-01'", "timezone": "Asia/Kolkata"},
        [["[2024-06-01T05:00:00.000+05:30, 2024-06-01T06:00:00.000+05:30["]],
    ),
}


@pytest.mark.parametrize(("clauses", "expected"), GROUPS.values(), ids=GROUPS)
def test_these_groups_are_made(ask: Ask, clauses, expected):
    assert rounded(ask(**clauses)) == expected


def test_the_box_and_the_hull_of_places(ask: Ask):
    [shapes] = ask(
        select="bbox(place) as b, bbox(area) as a, envelope(place) as e", where="n in (1, 2)"
    )
    assert [shape["geometry"]["coordinates"][0] for shape in shapes] == [
        [
            [2.2945, 48.853],
            [2.3522, 48.853],
            [2.3522, 48.8584],
            [2.2945, 48.8584],
            [2.2945, 48.853],
        ],
        [[2.0, 48.0], [3.0, 48.0], [3.0, 49.0], [2.0, 49.0], [2.0, 48.0]],
        [[2.2945, 48.8584], [2.3522, 48.8566], [2.3499, 48.853], [2.2945, 48.8584]],
    ]
    assert {shape["geometry"]["type"] for shape in shapes} == {"Polygon"}


def test_groups_in_a_random_order(ask: Ask):
    shuffled = ask(group_by="name", order_by="random(1)")
    in_order = ask(group_by="name")
    assert shuffled != in_order
    assert sorted(shuffled, key=str) == sorted(in_order, key=str)


def test_a_random_order_is_that_of_its_seed(ask: Ask):
    first = ask(order_by="random(1)")
    assert sorted(first) == [[rank] for rank in range(10)] != first
    assert ask(order_by="random(1) desc") == first
    assert ask(order_by="random(-2)") != first
