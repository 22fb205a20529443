"""The same queries on DuckDB and on ClickHouse: equal to each other and to rows found by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from parvis.opendata.rules.odsql import compiling
from parvis.opendata.tests.conformance import (
    BIG,
    SCHEMA,
    SQUARE,
    Ask,
    a_query,
    both_engines,
    rounded,
)

EVERY_ROW = list(range(10))


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Both engines, over the same ten rows."""
    with both_engines(tmp_path_factory.mktemp("conformance")) as asking:
        yield asking


def test_a_row_is_read_whole(ask: Ask):
    assert ask(select="*", limit=1) == [
        [
            "École Élémentaire",
            ["sport", "culture"],
            1,
            0.5,
            True,
            "2020-01-15",
            "2024-03-31T00:30:00+00:00",
            {"lon": 2.3522, "lat": 48.8566},
            {"type": "Feature", "geometry": json.loads(SQUARE), "properties": {}},
            '{"a": [1, null]}',
            "A",
        ]
    ]


WHERE = {
    # texts: exact, case and accents count, binary order
    """name = "Paris" """: [7, 9],
    """name : 'paris'""": [8],
    """"Paris" = name""": [7, 9],
    """name != "Paris" """: [0, 1, 2, 3, 5, 6, 8],
    """name <> 'É'""": [0, 1, 2, 3, 6, 7, 8, 9],
    r"""name = 'a_b%c\'"\\ d\n.*'""": [6],
    """name in ("Paris", "É")""": [5, 7, 9],
    """name in ("Paris", null)""": [7, 9],
    """name > "P" """: [0, 1, 3, 5, 6, 7, 8, 9],
    """lower(name) = "é" """: [5],
    """lower(name) = 'école élémentaire'""": [0],
    """length(name) = 5""": [7, 8, 9],
    """length(name) = 17""": [0, 3],
    # null compares to nothing, and `not` is the exact complement
    """not name = "Paris" """: [0, 1, 2, 3, 4, 5, 6, 8],
    """not (name != "Paris")""": [4, 7, 9],
    """not not name = "Paris" """: [7, 9],
    """not name in ("Paris")""": [0, 1, 2, 3, 4, 5, 6, 8],
    """not (n > 0 and open)""": [1, 2, 3, 4, 5, 6, 8],
    """not (n > 0 or open)""": [6],
    """name = null""": [],
    """name != null""": [],
    """not name = null""": EVERY_ROW,
    """name is null""": [4],
    """name is not null""": [0, 1, 2, 3, 5, 6, 7, 8, 9],
    """n / 0 is null""": EVERY_ROW,
    # like: whole words in any case, a star or percent opens an end
    """name like "école" """: [0, 1],
    """name like "PARC École" """: [1],
    """name like "par" """: [],
    """name like "par*" """: [1, 7, 8, 9],
    """name like "%ARCH%" """: [2, 3],
    """name like "" """: [0, 1, 2, 3, 5, 6, 7, 8, 9],
    """name like "d" """: [6],
    """name like ".*" """: [6],
    """name like "a_b%c*" """: [6],
    """not name like "paris" """: [0, 1, 2, 3, 4, 5, 6],
    """startswith(name, "Par")""": [7, 9],
    """startswith("mar")""": [3],
    """startswith(*, "mar")""": [3],
    """startswith(name, tags, "É")""": [0, 5],
    """startswith(name, "")""": [0, 1, 2, 3, 5, 6, 7, 8, 9],
    # lists: an element is enough
    """tags = "sport" """: [0, 3, 7, 9],
    """tags != "sport" """: [1, 5, 6],
    """not tags = "sport" """: [1, 2, 4, 5, 6, 8],
    """"culture" in tags""": [0, 1, 9],
    """tags in ("É", "a,b")""": [5, 6],
    """tags is null""": [2, 4, 8],
    """tags is not null""": [0, 1, 3, 5, 6, 7, 9],
    """tags like "culture" """: [0, 1, 9],
    """tags > "s" """: [0, 3, 5, 7, 9],
    """startswith(tags, "sp")""": [0, 3, 7, 9],
    """startswith(tags, "ort")""": [],
    # numbers
    """n = 2""": [1, 2],
    """n = 1.0""": [0],
    """n >= 10""": [5, 7, 8, 9],
    """n < 0.5""": [4, 6],
    """2 > n""": [0, 4, 6],
    """n <> 10""": [0, 1, 2, 4, 6, 7, 8],
    """n in [1..10]""": [0, 1, 2, 5, 9],
    """n in ]1..10[""": [1, 2],
    """n in ]1 TO 10]""": [1, 2, 5, 9],
    """n : [2 TO *]""": [1, 2, 5, 7, 8, 9],
    """n in [* TO *]""": [0, 1, 2, 4, 5, 6, 7, 8, 9],
    """n in [10..1]""": [],
    """n in (1, 2.0, 99)""": [0, 1, 2],
    """n in (1, null)""": [0],
    """not n in (1, null)""": [1, 2, 3, 4, 5, 6, 7, 8, 9],
    """n = 9007199254740993""": [7],
    """n = 9007199254740992""": [],
    """n > 9007199254740992""": [7, 8],
    """n < 99999999999999999999""": [0, 1, 2, 4, 5, 6, 7, 8, 9],
    """n = x""": [4],
    """x = 0.1""": [7],
    """n * 2 = 4""": [1, 2],
    """n - -5 = 0""": [6],
    """-n = 5""": [6],
    """n + n > 0""": [0, 1, 2, 5, 7, 9],
    """n / 0 = 1""": [],
    """not n / 0 = 1""": EVERY_ROW,
    """n / n = 1""": [0, 1, 2, 5, 6, 7, 8, 9],
    """(n + 1) * 2 = 6""": [1, 2],
    """1 = 1""": EVERY_ROW,
    # booleans
    """open""": [0, 3, 4, 7, 9],
    """not open""": [1, 2, 5, 6, 8],
    """open is false""": [1, 5, 8],
    """open is not true""": [1, 2, 5, 6, 8],
    """open is not false""": [0, 2, 3, 4, 6, 7, 9],
    """open : FALSE""": [1, 5, 8],
    """open != true""": [1, 5, 8],
    """open is null""": [2, 6],
    """true""": EVERY_ROW,
    """open or n = 2""": [0, 1, 2, 3, 4, 7, 9],
    """open and n = 10 or n = 2""": [1, 2, 9],
    """open and (n = 10 or n = 2)""": [9],
    # dates: a day, a month, a year cover all of theirs
    """date = date'2020'""": [0, 1, 2, 9],
    """date = date'2020-11'""": [1, 2],
    """date : date'2020/11/30'""": [2],
    """date != date'2020'""": [3, 5, 6, 7, 8],
    """date > date'2020-11'""": [3, 6, 7, 8],
    """date >= date'2020-11-30'""": [2, 3, 6, 7, 8],
    """date < date'2020'""": [5],
    """date <= date'2020-11'""": [0, 1, 2, 5, 9],
    """date'2020-11' >= date""": [0, 1, 2, 5, 9],
    """date in [date'2020-11-03'..date'2021']""": [1, 2, 3],
    """date in ]date'2020-11'..date'2024'[""": [3],
    """date : ['2020-11-03' TO '2020-11-30']""": [1, 2],
    """date : [20201103 TO 20201130]""": [1, 2],
    """date in (date'2020-11', date'2024-02-29')""": [1, 2, 6],
    """date >= date'2020-11-03T00:00'""": [1, 2, 3, 6, 7, 8],
    """date >= date'2020-11-03T12:00'""": [2, 3, 6, 7, 8],
    """date < date'2020-11-03T12:00'""": [0, 1, 5, 9],
    """date = date'2020-11-03T12:00'""": [],
    """year(date) = 2024""": [6, 7, 8],
    """month(date) = 2 and day(date) > 28""": [6],
    """hour(date) = 0""": [0, 1, 2, 3, 5, 6, 7, 8, 9],
    """date > at""": [7, 8],
    """date_format(date, 'dd/MM') = '29/02'""": [6],
    # moments, in UTC
    """at = date'2024-03-31'""": [0, 1],
    """at = date'2024-12-30'""": [8],
    """at > date'2024-10-27'""": [7, 8],
    """at < date'1970'""": [5],
    """at <= date'1969-12-31'""": [5],
    """at != date'2024'""": [5],
    """at = date'2024-10-27T00:30:00Z'""": [2],
    """at = date'2024-10-27T02:30:00+02:00'""": [2],
    """at in [date'2024-10-27T00:30'..date'2024-10-27T01:30'[""": [2],
    """at >= date'0001'""": [0, 1, 2, 3, 5, 6, 7, 8, 9],
    """at <= date'9999'""": [0, 1, 2, 3, 5, 6, 7, 8, 9],
    """hour(at) = 1""": [1, 3],
    """second(at) = 59 and minute(at) = 59""": [5],
    """at > now()""": [7, 8],
    """at >= now(days=-1)""": [2, 3, 7, 8],
    """at < now(years=-1)""": [5],
    """at >= now(month=12, day=31, months=-1)""": [7, 8],
    """date > now()""": [7, 8],
    """now() > date'2023'""": EVERY_ROW,
    # places
    """within_distance(place, geom'POINT(2.3522 48.8566)', 1km)""": [0, 2, 5],
    """within_distance(place, geom'POINT(2.3522 48.8566)', 400m)""": [0, 5],
    """within_distance(place, geom'POINT(2.3522 48.8566)', 500yd)""": [0, 2, 5],
    """within_distance(place, geom'POINT(2.3522 48.8566)', 0)""": [0, 5],
    """within_distance(place, geom'POINT(180 -16.5)', 20 km)""": [7, 8],
    """within_distance(place, geom'POINT(0 90)', 20000km)""": [0, 1, 2, 4, 5, 6, 7, 8, 9],
    """not within_distance(place, geom'POINT(2.3522 48.8566)', 1km)""": [1, 3, 4, 6, 7, 8, 9],
    """distance(place, geom'POINT(2.3522 48.8566)', 0.3mi)""": [0, 2, 5],
    """distance(place, geom'POINT(2.3522 48.8566)') < 1000""": [0, 2, 5],
    """in_bbox(place, 48.85, 2.29, 48.86, 2.36)""": [0, 1, 2, 5],
    """in_bbox(place, 48.86, 2.36, 48.85, 2.29)""": [0, 1, 2, 5],
    """bbox(place, geom'POINT(2.29 48.86)', geom'POINT(2.36 48.85)')""": [0, 1, 2, 5],
    """in_bbox(area, 48.5, 2.5, 50, 5)""": [0],
    """in_bbox(area, 50, 0, 51, 1)""": [],
    """place is null""": [3],
}
IN_PARIS = {
    """at = date'2024-12-30'""": [7, 8],
    """at >= date'2024-12-30'""": [7, 8],
    """at = date'1970'""": [5],
    """year(at) = 1970""": [5],
    """at = date'2024-03-31T03:30'""": [1],
    """at = date'2024-10-27T02:30'""": [2],
    """at = date'2024-10-27'""": [2, 3],
    """hour(at) = 2""": [2, 3, 9],
    """hour(at) = 1""": [0],
    """date_format(at, 'dd') = '30'""": [7, 8],
    """at >= now(hour=0, minute=0, second=0, microsecond=0)""": [2, 3, 7, 8],
    """date > at""": [8],
    """date = date'2024-12-30'""": [7],
    """date >= date'2024-12-30T01:00'""": [8],
}


@pytest.mark.parametrize(("where", "expected"), WHERE.items(), ids=WHERE)
def test_these_rows_are_kept(ask: Ask, where, expected):
    assert ask(where=where) == [[rank] for rank in expected]


@pytest.mark.parametrize(("where", "expected"), IN_PARIS.items(), ids=IN_PARIS)
def test_these_rows_are_kept_in_paris(ask: Ask, where, expected):
    assert ask(where=where, timezone="Europe/Paris") == [[rank] for rank in expected]


def test_rows_that_were_found_before_are_kept(ask: Ask):
    where = """ "parc" or intersects(place, geom'POINT(1 1)') and not search(name, "x")"""
    words, shape, fuzzy = compiling.searches(a_query(where=where), SCHEMA)
    found = {words: [1], shape: {2, 8, 5}, fuzzy: frozenset({5})}
    assert ask(where=where, found=found) == [[1], [2], [8]]
    assert ask(where=where, found=found | {words: None}) == [[rank] for rank in EVERY_ROW]
    assert ask(where=where, found={words: [], shape: (), fuzzy: ()}) == []


SELECT: dict[str, tuple[dict[str, Any], list[list[Any]]]] = {
    "arithmetic": (
        {"select": "n * n, n + 1, n / 4, -n, x * 2", "limit": 3},
        [[1, 2, 0.25, -1, 1.0], [4, 3, 0.5, -2, 3.0], [4, 3, 0.5, -2, None]],
    ),
    "numbers that do not fit in 64 bits are null": (
        {"select": "n + 1, n - 1, -n, n * 1, n / 1", "where": "n > 9007199254740993"},
        [[None, BIG - 1, -BIG, BIG, float(f"{BIG:.12g}")]],
    ),
    "decimals that are no number are null": (
        {"select": "x * 1e300 * 1e300, x / 0, 0 / x, n / 0", "where": "x = 2.5"},
        [[None, None, 0.0, None]],
    ),
    "constants": (
        {"select": "2 as two, 'hello' as hi, true as yes, null as none, 1.5 as more", "limit": 1},
        [[2, "hello", True, None, 1.5]],
    ),
    "texts": (
        {"select": "lower(name), length(name), ifnull(name, '?')", "where": "n in [0..1]"},
        [["école élémentaire", 17, "École Élémentaire"], [None, None, "?"]],
    ),
    "ifnull": (
        {
            "select": "ifnull(x, 7), ifnull(n, 0.5), ifnull(date, date'2000-01-01'),"
            " ifnull(null, 3)",
            "where": "x is null or n is null or date is null",
        },
        [
            [7.0, 2.0, "2020-11-30", 3],
            [2.5, 0.5, "2021-02-28", 3],
            [0.0, 0.0, "2000-01-01", 3],
        ],
    ),
    "parts of dates": (
        {
            "select": "year(date), month(date), day(date), hour(date), minute(date), second(date)",
            "where": "n <= 0",
        },
        [[None] * 6, [2024, 2, 29, 0, 0, 0]],
    ),
    "parts of moments": (
        {
            "select": "at, year(at), month(at), day(at), hour(at), minute(at), second(at)",
            "where": "not n in [0..10] and n is not null",
            "timezone": "Europe/Paris",
        },
        [
            ["2024-02-29T13:00:00+01:00", 2024, 2, 29, 13, 0, 0],
            ["2024-12-30T00:30:00+01:00", 2024, 12, 30, 0, 30, 0],
            ["2024-12-30T11:00:00+01:00", 2024, 12, 30, 11, 0, 0],
        ],
    ),
    "moments keep their microseconds": (
        {"select": "at, now(), now(weekday=0, hour=0)", "where": "at < date'1970'"},
        [
            [
                "1969-12-31T23:59:59.999999+00:00",
                "2024-10-27T12:34:55.450500+00:00",
                "2024-10-28T00:34:55.450500+00:00",
            ]
        ],
    ),
    "a date format has every letter": (
        {
            "select": "date_format(at, 'yy yyyy xx xxxx w ww e E EEEE D DDD M MM MMMM d dd H HH m"
            " mm s ss')",
            "where": "n = 9007199254740993",
            "timezone": "Europe/Paris",
        },
        [["24 2024 25 2025 1 01 1 lun. lundi 365 365 12 12 décembre 30 30 0 00 30 30 0 00"]],
    ),
    "a date format in English": (
        {
            "select": "date_format(at, 'E EEE EEEE d MMM MMMM YYYY')",
            "where": "n = 9007199254740993",
            "language": "en",
        },
        [["Sun Sun Sunday 29 Dec December 2024"]],
    ),
    "a date format holds texts": (
        {"select": """date_format(date, "'The date is '''dd/MM/YYYY''") as f""", "where": "n <= 1"},
        [["The date is '15/01/2020'"], [None], ["The date is '29/02/2024'"]],
    ),
    "json_format": (
        {
            "select": "json_format(note), json_format(note, 'bad'), json_format(note, null)",
            "limit": 6,
        },
        [
            [{"a": [1, None]}, {"a": [1, None]}, {"a": [1, None]}],
            ["not json", "bad", None],
            [None, None, None],
            ["NaN", "bad", None],
            [12, 12, 12],
            ["x", "x", "x"],
        ],
    ),
    "places": (
        {"select": "place, area, tags", "where": "_id in [2..4]"},
        [
            [{"lon": 2.3499, "lat": 48.853}, None, None],
            [None, None, ["fleurs", "sport", "sport"]],
            [{"lon": -4.4861, "lat": 48.3904}, None, None],
        ],
    ),
    "patterns": (
        {"select": "include(n*), exclude(name), `group`", "limit": 1},
        [[1, '{"a": [1, null]}', "A"]],
    ),
    "every field but some": (
        {"select": "exclude(a*), exclude(n*), exclude(tags, place, `group`)", "limit": 2},
        [[0.5, True, "2020-01-15"], [1.5, False, "2020-11-03"]],
    ),
    "the order by a label": (
        {"select": "_id, n * -1 as k", "order_by": "k", "where": "n in [1..10]", "limit": 2},
        [[5, -10], [9, -10]],
    ),
}


@pytest.mark.parametrize(("clauses", "expected"), SELECT.values(), ids=SELECT)
def test_these_values_are_shown(ask: Ask, clauses, expected):
    assert rounded(ask(**clauses)) == expected


ORDER = {
    "n": [6, 4, 0, 1, 2, 5, 9, 7, 8, 3],
    "n desc": [8, 7, 5, 9, 1, 2, 0, 4, 6, 3],
    "n DESC, x desc": [8, 7, 9, 5, 1, 2, 0, 4, 6, 3],
    "name": [2, 7, 9, 6, 3, 8, 5, 0, 1, 4],
    "name desc": [1, 0, 5, 8, 3, 6, 7, 9, 2, 4],
    "lower(name)": [6, 2, 3, 7, 8, 9, 5, 1, 0, 4],
    "open desc": [0, 3, 4, 7, 9, 1, 5, 8, 2, 6],
    "tags": [6, 0, 1, 9, 3, 7, 5, 2, 4, 8],
    "tags desc": [5, 0, 3, 7, 9, 1, 6, 2, 4, 8],
    "at desc": [8, 7, 3, 2, 9, 1, 0, 6, 5, 4],
    "x * 0": [0, 1, 3, 4, 5, 6, 7, 8, 9, 2],
    "n / 0": EVERY_ROW,
    "0": EVERY_ROW,
    "1 desc": EVERY_ROW,
    "'a', n desc": [8, 7, 5, 9, 1, 2, 0, 4, 6, 3],
    "true": EVERY_ROW,
    "now()": EVERY_ROW,
    "date'2024'": EVERY_ROW,
    "distance(place, geom'POINT(2.3522 48.8566)')": [0, 5, 2, 1, 9, 4, 6, 7, 8, 3],
    "": EVERY_ROW,
}


@pytest.mark.parametrize(("order", "expected"), ORDER.items(), ids=ORDER)
def test_rows_come_in_this_order(ask: Ask, order, expected):
    assert ask(order_by=order) == [[rank] for rank in expected]
    assert ask(order_by=order, limit=3, offset=4) == [[rank] for rank in expected[4:7]]
