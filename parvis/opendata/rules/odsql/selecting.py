"""The select clause: which values are asked for, and under which names."""

from __future__ import annotations

from collections.abc import Iterator

from parvis.opendata.rules.fields import Schema
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.context import Context
from parvis.opendata.rules.odsql.errors import shown
from parvis.opendata.rules.odsql.writing import write


def chosen(context: Context, items: tuple[tree.SelectItem, ...]) -> dict[str, tree.Value]:
    """Return the values of a select clause by their names, in order.

    `*` is every field; `include` adds fields and `exclude` takes them away, from all of them if
    nothing was chosen before. Raises QueryError for an unknown field in a pattern without a star,
    and for an alias that is given twice.
    """
    found: dict[str, tree.Value] = {}
    aliases: set[str] = set()
    for rank, item in enumerate(items or (tree.Star(),)):
        match item:
            case tree.Star():
                found |= _fields(context.schema)
            case tree.Pattern():
                _apply(context, found, item, first=rank == 0)
            case tree.Selected():
                label = item.label or own_label(item.value)
                if label in aliases and item.label:
                    raise declared_twice(context, label)
                aliases |= {item.label} - {""}
                found[label] = item.value
    return found


def own_label(value: tree.Value) -> str:
    """Return the name of a value without an alias: the words it was written in."""
    return value.name if isinstance(value, tree.Name) else value.text or write(value)


def declared_twice(context: Context, label: str) -> Exception:
    """Return the error of an alias that stands for two values."""
    return context.error(f"Alias '{shown(label, width=100)}' is declared several times.")


def _fields(schema: Schema) -> dict[str, tree.Value]:
    return {one.name: tree.Name(name=one.name, text=one.name) for one in schema.fields}


def _apply(
    context: Context, found: dict[str, tree.Value], item: tree.Pattern, *, first: bool
) -> None:
    names = list(_matching(context, item.pattern))
    if item.excluded and first:
        found |= _fields(context.schema)
    for name in names:
        if item.excluded:
            found.pop(name, None)
        else:
            found[name] = tree.Name(name=name, text=name)


def _matching(context: Context, pattern: str) -> Iterator[str]:
    names = [one.name for one in context.schema.fields]
    if pattern.endswith("*"):
        yield from (name for name in names if name.startswith(pattern[:-1]))
    elif pattern in names:
        yield pattern
    else:
        msg = f"Unknown field: {shown(pattern, width=100)}."
        raise context.error(msg)
