"""Queries compiled for an engine, from one tree: names and types checked, nothing typed in the SQL.

`Compiled.sql` names its parameters: `$1`, `$2`… for DuckDB, which takes `parameters` as they are;
`{p1:String}`… for ClickHouse, which takes `Compiled.named`. Rows come in an order in which no two
tie: every order ends with `_id`, or with all the keys of the groups. Nulls are last both ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeGuard

from sqlglot import exp

from parvis.opendata.rules.fields import FieldType, Schema
from parvis.opendata.rules.odsql import dates, dialects, grouped, rows, tree
from parvis.opendata.rules.odsql.clickhouse import ClickHouse
from parvis.opendata.rules.odsql.context import Context, Found
from parvis.opendata.rules.odsql.duckdb import DuckDB
from parvis.opendata.rules.odsql.filters import compile_condition
from parvis.opendata.rules.odsql.groups import is_aggregated
from parvis.opendata.rules.odsql.outputs import Output

Search = tree.TextSearch | tree.Spatial | tree.WithinDistance | tree.Call
"""What is found before a query runs; a call is a distance to shapes."""
DialectName = Literal["duckdb", "clickhouse"]

_DIALECTS: dict[str, dialects.Dialect] = {"duckdb": DuckDB(), "clickhouse": ClickHouse()}
__all__ = ["Compiled", "Output", "Search", "check", "compile_count", "compile_query", "searches"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A query an engine can run: its outputs say how its columns become JSON values."""

    sql: str
    parameters: list[Any]
    columns: tuple[Output, ...]

    @property
    def named(self) -> dict[str, str]:
        """Return the parameters as ClickHouse takes them: `p1`, `p2`…, escaped."""
        values = enumerate(self.parameters, start=1)
        return {f"p{rank}": dialects.clickhouse_text(value) for rank, value in values}


def compile_query(
    query: tree.Query,
    schema: Schema,
    *,
    dialect: DialectName,
    source: exp.Expr,
    found: Found,
) -> Compiled:
    """Return the rows of a query, or its groups; one row for aggregates without a group_by.

    `source` is what stands in FROM; `found` holds the ranks that each of `searches` found, None
    for every row, or what it measured. Raises QueryError for an unknown field, types that do not go
    together, an aggregate where none may be, an unknown time zone.
    """
    context = _context(query, schema, dialect, found)
    kept = _kept(context, query, source)
    if is_grouped(query):
        select, outputs = grouped.compile_groups(context, query, kept)
    else:
        select, outputs = rows.compile_rows(context, query, kept)
    if query.limit is not None:
        select.set("limit", exp.Limit(expression=exp.Literal.number(query.limit)))
    if query.offset:
        select.set("offset", exp.Offset(expression=exp.Literal.number(query.offset)))
    return _finished(context, select, outputs)


def compile_count(
    query: tree.Query,
    schema: Schema,
    *,
    dialect: DialectName,
    source: exp.Expr,
    found: Found,
) -> Compiled:
    """Return how many rows, or groups, a query finds without its limit and offset: one column, one
    row; 1 for aggregates without a group_by."""
    context = _context(query, schema, dialect, found)
    select = _kept(context, query, source)
    if query.group_by:
        groups = grouped.compile_keys(context, query, select)
        select = exp.select().from_(
            dialects.table(groups.subquery(copy=False), "counted"), copy=False
        )
    elif is_grouped(query):
        return Compiled(sql="SELECT 1", parameters=[], columns=())
    select = select.select(dialects.labelled(exp.Count(this=exp.Star()), "c:0"), copy=False)
    return _finished(context, select, ())


def check(query: tree.Query, schema: Schema) -> tuple[Output, ...]:
    """Return the outputs of a query, or raise QueryError for what `compile_query` would refuse:
    before the engine looks for anything."""
    found: Found = dict.fromkeys(searches(query, schema))
    source = exp.to_table("checked")
    return compile_query(query, schema, dialect="duckdb", source=source, found=found).columns


def searches(query: tree.Query, schema: Schema) -> tuple[Search, ...]:
    """Return what the engine finds before it runs the query: words in the full-text index, exact
    geometries, the metres to shapes. What starts a text is looked at in the rows themselves, and
    so are points."""
    nodes = (*query.select, *query.group_by, *query.order_by)
    found = tree.descendants(*nodes, *((query.where,) if query.where else ()))
    return tuple(dict.fromkeys(node for node, _depth in found if _is_search(node, schema)))


def _is_search(node: tree.Node, schema: Schema) -> TypeGuard[Search]:
    match node:
        case tree.Spatial():
            return True
        case tree.TextSearch():
            return node.mode is not tree.TextMode.STARTS_WITH
        case tree.WithinDistance():
            return _is_shape(schema, node.field)
        case tree.Call(function="distance", arguments=(tree.Name(name=name), tree.Geometry())):
            return _is_shape(schema, name)
    return False


def _is_shape(schema: Schema, name: str) -> bool:
    field = schema.get(name)
    return field is not None and field.type is FieldType.GEO_SHAPE


def is_grouped(query: tree.Query) -> bool:
    """Tell whether the rows of a query are groups, or one row of aggregates."""
    return bool(query.group_by) or is_aggregated(*query.select)


def _context(query: tree.Query, schema: Schema, dialect: str, found: Found) -> Context:
    return Context(
        dialect=_DIALECTS[dialect],
        schema=schema,
        zone=dates.zone(query.timezone),
        language=query.language,
        now=query.now,
        found=found,
    )


def _kept(context: Context, query: tree.Query, source: exp.Expr) -> exp.Select:
    """Return the rows that are kept, without their columns."""
    table = source if isinstance(source, exp.Table | exp.Subquery) else exp.Table(this=source)
    select = exp.select().from_(dialects.table(table.copy(), "kept"), copy=False)
    if query.where is not None:
        condition = compile_condition(context.within("where"), query.where)
        select.set("where", exp.Where(this=condition))
    return select


def _finished(context: Context, select: exp.Select, outputs: tuple[Output, ...]) -> Compiled:
    parameters = context.parameters(select)
    sql = select.sql(dialect=context.dialect.name, normalize_functions=False, copy=False)
    return Compiled(sql=sql, parameters=parameters, columns=outputs)
