"""Refining, excluding, and counting the values of facets, on both engines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from parvis.opendata.rules.fields import Schema
from parvis.opendata.rules.odsql import facets, facetting, tree, writing
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.odsql.facets import Facet, parse_facet
from parvis.opendata.tests.conformance import SCHEMA, Ask, a_query, both_engines

FACETS = Schema(
    tuple(
        dataclasses.replace(
            one,
            annotations={
                **one.annotations,
                **({"facet": ()} if one.name in {"tags", "date", "group", "open"} else {}),
                **({"disjunctive": ()} if one.name == "group" else {}),
                **({"hierarchical": ("/",)} if one.name == "note" else {}),
            },
        )
        for one in SCHEMA.fields
    )
)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Both engines, over the same ten rows."""
    with both_engines(tmp_path_factory.mktemp("conformance")) as asking:
        yield asking


def condition(refine: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> str:
    """What refining and excluding means, as a where clause."""
    found = facets.condition(
        facets.refinements(FACETS, refine, clause="refine"),
        facets.refinements(FACETS, exclude, clause="exclude"),
    )
    return writing.write(found) if found else "true"


REFINED: list[tuple[tuple[str, ...], tuple[str, ...], list[int]]] = [
    (("name:Paris",), (), [7, 9]),
    (("name:'Paris'",), (), [7, 9]),
    (("name: Paris",), (), [7, 9]),
    (("tags:sport",), (), [0, 3, 7, 9]),
    (("tags:sport", "tags:culture"), (), [0, 9]),
    (("group:A", "group:C"), (), [0, 1, 5, 8, 9]),
    (("group:A", "group:C", "tags:sport"), (), [0, 9]),
    (("date:2020",), (), [0, 1, 2, 9]),
    (("date:2020/11",), (), [1, 2]),
    (('date:"2020/11/03"',), (), [1]),
    (("at:2024-10-27",), (), [2, 3]),
    (("n:10",), (), [5, 9]),
    (("x:0.1",), (), [7]),
    (("open:true",), (), [0, 3, 4, 7, 9]),
    (("open:0",), (), [1, 5, 8]),
    ((), ("tags:sport",), [1, 2, 4, 5, 6, 8]),
    ((), ("date:2020", "group:B"), [4, 5, 6, 8]),
    (("name:Paris",), ("group:B",), [9]),
    ((), (), list(range(10))),
]


@pytest.mark.parametrize(("refine", "exclude", "expected"), REFINED, ids=str)
def test_these_rows_are_left(ask: Ask, refine, exclude, expected):
    assert ask(where=condition(refine, exclude)) == [[rank] for rank in expected]


def test_a_text_of_levels_is_refined_by_its_beginning():
    assert condition(("note:a/b",)) == 'note = "a/b" or startswith(note, "a/b/")'


@pytest.mark.parametrize(
    ("refine", "message"),
    [
        ("missing:x", "Unknown field: missing."),
        ("name", "'name' is not a field, a colon and a value."),
        ("date:soon", "'soon' is no value of date."),
        ("n:ten", "'ten' is no value of n."),
        ("open:maybe", "'maybe' is no value of open."),
        ("place:1", "'1' is no value of place."),
    ],
)
def test_a_refinement_that_means_nothing_is_refused(refine, message):
    with pytest.raises(QueryError) as refused:
        facets.refinements(FACETS, (refine,), clause="refine")
    assert refused.value.message == (
        f"ODSQL query is malformed: {message} Clause(s) containing the error(s): refine."
    )


def counted(ask: Ask, facet: str, **asked: Any) -> dict[str, Any]:
    """A facet of the rows, as the API shows it."""
    refined, excluded = (
        facets.refinements(FACETS, asked.pop(clause, ()), clause=clause)
        for clause in ("refine", "exclude")
    )
    counting = facetting.counting(parse_facet(facet), FACETS, a_query(**asked), refined, excluded)
    results = [
        [{"value": value, "count": count} for value, count in ask_tree(ask, query)]
        for query in counting.queries
    ]
    return counting.answer(results)


def ask_tree(ask: Ask, query: tree.Query) -> list[list[Any]]:
    return ask(
        select=writing.write_select(query.select),
        where=writing.write(query.where) if query.where else "true",
        group_by=writing.write_group_by(query.group_by),
        order_by=writing.write_order_by(query.order_by),
        limit=query.limit,
        timezone=query.timezone,
    )


def shown(facet: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(one["value"], one.get("count"), one["state"]) for one in facet["facets"]]


def test_the_values_of_a_list_are_counted_one_by_one(ask: Ask):
    assert counted(ask, "tags") == {
        "name": "tags",
        "facets": [
            {"name": "sport", "count": 4, "value": "sport", "state": "displayed"},
            {"name": "culture", "count": 3, "value": "culture", "state": "displayed"},
            {"name": "a,b", "count": 1, "value": "a,b", "state": "displayed"},
            {"name": "fleurs", "count": 1, "value": "fleurs", "state": "displayed"},
            {"name": "É", "count": 1, "value": "É", "state": "displayed"},
        ],
    }


def test_a_refined_value_is_said_to_be(ask: Ask):
    assert shown(counted(ask, "tags", refine=("tags:culture",))) == [
        ("culture", 3, "refined"),
        ("sport", 2, "displayed"),
    ]


def test_an_excluded_value_has_no_count(ask: Ask):
    assert shown(counted(ask, "open", exclude=("open:true",))) == [
        ("false", 3, "displayed"),
        ("true", None, "excluded"),
    ]


def test_the_other_values_of_a_disjunctive_facet_are_counted_too(ask: Ask):
    assert shown(counted(ask, "group", refine=("group:A",))) == [
        ("A", 3, "refined"),
        ("B", 3, "displayed"),
        ("C", 2, "displayed"),
    ]
    alone = counted(ask, 'facet(name="group", disjunctive=false)', refine=("group:A",))
    assert shown(alone) == [("A", 3, "refined")]


def test_a_date_opens_where_it_is_refined(ask: Ask):
    years = counted(ask, "date")
    assert shown(years) == [
        ("2020", 4, "displayed"),
        ("2024", 3, "displayed"),
        ("1969", 1, "displayed"),
        ("2021", 1, "displayed"),
    ]
    assert counted(ask, "date", refine=("date:2020/11",)) == {
        "name": "date",
        "facets": [
            {
                "name": "2020",
                "count": 2,
                "value": "2020",
                "state": "refined",
                "facets": [
                    {
                        "name": "11",
                        "count": 2,
                        "value": "2020/11",
                        "state": "refined",
                        "facets": [
                            {
                                "name": day,
                                "count": 1,
                                "value": f"2020/11/{day}",
                                "state": "displayed",
                            }
                            for day in ("03", "30")
                        ],
                    }
                ],
            }
        ],
    }


def test_a_facet_is_counted_in_the_rows_of_the_query(ask: Ask):
    assert shown(counted(ask, "group", where="n > 2")) == [
        ("C", 2, "displayed"),
        ("A", 1, "displayed"),
        ("B", 1, "displayed"),
    ]


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        ('facet(name="tags", sort="alphanum")', ["a,b", "culture", "fleurs", "sport", "É"]),
        ('facet(name="tags", sort="-alphanum", limit=2)', ["É", "sport"]),
        ('facet(name="tags", sort="count", limit=4)', ["a,b", "fleurs", "É", "culture"]),
        ('facet(name="x", sort="num", limit=3)', ["-1.5", "0.0", "0.1"]),
        ('facet(name="x", sort="-num", limit=2)', ["10000000000.0", "2.5"]),
    ],
)
def test_values_are_sorted_and_cut(ask: Ask, facet, expected):
    assert [one["value"] for one in counted(ask, facet)["facets"]] == expected


def test_levels_of_a_text_are_counted_together():
    counting = facetting.counting(
        Facet(name="note"),
        FACETS,
        tree.Query(),
        facets.refinements(FACETS, ("note:a",), clause="refine"),
    )
    rows = [{"value": "a/b", "count": 2}, {"value": "a/c", "count": 1}, {"value": "d", "count": 4}]
    assert counting.answer([rows])["facets"] == [
        {"name": "d", "count": 4, "value": "d", "state": "displayed"},
        {
            "name": "a",
            "count": 3,
            "value": "a",
            "state": "refined",
            "facets": [
                {"name": "b", "count": 2, "value": "a/b", "state": "displayed"},
                {"name": "c", "count": 1, "value": "a/c", "state": "displayed"},
            ],
        },
    ]


def test_a_facet_may_have_a_reserved_name():
    assert parse_facet(" year ") == Facet(name="year")
    told = parse_facet("facet(name='year', hierarchical=true, separator='>', limit=5)")
    assert told == Facet(name="year", hierarchical=True, separator=">", limit=5)


def test_facets_of_a_dataset_are_its_annotated_fields():
    names = [one.name for one in facets.default_facets(FACETS)]
    assert names == ["tags", "open", "date", "group"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing", "Unknown field: missing."),
        ("place", "The field place of type geo_point_2d has no facet."),
    ],
)
def test_a_field_without_a_facet_is_refused(name, message):
    with pytest.raises(QueryError) as refused:
        facetting.counting(Facet(name=name), FACETS, tree.Query())
    assert refused.value.message == (
        f"ODSQL query is malformed: {message} Clause(s) containing the error(s): facet."
    )
