"""Queries whose rows are groups of rows of the dataset: see `grouping` for their two queries."""

from __future__ import annotations

from sqlglot import exp

from parvis.opendata.rules.fields import GEOGRAPHIC, ROW_ID, FieldType
from parvis.opendata.rules.odsql import dialects, selecting, tree
from parvis.opendata.rules.odsql.context import Context, Typed
from parvis.opendata.rules.odsql.dialects import call, column, labelled, table
from parvis.opendata.rules.odsql.grouping import Key, keys
from parvis.opendata.rules.odsql.groups import Group, is_aggregated
from parvis.opendata.rules.odsql.outputs import Form, Output
from parvis.opendata.rules.odsql.rows import names_of_columns, ordered, shuffled
from parvis.opendata.rules.odsql.scalars import Row, compile_value
from parvis.opendata.rules.odsql.writing import write

_Columns = list[exp.Expr]


def compile_groups(
    context: Context, query: tree.Query, kept: exp.Select
) -> tuple[exp.Select, tuple[Output, ...]]:
    """Return the groups of the rows that are kept: their keys first, unless the select clause says
    where they stand, then what is asked of each."""
    group = Group(context.within("select"), keys(context, query.group_by))
    columns: _Columns = []
    outputs: list[Output] = []
    for label, value in _asked(group, query).items():
        output, nodes = _output(group, label, value, len(columns))
        names = zip(output.columns, nodes, strict=True)
        columns += [labelled(node, name) for name, node in names]
        outputs.append(output)
    orders = _orders(group.within("order_by"), query)
    made = table(_grouped(group, kept).subquery(copy=False), "made")
    select = exp.select(*columns, copy=False).from_(made, copy=False)
    return (select.order_by(*orders, copy=False) if orders else select), tuple(outputs)


def compile_keys(context: Context, query: tree.Query, kept: exp.Select) -> exp.Select:
    """Return one row for each group of the rows that are kept."""
    return _grouped(Group(context, keys(context, query.group_by)), kept)


def _grouped(group: Group, kept: exp.Select) -> exp.Select:
    """Return the keys of each group and what the aggregates make of it."""
    made = [labelled(one.sql, one.name) for one in group.aggregates.values()]
    names = [column(key.name) for key in group.keys]
    select = exp.select(*names, *made, copy=False).from_(_inner(group, kept), copy=False)
    for key in group.keys:
        if key.needed:
            there = exp.Not(this=dialects.is_null(column(key.name)))
            select = select.where(there, copy=False)
    return select.group_by(*(column(key.name) for key in group.keys), copy=False)


def _asked(group: Group, query: tree.Query) -> dict[str, tree.Value | Key]:
    """Return what each group shows, by its name: keys that the select clause does not name come
    before what it does."""
    items = tuple(item for item in query.select if isinstance(item, tree.Selected))
    chosen = selecting.chosen(group.context, items) if items else {}
    labels = {key.label for key in group.keys}
    for item in items:
        if item.label in labels:
            raise selecting.declared_twice(group.context, item.label)
    asked: dict[str, tree.Value | Key] = {
        label: group.key(value) or value for label, value in chosen.items()
    }
    shown = {one.name for one in asked.values() if isinstance(one, Key)}
    missing = {key.label: key for key in group.keys if key.name not in shown}
    return missing | asked


def _output(
    group: Group, label: str, value: tree.Value | Key, first: int
) -> tuple[Output, _Columns]:
    if isinstance(value, Key):
        names = names_of_columns(first, 1)
        shown = value.output
        return _renamed(shown, label, names), [column(value.name)]
    if isinstance(value, tree.Aggregate) and value.function in {"envelope", "bbox"}:
        return _extent(group, label, value, first)
    typed = compile_value(group.context, group, value)
    kind = typed.type or FieldType.TEXT
    return Output(name=label, type=kind, columns=names_of_columns(first, 1)), [typed.sql]


def _renamed(output: Output, label: str, columns: tuple[str, ...]) -> Output:
    return Output(
        name=label,
        type=output.type,
        columns=columns,
        form=output.form,
        labels=output.labels,
        width=output.width,
        unit=output.unit,
    )


def _extent(group: Group, label: str, node: tree.Aggregate, first: int) -> tuple[Output, _Columns]:
    """Return the convex hull of points, or the box of points or shapes."""
    context = group.context
    if not isinstance(node.value, tree.Name):
        msg = f"{node.function} needs a geographic field."
        raise context.error(msg)
    field = Row(context).name(node.value).field
    if field is None or field.type not in GEOGRAPHIC:
        msg = f"{node.function} needs a geographic field."
        raise context.error(msg)
    held = [
        group.need(Typed(type=FieldType.DOUBLE, sql=column(name)), f"column {name}")
        for name in field.columns[-4:]
    ]
    if node.function == "envelope":
        if field.type is not FieldType.GEO_POINT:
            raise context.error("envelope only supports geo_point_2d fields.")
        points = context.dialect.aggregate("points", exp.Array(expressions=held))
        points = group.make(points, write(node))
        names = names_of_columns(first, 1)
        return Output(name=label, type=FieldType.GEO_SHAPE, columns=names, form=Form.HULL), [points]
    low, high = held[:2], held[-2:]
    sides = [group.make(call("min", one), f"least {one.name}") for one in low]
    sides += [group.make(call("max", one), f"greatest {one.name}") for one in high]
    names = names_of_columns(first, len(sides))
    return Output(name=label, type=FieldType.GEO_SHAPE, columns=names, form=Form.BOX), sides


def _orders(group: Group, query: tree.Query) -> _Columns:
    """Return the keys of the order, those of the groups last: no two groups tie."""
    context = group.context
    select = tuple(item for item in query.select if isinstance(item, tree.Selected))
    labels = {item.label or selecting.own_label(item.value): item.value for item in select}
    orders: _Columns = []
    by_key = False
    for one in query.order_by:
        if isinstance(one, tree.RandomOrder):
            held = group.need(Typed(type=FieldType.INT, sql=column(ROW_ID)), ROW_ID)
            first = group.make(call("min", held), "first row")
            orders.append(shuffled(context, one.seed, first))
            continue
        value = _meant(group, labels, one.value)
        of_rows = isinstance(value, tree.Node) and is_aggregated(value)
        if of_rows and by_key:
            raise context.error("aggregation functions must come before fields.")
        by_key = by_key or not of_rows
        orders.append(_order(group, value, descending=one.descending))
    return orders + [_by_key(key, descending=False) for key in group.keys]


def _meant(group: Group, labels: dict[str, tree.Value], value: tree.Value) -> tree.Value | Key:
    """Return what is ordered by: a key, or what a label of the select clause stands for."""
    key = group.key(value)
    if key is None and isinstance(value, tree.Name):
        value = labels.get(value.name, value)
        key = group.key(value)
    return key or value


def _order(group: Group, value: tree.Value | Key, *, descending: bool) -> exp.Expr:
    if isinstance(value, Key):
        return _by_key(value, descending=descending)
    return ordered(group.context, compile_value(group.context, group, value), descending=descending)


def _by_key(key: Key, *, descending: bool) -> exp.Expr:
    return exp.Ordered(this=column(key.name), desc=descending, nulls_first=False)


def _inner(group: Group, kept: exp.Select) -> exp.Expr:
    """Return the rows with what the groups need, lists laid out: a query between for each."""
    dialect = group.context.dialect
    lists = [key for key in group.keys if key.inner.is_list]
    names = [_listed(key) if key.inner.is_list else key.name for key in group.keys]
    values = [key.inner.sql for key in group.keys] + [one.sql for one in group.needs.values()]
    names += [one.name for one in group.needs.values()]
    inner = kept.select(
        *(labelled(value, name) for name, value in zip(names, values, strict=True)),
        *([] if names else [exp.Literal.number(1)]),
        copy=False,
    )
    for key in lists:
        elements = labelled(dialect.elements(column(_listed(key))), key.name)
        rest = [column(name) for name in names if name != _listed(key)]
        around = table(inner.subquery(copy=False), "kept")
        inner = exp.select(*rest, elements, copy=False).from_(around, copy=False)
        names = [name for name in names if name != _listed(key)] + [key.name]
    return table(inner.subquery(copy=False), "kept")


def _listed(key: Key) -> str:
    return key.name.replace("k", "l")
