"""Queries whose rows are rows of the dataset."""

from __future__ import annotations

from sqlglot import exp

from parvis.opendata.rules.fields import GEOGRAPHIC, ROW_ID, FieldType
from parvis.opendata.rules.odsql import selecting, tree
from parvis.opendata.rules.odsql.context import Context, Typed
from parvis.opendata.rules.odsql.dialects import call, column, labelled, string
from parvis.opendata.rules.odsql.groups import is_aggregated
from parvis.opendata.rules.odsql.outputs import Form, Output
from parvis.opendata.rules.odsql.scalars import Row, compile_value

UNORDERED = GEOGRAPHIC | {FieldType.FILE, FieldType.JSON}
"""Types that have no order."""


def compile_rows(
    context: Context, query: tree.Query, kept: exp.Select
) -> tuple[exp.Select, tuple[Output, ...]]:
    """Return the chosen values of the rows that are kept, in their order."""
    context = context.within("select")
    chosen = selecting.chosen(context, query.select)
    columns: list[exp.Expr] = []
    outputs = []
    for label, value in chosen.items():
        output, nodes = _output(context, label, value, len(columns))
        names = zip(output.columns, nodes, strict=True)
        columns += [labelled(node, name) for name, node in names]
        outputs.append(output)
    select = kept.select(*(columns or [column(ROW_ID)]), copy=False)
    keys = [_order(context.within("order_by"), chosen, one) for one in query.order_by]
    keys.append(exp.Ordered(this=column(ROW_ID), desc=False, nulls_first=False))
    return select.order_by(*keys, copy=False), tuple(outputs)


def names_of_columns(first: int, many: int) -> tuple[str, ...]:
    """Return the names of columns in the result: `c:0`, `c:1`…"""
    return tuple(f"c:{rank}" for rank in range(first, first + many))


def _output(
    context: Context, label: str, value: tree.Value, first: int
) -> tuple[Output, list[exp.Expr]]:
    if isinstance(value, tree.Call) and value.function == "json_format":
        return _json_format(context, label, value, first)
    typed = compile_value(context, Row(context), value)
    names = names_of_columns(first, 1)
    if typed.type is FieldType.GEO_POINT and typed.field is not None:
        nodes = [column(name) for name in typed.field.columns]
        names = names_of_columns(first, len(nodes))
        return Output(name=label, type=typed.type, columns=names, form=Form.POINT), nodes
    kind = typed.type or FieldType.TEXT
    return Output(name=label, type=kind, columns=names, is_list=typed.is_list), [typed.sql]


def _json_format(
    context: Context, label: str, value: tree.Call, first: int
) -> tuple[Output, list[exp.Expr]]:
    typed = compile_value(context, Row(context), value.arguments[0])
    if typed.type is not FieldType.TEXT or typed.is_list:
        raise context.error("json_format only supports text expressions that are not multivalued.")
    fallback = value.arguments[1] if len(value.arguments) > 1 else None
    if fallback is not None and not _is_text_or_null(fallback):
        raise context.error("json_format falls back on a text or null.")
    output = Output(
        name=label,
        type=FieldType.TEXT,
        columns=names_of_columns(first, 1),
        form=Form.JSON_TEXT,
        fallback=_text(fallback),
        has_fallback=fallback is not None,
    )
    return output, [typed.sql]


def _is_text_or_null(value: tree.Value) -> bool:
    return isinstance(value, tree.Literal) and (value.value is None or isinstance(value.value, str))


def _text(value: tree.Value | None) -> str | None:
    is_text = isinstance(value, tree.Literal) and isinstance(value.value, str)
    return str(value.value) if is_text and isinstance(value, tree.Literal) else None


def _order(
    context: Context, chosen: dict[str, tree.Value], key: tree.Ordered | tree.RandomOrder
) -> exp.Expr:
    if isinstance(key, tree.RandomOrder):
        return shuffled(context, key.seed, column(ROW_ID))
    value = key.value
    if isinstance(value, tree.Name):
        value = chosen.get(value.name, value)
    if is_aggregated(value):
        raise context.error("aggregation functions order groups only.")
    return ordered(context, compile_value(context, Row(context), value), descending=key.descending)


def ordered(context: Context, value: Typed, *, descending: bool) -> exp.Expr:
    """Return a value as a key of an order, nulls last both ways; of a list, the element that comes
    first that way counts."""
    if value.type in UNORDERED:
        msg = f"A value of type {value.type} has no order."
        raise context.error(msg)
    sql = value.sql
    if value.is_list:
        sql = context.dialect.least(sql, greatest=descending)
    if isinstance(sql, exp.Placeholder):
        # A constant orders nothing; an engine may take a bare parameter for the place of a column.
        sql = exp.cast(sql, "text")
    return exp.Ordered(this=sql, desc=descending, nulls_first=False)


def shuffled(context: Context, seed: int, rank: exp.Expr) -> exp.Expr:
    """Return an order that looks like none, the same for the same seed in every engine."""
    text = call("concat", string(f"{seed}:"), context.dialect.text(rank))
    return exp.Ordered(this=context.dialect.digest(text), desc=False, nulls_first=False)
