"""What stands for the rows of a version in a query: its files, and what came after them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from sqlglot import exp

from parvis.opendata.queries.engine import files
from parvis.opendata.queries.engine.shapes import Tail, VersionFile
from parvis.opendata.rules.fields import RECORD_ID

Reader = Callable[[Path], exp.Expr]
"""Returns what stands for the rows of one file in an engine."""


def rows_of(version: VersionFile, read: Reader) -> exp.Expr:
    """Return what stands in FROM for all rows of a version: a function, or a query in brackets."""
    stored = [files.local_path(one.file) for one in version.stored if one.file]
    if len(stored) == 1 and version.tail is None:
        return read(stored[0])
    selects = [_every_row(read(path)) for path in stored]
    if version.tail is not None:
        if version.tail.hides:
            selects = [_without_the_changed(one, version.tail, read) for one in selects]
        selects.append(_every_row(read(version.tail.rows_file)))
    return all_of(selects).subquery()


def stored_rows(parts: Iterable[exp.Expr]) -> exp.Expr:
    """Return what stands in FROM for the rows of stored files, each as an engine reads it."""
    first, *others = parts
    return all_of(map(_every_row, (first, *others))).subquery() if others else first


def _every_row(source: exp.Expr) -> exp.Select:
    return exp.select("*").from_(exp.Table(this=source))


def _without_the_changed(select: exp.Select, tail: Tail, read: Reader) -> exp.Select:
    """Return the rows that the tail does not replace."""
    named = [tail.rows_file, *([tail.gone_file] if tail.gone_file else [])]
    names = all_of(exp.select(_name()).from_(exp.Table(this=read(path))) for path in named)
    return select.where(exp.Not(this=exp.In(this=_name(), query=names.subquery())))


def in_from(source: exp.Expr) -> exp.Expr:
    """Return what stands for rows as FROM takes it."""
    return source.copy() if isinstance(source, exp.Subquery) else exp.Table(this=source.copy())


def all_of(selects: Iterable[exp.Select]) -> exp.Query:
    """Return the rows of all these queries."""
    first, *others = selects
    return exp.union(first, *others, distinct=False) if others else first


def _name() -> exp.Column:
    return exp.column(exp.to_identifier(RECORD_ID, quoted=True))
