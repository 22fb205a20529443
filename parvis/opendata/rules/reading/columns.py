"""What stands in one column of the raw table: its kinds of cells over the whole file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from parvis.opendata.rules.reading.kinds import BLANKS, LONGEST, NULLS, Kind, kind_of
from parvis.opendata.rules.reading.limits import Limits
from parvis.opendata.rules.reading.raw import ROW, RawTable

# Numbers and dates have fewer shapes than this; a column with more is text.
_MOST_SHAPES = 5_000


@dataclass(slots=True)
class KindCount:
    """How many cells are of a kind, and the first of them."""

    count: int = 0
    row: int = 0
    value: str = ""
    shapes: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Column:
    """A column as found: cells by kind, the empty ones, the words that stand for empty."""

    place: int
    filled: int = 0
    nulls: dict[str, int] = field(default_factory=dict)
    kinds: dict[Kind, KindCount] = field(default_factory=dict)
    zero_led: int = 0

    def take(self, shape: str, count: int, row: int, value: str) -> None:
        """Count cells of a shape, of which the first stands in `row`."""
        found = self.kinds.setdefault(kind_of(shape), KindCount(row=row, value=value))
        if row < found.row:
            found.row, found.value = row, value
        found.count += count
        found.shapes[shape] = found.shapes.get(shape, 0) + count
        self.filled += count

    def count(self, *kinds: Kind) -> int:
        """Return how many cells are of one of these kinds."""
        return sum(self.kinds[kind].count for kind in kinds if kind in self.kinds)

    def only(self, kinds: frozenset[Kind]) -> bool:
        """Tell whether every filled cell is of one of these kinds."""
        return bool(self.filled) and self.kinds.keys() <= kinds


class Bench:
    """One DuckDB in memory over the raw table, that may read nothing else."""

    def __init__(self, raw: RawTable, folder: Path, *, limits: Limits, zone: str) -> None:
        self._connection = duckdb.connect(
            config={
                "memory_limit": limits.memory,
                "threads": limits.threads,
                "temp_directory": str(folder),
                "preserve_insertion_order": True,
            }
        )
        self._connection.execute("SET TimeZone = ?", [zone])
        self._connection.from_parquet(str(raw.path)).create_view("file")
        columns = [ROW]
        for place, column in enumerate(raw.columns):
            # What the file itself typed is also seen as text, for a field that wants it otherwise.
            native = column.native is not None
            columns.append(f"CAST(c{place} AS VARCHAR) AS c{place}" if native else f"c{place}")
            columns += [f"c{place} AS n{place}"] if native else []
        self.run(f"CREATE VIEW raw AS {picked(', '.join(columns), of='file')}")

    def see(self, name: str, path: Path) -> None:
        """Let queries see a Parquet file under a name."""
        self._connection.from_parquet(str(path)).create_view(name)

    def close(self) -> None:
        """Give back the memory."""
        self._connection.close()

    def select(
        self, what: str, *, of: str = "raw", where: str = "true", then: str = ""
    ) -> duckdb.DuckDBPyConnection:
        """Ask for expressions of our own making."""
        return self.run(picked(what, of=of, where=where, then=then))

    def count(self, where: str, *, of: str = "raw") -> int:
        """Return how many rows meet a condition."""
        (found,) = self.select("count(*)", of=of, where=where).fetchone() or (0,)
        return int(found)

    def run(self, query: str, parameters: Sequence[Any] = ()) -> duckdb.DuckDBPyConnection:
        """Run a query made of our own words; `parameters` are what a file or a person said."""
        return self._connection.execute(query, list(parameters))

    def offer(self, name: str, table: Any) -> None:
        """Let queries see an Arrow table under a name."""
        self._connection.register(name, table)

    def withdraw(self, name: str) -> None:
        """Forget a table that was offered."""
        self._connection.unregister(name)


def picked(what: str, *, of: str = "raw", where: str = "true", then: str = "") -> str:
    """Return a query put together from expressions; whatever a file says is in none of them."""
    return " ".join(("SELECT", what, "FROM", of, "WHERE", where, then)).rstrip()


def quoted(text: str) -> str:
    """Return a text of ours as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def trimmed(place: int) -> str:
    """Return the SQL of a cell without blanks around it.

    Most cells have none: a look at the first and last letter spares the slow trim.
    """
    c = f"c{place}"
    return (
        f"(CASE WHEN {c} > ' ' AND {c}[1] BETWEEN '!' AND '~' AND {c}[-1] BETWEEN '!' AND '~'"
        f" THEN {c} ELSE trim({c}, {quoted(BLANKS)}) END)"
    )


_NULL_WORDS = ", ".join(map(quoted, NULLS))


def cell(place: int, *, null_words: bool = True) -> str:
    """Return the SQL of a cell without blanks around it, null if it says nothing."""
    words = f", {_NULL_WORDS}" if null_words else ""
    return f"(CASE WHEN {trimmed(place)} NOT IN (''{words}) THEN {trimmed(place)} END)"


def as_v(place: int, *, null_words: bool = True) -> str:
    """Return the SQL of a table of the cells of one column, called `v`."""
    return f"({picked(f'{cell(place, null_words=null_words)} AS v')})"


def look(bench: Bench, place: int, *, null_words: bool) -> Column:
    """Look at every cell of a column of texts and return what it holds."""
    column = Column(place=place)
    # Digits are what varies: with them all alike, few shapes are left to judge.
    shape = (
        f"CASE WHEN length(v) > {LONGEST} THEN v[1] || '…'"
        " WHEN regexp_matches(v, '[0-8]') THEN translate(v, '012345678', '999999999') ELSE v END"
    )
    zero_led = "v[1] = '0' AND v[2] BETWEEN '0' AND '9' AND replace(shape, '9', '') = ''"
    texts = picked(f"{ROW}, {trimmed(place)} AS v")
    shaped = picked(f"{ROW}, v, {shape} AS shape", of=f"({texts})", where="v <> ''")
    shapes = bench.select(
        f"shape, count(*), min({ROW}), arg_min(v, {ROW}), count(*) FILTER (WHERE {zero_led})",
        of=f"({shaped})",
        then=f"GROUP BY shape ORDER BY shape IN ({_NULL_WORDS}) DESC, 2 DESC, 3",
    )
    words = frozenset(NULLS if null_words else ())
    seen = 0
    while rows := shapes.fetchmany(_MOST_SHAPES):
        for found, count, row, value, zeros in rows:
            if found in words:
                column.nulls[found] = count
            else:
                column.take(found, count, row, value)
                column.zero_led += zeros
        seen += len(rows)
        if seen >= _MOST_SHAPES and column.count(Kind.TEXT):
            _count_rest(bench, column, null_words=null_words)
            break
    return column


def _count_rest(bench: Bench, column: Column, *, null_words: bool) -> None:
    """Count what is left of a column of texts without looking at it."""
    filled = bench.count(f"{cell(column.place, null_words=null_words)} IS NOT NULL")
    first = column.kinds[Kind.TEXT]
    column.take("…", filled - column.filled, first.row, first.value)
