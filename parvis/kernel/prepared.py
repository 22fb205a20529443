"""Questions asked so often that Django writes their SQL once for each process, not each time."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet, query as library

from parvis.kernel import asking

M = TypeVar("M", bound=Model)
# The stubs describe a later release of the library.
_populators: Callable[..., Any] = library.get_related_populators


class Prepared(Generic[M]):
    """A queryset whose SQL is kept: only what it is asked with changes.

    `ask` makes the queryset of values of these `kinds` (int, float, str, UUID or datetime), in this
    order. Each must reach the database as it is given; what else the queryset says is fixed.
    Writing SQL takes the mapper ten times as long as asking it: worth it at the doors through
    which everybody goes, and nowhere else.
    """

    def __init__(self, ask: Callable[..., QuerySet[M, M]], *kinds: type) -> None:
        self._ask, self._kinds = ask, kinds
        self._written: _Written | None = None

    def all(self, *values: object) -> list[M]:
        """Return the rows, each a model with what the queryset selects and annotates.

        :raises ValueError: if the queryset changes a value before the database sees it
        """
        written = self._written
        if written is None:
            written = self._written = _write(self._ask, self._kinds)
        asked: list[Any] = [
            values[given.rank] if isinstance(given, _Given) else given
            for given in written.parameters
        ]
        return list(written.read(asking.rows(written.sql, asked)))

    def first(self, *values: object) -> M | None:
        """Return the first row, or None."""
        return next(iter(self.all(*values)), None)


@dataclass(frozen=True, slots=True)
class _Given:
    """The place of a value among the parameters."""

    rank: int


@dataclass(frozen=True, slots=True)
class _Written:
    sql: str
    parameters: tuple[Any, ...]
    read: Callable[[list[tuple[Any, ...]]], Iterator[Any]]


_SAMPLES: dict[type, Callable[[], Any]] = {
    int: lambda: secrets.randbelow(2**31),
    float: lambda: secrets.randbelow(2**31) + 0.5,
    str: lambda: secrets.token_hex(16),
    uuid.UUID: uuid.uuid4,
    dt.datetime: lambda: dt.datetime(
        2015, 6, 1, 0, 0, secrets.randbelow(60), secrets.randbelow(10**6), tzinfo=dt.UTC
    ),
}


def _write(ask: Callable[..., QuerySet[Any, Any]], kinds: tuple[type, ...]) -> _Written:
    samples = [_SAMPLES[kind]() for kind in kinds]
    compiler = ask(*samples).query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    ranks = {sample: rank for rank, sample in enumerate(samples)}
    found = [_Given(ranks[one]) if _is_sample(one, ranks) else one for one in parameters]
    if {one.rank for one in found if isinstance(one, _Given)} != set(ranks.values()):
        message = "a value is changed before the database sees it"
        raise ValueError(message)
    return _Written(sql, tuple(found), _reader(compiler))


def _is_sample(value: object, ranks: dict[Any, int]) -> bool:
    return isinstance(value, tuple(_SAMPLES)) and value in ranks


def _reader(compiler: Any) -> Callable[[list[tuple[Any, ...]]], Iterator[Any]]:
    """Return what makes models of rows, as Django's own `ModelIterable` does."""
    known, select = compiler.klass_info, compiler.select
    begin, end = known["select_fields"][0], known["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[begin:end]]
    related = _populators(known, select, connection.alias)
    converters = compiler.get_converters([column[0] for column in select])

    def read(rows: list[tuple[Any, ...]]) -> Iterator[Any]:
        for row in compiler.apply_converters(rows, converters) if converters else rows:
            made = known["model"].from_db(connection.alias, names, row[begin:end])
            for populator in related:
                populator.populate(row, made)
            for name, place in (compiler.annotation_col_map or {}).items():
                setattr(made, name, row[place])
            yield made

    return read
