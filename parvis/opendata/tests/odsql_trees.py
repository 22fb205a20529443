"""Trees of ODSQL, made by chance."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from hypothesis import strategies as st

from parvis.opendata.rules.odsql import dates, geometries, tree


def bare(node: Any) -> Any:
    """A tree without the places it was read from."""
    if isinstance(node, tuple):
        return tuple(bare(one) for one in node)
    if not isinstance(node, tree.Node):
        return node
    changes = {one.name: bare(getattr(node, one.name)) for one in dataclasses.fields(node)}
    return dataclasses.replace(node, **changes | {"position": 0, "text": ""})


def _date(text: str) -> tree.DateLiteral:
    first, last = dates.read(text)
    return tree.DateLiteral(first=first, last=last)


def _point(at: tuple[float, float]) -> tree.Geometry:
    return tree.Geometry(geojson=geometries.to_geojson(f"POINT({at[0]} {at[1]})"))


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
names = st.from_regex(r"[A-Za-z0-9_]{1,12}", fullmatch=True) | texts.filter(bool)
numbers = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(1e-6, 1e9)
degrees = st.floats(-90, 90)
literals = st.builds(tree.Literal, value=numbers | texts | st.booleans() | st.none())
moments = st.datetimes() | st.datetimes(timezones=st.just(dt.UTC))
when = st.one_of(
    moments.map(lambda one: tree.DateLiteral(first=one, last=one)),
    st.sampled_from(["2020", "0001-02", "9999-12-31", "2024-02-29", "1969/12"]).map(_date),
)
shapes = st.tuples(degrees, degrees).map(_point)
moves = st.builds(
    tree.Now,
    parts=st.lists(
        st.tuples(
            st.sampled_from(["year", "day", "weekday", "mondays", "hours"]), st.integers(1, 6)
        ),
        max_size=3,
    ).map(tuple),
)
leaves = literals | when | moves | st.builds(tree.Name, name=names)


def _values(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    not_a_number = inner.filter(
        lambda one: not isinstance(one, tree.Literal) or not isinstance(one.value, int | float)
    )
    named = {"operator": st.sampled_from("+-*/"), "left": inner, "right": inner}
    return st.one_of(
        st.builds(tree.Arithmetic, **named),
        st.builds(tree.Negative, value=not_a_number),
        st.builds(tree.Call, function=st.just("lower"), arguments=st.tuples(inner)),
        st.builds(tree.Call, function=st.just("ifnull"), arguments=st.tuples(inner, inner)),
        st.builds(tree.Aggregate, function=st.sampled_from(["sum", "max"]), value=inner),
        st.builds(tree.Aggregate, function=st.just("count"), value=inner, distinct=st.booleans()),
        st.builds(
            tree.Aggregate, function=st.just("percentile"), value=inner, argument=st.floats(0, 100)
        ),
    )


values = st.recursive(leaves, _values, max_leaves=6)
bounds = st.builds(tree.Literal, value=numbers | texts) | when | moves | st.none()
some_values = st.lists(values, min_size=1, max_size=3).map(tuple)
modes = st.sampled_from([one for one in tree.TextMode if one is not tree.TextMode.WORDS])
fields = st.lists(names, max_size=2).map(tuple)
tests = st.one_of(
    st.builds(
        tree.Comparison,
        operator=st.sampled_from(["=", "!=", ">", ">=", "<", "<="]),
        left=values,
        right=values,
    ),
    st.builds(tree.IsTrue, value=values, expected=st.booleans(), negated=st.booleans()),
    st.builds(tree.IsNull, value=values, negated=st.booleans()),
    st.builds(tree.Like, value=values, words=texts),
    st.builds(
        tree.InList, value=values, choices=st.lists(values, min_size=1, max_size=3).map(tuple)
    ),
    st.builds(
        tree.InRange,
        value=values,
        low=bounds,
        high=bounds,
        low_included=st.booleans(),
        high_included=st.booleans(),
    ),
    st.builds(tree.TextSearch, mode=st.just(tree.TextMode.WORDS), words=texts),
    st.builds(
        tree.TextSearch, mode=st.sampled_from(tree.TextMode), words=texts, fields=fields
    ).filter(lambda one: one.mode is not tree.TextMode.WORDS),
    st.builds(tree.WithinDistance, field=names, center=shapes, metres=positive),
    st.tuples(degrees, degrees, degrees, degrees, names).map(
        lambda at: tree.InBox(
            field=at[4],
            south=min(at[:2]),
            north=max(at[:2]),
            west=min(at[2:4]),
            east=max(at[2:4]),
        )
    ),
    st.builds(tree.Spatial, field=names, relation=st.sampled_from(tree.Relation), geometry=shapes),
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(tree.And, conditions=st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(tree.Or, conditions=st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(tree.Not, condition=inner),
    ),
    max_leaves=6,
)
labels = st.just("") | names
clean_names = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
selected = st.one_of(
    st.builds(tree.Star),
    st.builds(tree.Selected, value=values, label=labels),
    st.builds(
        tree.Pattern,
        pattern=st.tuples(clean_names, st.sampled_from(["", "*"])).map("".join),
        excluded=st.booleans(),
    ),
)
number_bounds = st.builds(tree.Literal, value=numbers)
grouped = st.one_of(
    st.builds(tree.Grouped, value=values, label=labels),
    st.builds(
        tree.Ranges,
        field=names,
        bounds=st.lists(number_bounds | when, min_size=2, max_size=4).map(tuple),
        open_low=st.booleans(),
        open_high=st.booleans(),
    ).map(lambda one: tree.Grouped(value=one)),
    st.builds(tree.Widths, field=names, width=positive).map(lambda one: tree.Grouped(value=one)),
    st.builds(tree.Widths, field=names, width=st.just(1.0), unit=st.sampled_from("smhdwMqy")).map(
        lambda one: tree.Grouped(value=one, label="g")
    ),
)
ordered = st.builds(tree.Ordered, value=values, descending=st.booleans()) | st.builds(
    tree.RandomOrder, seed=st.integers(-1000, 1000)
)
