"""What a query is compiled with, and what its values become."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self
from zoneinfo import ZoneInfo

from sqlglot import exp

from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.dialects import Dialect
from parvis.opendata.rules.odsql.errors import QueryError, malformed

Found = Mapping[tree.Node, AbstractSet[int] | Sequence[int] | Sequence[float] | None]
"""The ranks of the rows that a search found, None meaning every row; of a distance to shapes, the
metres of each row by its rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The engine, the schema, the time and place of a query; `clause` is the one being compiled,
    `typed` what its caller typed."""

    dialect: Dialect
    schema: Schema
    zone: ZoneInfo
    language: str
    now: dt.datetime | None
    found: Found
    clause: str = "where"
    typed: list[Any] = field(default_factory=list)

    def within(self, clause: str) -> Self:
        """Return the same context for another clause."""
        return replace(self, clause=clause)

    def parameter(self, value: Any) -> exp.Expr:
        """Return the place of a value that travels beside the text; `parameters` numbers it."""
        self.typed.append(value)
        return exp.Placeholder(this=str(len(self.typed) - 1))

    def parameters(self, select: exp.Expr) -> list[Any]:
        """Give each parameter of a finished query its place in the engine's words, and return their
        values in that order."""
        ranks: dict[int, int] = {}
        for node in list(select.find_all(exp.Placeholder, bfs=False)):
            typed = int(node.name)
            rank = ranks.setdefault(typed, len(ranks) + 1)
            self.dialect.number(node, rank, self.typed[typed])
        return [self.typed[typed] for typed in ranks]

    def error(self, message: str) -> QueryError:
        """Return the error of a clause that can be read and means nothing here."""
        return malformed(message, clause=self.clause)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A value as a node of SQL, and its type; a null has none.

    `field` is the field it comes from, if it is one as it stands; `covers` the first and last
    moment of a date that was typed, naive and local for a whole day, month or year.
    """

    type: FieldType | None
    sql: exp.Expr
    is_list: bool = False
    field: Field | None = None
    covers: tuple[dt.datetime, dt.datetime] | None = None

    def again(self) -> exp.Expr:
        """Return the node for another place: a node of sqlglot stands in one place only."""
        return self.sql.copy()


class Scope(Protocol):
    """What names and functions mean: in a row, or in a group of rows."""

    def name(self, node: tree.Name) -> Typed:
        """Return the value of a name; raises QueryError for an unknown one."""

    def known(self, node: tree.Value) -> Typed | None:
        """Return a value that is given as it stands, such as a key of the groups; or None."""
