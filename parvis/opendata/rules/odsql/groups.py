"""The scope of a group: names are its keys, aggregates count its rows.

What an aggregate counts is a value of a row, so it is asked of the inner query (see `grouping`) and
named there; the same value is asked once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from parvis.opendata.rules.fields import GEOGRAPHIC, NUMERIC, TEMPORAL, FieldType
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.context import Context, Typed
from parvis.opendata.rules.odsql.dialects import column, number
from parvis.opendata.rules.odsql.errors import shown
from parvis.opendata.rules.odsql.grouping import Key
from parvis.opendata.rules.odsql.outputs import Form
from parvis.opendata.rules.odsql.scalars import Row, compile_value, known_field
from parvis.opendata.rules.odsql.writing import write

_UNCOUNTED = GEOGRAPHIC | {FieldType.FILE, FieldType.JSON}


@dataclass(frozen=True, slots=True)
class Needed:
    """A column that a query gives to the one around it."""

    name: str
    sql: exp.Expr


@dataclass(frozen=True, slots=True)
class Group:
    """The scope of a group of rows: names are keys, aggregates count its rows.

    `needs` are the values of a row that the aggregates asked for, and `aggregates` what they make
    of a group, both by the words that ask for them.
    """

    context: Context
    keys: tuple[Key, ...]
    needs: dict[str, Needed] = field(default_factory=dict)
    aggregates: dict[str, Needed] = field(default_factory=dict)

    def within(self, clause: str) -> Group:
        """Return the same scope for another clause."""
        return Group(self.context.within(clause), self.keys, self.needs, self.aggregates)

    def name(self, node: tree.Name) -> Typed:
        """Refuse a name that is no key."""
        known_field(self.context, node.name)
        name = shown(node.name, width=100)
        msg = f"{name} is selected without being in the group_by clause."
        raise self.context.error(msg)

    def known(self, node: tree.Value) -> Typed | None:
        """Return a key, by its label or by the words it was grouped by; or an aggregate."""
        if isinstance(node, tree.Aggregate):
            made = aggregate(self.context, self, node)
            return Typed(type=made.type, sql=self.make(made.sql, write(node)))
        key = self.key(node)
        if key is None:
            return None
        if key.output.form is not Form.PLAIN:
            msg = f"{shown(key.label, width=100)} only stands alone."
            raise self.context.error(msg)
        return Typed(type=key.inner.type, sql=column(key.name))

    def key(self, node: tree.Value) -> Key | None:
        """Return the key that a value is, or None."""
        name = node.name if isinstance(node, tree.Name) else None
        written = write(node)
        by_label = (one for one in self.keys if one.label == name)
        return next(by_label, next((one for one in self.keys if one.written == written), None))

    def need(self, value: Typed, words: str) -> exp.Expr:
        """Return the column of the inner query that holds a value of a row, nullable."""
        if words not in self.needs:
            sql = value.sql if value.is_list else self.context.dialect.nullable(value.sql)
            self.needs[words] = Needed(f"v:{len(self.needs)}", sql)
        return column(self.needs[words].name)

    def make(self, aggregated: exp.Expr, words: str) -> exp.Expr:
        """Return the column of the grouping query that holds an aggregate."""
        if words not in self.aggregates:
            self.aggregates[words] = Needed(f"a:{len(self.aggregates)}", aggregated)
        return column(self.aggregates[words].name)


def aggregate(context: Context, group: Group, node: tree.Aggregate) -> Typed:
    """Return an aggregate of a group; raises QueryError for a type it does not take."""
    if node.value is None:
        return Typed(type=FieldType.INT, sql=exp.Count(this=exp.Star()))
    if node.function in {"envelope", "bbox"}:
        msg = f"{node.function} only stands alone in a select clause."
        raise context.error(msg)
    value = compile_value(context, Row(context), node.value)
    held = group.need(value, write(node.value))
    dialect = context.dialect
    if node.function == "count":
        return Typed(type=FieldType.INT, sql=_counted(context, value, held, node))
    if value.is_list or value.type not in NUMERIC | TEMPORAL:
        raise context.error("StatAggregation only supports numeric or date expression.")
    if node.function in {"min", "max"}:
        return Typed(type=value.type, sql=dialect.aggregate(node.function, held))
    if value.type not in NUMERIC:
        msg = f"{node.function} only supports numeric expressions."
        raise context.error(msg)
    if node.function in {"median", "percentile"}:
        percent = 50 if node.argument is None else node.argument
        return Typed(
            type=FieldType.DOUBLE, sql=dialect.aggregate("percentile", held, percent=percent)
        )
    whole = "whole_" if value.type is FieldType.INT else ""
    kind = value.type if node.function == "sum" else FieldType.DOUBLE
    return Typed(type=kind, sql=dialect.aggregate(f"{whole}{node.function}", held))


def _counted(context: Context, value: Typed, held: exp.Expr, node: tree.Aggregate) -> exp.Expr:
    dialect = context.dialect
    if not node.distinct:
        if value.is_list:
            held = exp.Nullif(this=dialect.size(held), expression=number(0))
        return dialect.aggregate("count", held)
    if value.type in _UNCOUNTED:
        raise context.error("count(distinct) does not support this type.")
    return dialect.aggregate("count_elements" if value.is_list else "count_distinct", held)


def is_aggregated(*nodes: tree.Node) -> bool:
    """Tell whether a value stands for many rows."""
    return any(isinstance(node, tree.Aggregate) for node, _depth in tree.descendants(*nodes))
