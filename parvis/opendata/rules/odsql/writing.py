"""A tree written back as ODSQL: what is read from it is the same tree.

The pages use it to show the call that a filter makes; the compiler to tell whether two values are
the same whatever the places they were read from.
"""

from __future__ import annotations

import json
import re
from functools import singledispatch

from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.lexing import RESERVED

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?")
_LIKE_A_CALL = frozenset({"in", "is", "like", "to", "date", "geom"})
_PRODUCTS = frozenset("*/")


def write_where(condition: tree.Condition) -> str:
    """Return a where clause."""
    return write(condition)


def write_select(items: tuple[tree.SelectItem, ...]) -> str:
    """Return a select clause."""
    return ", ".join(write(item) for item in items)


def write_group_by(keys: tuple[tree.Grouped, ...]) -> str:
    """Return a group_by clause."""
    return ", ".join(write(key) for key in keys)


def write_order_by(keys: tuple[tree.Ordered | tree.RandomOrder, ...]) -> str:
    """Return an order_by clause."""
    return ", ".join(write(key) for key in keys)


def quoted(text: str) -> str:
    """Return a text between quotes."""
    return json.dumps(text, ensure_ascii=False)


def named(name: str) -> str:
    """Return the name of a field, between back-quotes where it needs them."""
    if _BARE.fullmatch(name) and name.lower() not in RESERVED | _LIKE_A_CALL:
        return name
    return f"`{json.dumps(name, ensure_ascii=False)[1:-1].replace('`', chr(92) + '`')}`"


@singledispatch
def write(node: tree.Node) -> str:
    """Return a node as ODSQL."""
    message = f"{type(node).__name__} is no part of a query"
    raise TypeError(message)


@write.register
def _(node: tree.Literal) -> str:
    if isinstance(node.value, str):
        return quoted(node.value)
    if isinstance(node.value, bool) or node.value is None:
        return {True: "true", False: "false", None: "null"}[node.value]
    return repr(node.value)


@write.register
def _(node: tree.DateLiteral) -> str:
    if node.first == node.last:
        return f"date'{node.first.isoformat()}'"
    length = 4 if node.first.month != node.last.month else 7
    if node.first.day == node.last.day:
        length = 10
    return f"date'{node.first.isoformat()[:length]}'"


@write.register
def _(node: tree.Now) -> str:
    return f"now({', '.join(f'{name}={value}' for name, value in node.parts)})"


@write.register
def _(node: tree.Geometry) -> str:
    return f"geom'{node.geojson}'"


@write.register
def _(node: tree.Name) -> str:
    return named(node.name)


@write.register
def _(node: tree.Arithmetic) -> str:
    product = node.operator in _PRODUCTS
    left, right = write(node.left), write(node.right)
    if product and isinstance(node.left, tree.Arithmetic) and node.left.operator not in _PRODUCTS:
        left = f"({left})"
    if isinstance(node.right, tree.Arithmetic) and (product or node.right.operator in "+-"):
        right = f"({right})"
    return f"{left} {node.operator} {right}"


@write.register
def _(node: tree.Negative) -> str:
    inside = write(node.value)
    return f"-({inside})" if isinstance(node.value, tree.Arithmetic) else f"-{inside}"


@write.register
def _(node: tree.Call) -> str:
    return f"{node.function}({', '.join(write(one) for one in node.arguments)})"


@write.register
def _(node: tree.Aggregate) -> str:
    inside = "*" if node.value is None else write(node.value)
    percent = "" if node.argument is None else f", {node.argument!r}"
    return f"{node.function}({'distinct ' if node.distinct else ''}{inside}{percent})"


def _bracketed(node: tree.Condition, *weaker: type[tree.Node]) -> str:
    return f"({write(node)})" if isinstance(node, weaker) else write(node)


@write.register
def _(node: tree.And) -> str:
    return " and ".join(_bracketed(one, tree.And, tree.Or) for one in node.conditions)


@write.register
def _(node: tree.Or) -> str:
    return " or ".join(_bracketed(one, tree.Or) for one in node.conditions)


@write.register
def _(node: tree.Not) -> str:
    return f"not {_bracketed(node.condition, tree.And, tree.Or)}"


@write.register
def _(node: tree.Comparison) -> str:
    return f"{write(node.left)} {node.operator} {write(node.right)}"


@write.register
def _(node: tree.IsTrue) -> str:
    negated, expected = "not " if node.negated else "", "true" if node.expected else "false"
    return f"{write(node.value)} is {negated}{expected}"


@write.register
def _(node: tree.IsNull) -> str:
    return f"{write(node.value)} is {'not ' if node.negated else ''}null"


@write.register
def _(node: tree.Like) -> str:
    return f"{write(node.value)} like {quoted(node.words)}"


@write.register
def _(node: tree.InList) -> str:
    return f"{write(node.value)} in ({', '.join(write(one) for one in node.choices)})"


@write.register
def _(node: tree.InRange) -> str:
    low = "*" if node.low is None else write(node.low)
    high = "*" if node.high is None else write(node.high)
    first, last = "[" if node.low_included else "]", "]" if node.high_included else "["
    return f"{write(node.value)} in {first}{low} to {high}{last}"


@write.register
def _(node: tree.TextSearch) -> str:
    if node.mode is tree.TextMode.WORDS:
        return quoted(node.words)
    return f"{node.mode}({', '.join([*map(named, node.fields), quoted(node.words)])})"


@write.register
def _(node: tree.WithinDistance) -> str:
    return f"within_distance({named(node.field)}, {write(node.center)}, {node.metres!r}m)"


@write.register
def _(node: tree.InBox) -> str:
    sides = ", ".join(repr(side) for side in (node.south, node.west, node.north, node.east))
    return f"in_bbox({named(node.field)}, {sides})"


@write.register
def _(node: tree.Spatial) -> str:
    return f"{node.relation}({named(node.field)}, {write(node.geometry)})"


@write.register
def _(_node: tree.Star) -> str:
    return "*"


@write.register
def _(node: tree.Pattern) -> str:
    name, star = node.pattern.removesuffix("*"), "*" if node.pattern.endswith("*") else ""
    return f"{'exclude' if node.excluded else 'include'}({named(name)}{star})"


def _labelled(value: str, label: str) -> str:
    return f"{value} as {named(label)}" if label else value


@write.register
def _(node: tree.Selected) -> str:
    return _labelled(write(node.value), node.label)


@write.register
def _(node: tree.Grouped) -> str:
    return _labelled(write(node.value), node.label)


@write.register
def _(node: tree.Ranges) -> str:
    low, high = ["*"] * node.open_low, ["*"] * node.open_high
    return f"range({', '.join([named(node.field), *low, *map(write, node.bounds), *high])})"


@write.register
def _(node: tree.Widths) -> str:
    width = f"{int(node.width)} {node.unit}" if node.unit else repr(node.width)
    return f"range({named(node.field)}, {width})"


@write.register
def _(node: tree.Ordered) -> str:
    return f"{write(node.value)}{' desc' if node.descending else ''}"


@write.register
def _(node: tree.RandomOrder) -> str:
    return f"random({node.seed})"
