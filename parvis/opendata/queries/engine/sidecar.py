"""The full-text index of a version: an SQLite file (FTS5) written once and then only read.

Table `texts` has one column per text field and the `_id` of a row as its rowid; it keeps no text
of its own. Table `columns` says which field is which column, `vocabulary` every word once.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
from sqlglot import exp

from parvis.opendata.queries.engine.shapes import EngineTimeout
from parvis.opendata.rules.fields import ROW_ID, Field, FieldType, Schema

_WORDS = "tokenize='unicode61 remove_diacritics 2'"
_BATCH = 10_000
# Bytes of words gathered before they are written: the larger, the fewer pieces to join at the end.
_IN_MEMORY = 1 << 24
# How often SQLite asks whether it should go on, in steps of its machine: about a millisecond.
_STEPS = 100_000


def text_fields(schema: Schema) -> tuple[Field, ...]:
    """Return the fields whose words are indexed."""
    return tuple(one for one in schema.fields if one.type is FieldType.TEXT)


def build(rows: Path, schema: Schema, target: Path) -> None:
    """Write the index of a Parquet file of this schema, which has a text field, to `target`."""
    fields = text_fields(schema)
    with contextlib.closing(sqlite3.connect(target)) as index:
        index.execute("PRAGMA journal_mode = OFF")
        index.execute("PRAGMA synchronous = OFF")
        names = ", ".join(_column(place) for place in range(len(fields)))
        index.execute(
            f"CREATE VIRTUAL TABLE texts USING fts5({names}, content='', columnsize=0, {_WORDS})"
        )
        index.execute("INSERT INTO texts(texts, rank) VALUES ('hashsize', ?)", (_IN_MEMORY,))
        index.execute("CREATE TABLE columns (field TEXT PRIMARY KEY, name TEXT NOT NULL)")
        index.executemany(
            "INSERT INTO columns VALUES (?, ?)",
            [(one.name, _column(place)) for place, one in enumerate(fields)],
        )
        insert = _insert(len(fields))
        for lines in _lines(rows, fields):
            index.executemany(insert, lines)
        index.execute("INSERT INTO texts(texts) VALUES ('optimize')")
        index.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, texts, row)")
        index.execute("CREATE TABLE vocabulary (term TEXT PRIMARY KEY) WITHOUT ROWID")
        index.execute("INSERT INTO vocabulary SELECT term FROM terms")
        index.commit()


def _column(place: int) -> str:
    return f"c{place}"


def _insert(fields: int) -> str:
    names = ["rowid", *(_column(place) for place in range(fields))]
    marks = exp.Tuple(expressions=[exp.Placeholder() for _name in names])
    return exp.insert(exp.Values(expressions=[marks]), "texts", columns=names).sql("sqlite")


def _lines(rows: Path, fields: tuple[Field, ...]) -> Iterator[list[tuple[int | str | None, ...]]]:
    """Yield the texts of the rows; the values of a list stand one below the other."""
    with pq.ParquetFile(rows) as source:
        for batch in source.iter_batches(_BATCH, columns=[ROW_ID, *(one.name for one in fields)]):
            columns = [batch.column(0).to_pylist()]
            for place, one in enumerate(fields, start=1):
                values = batch.column(place).to_pylist()
                if one.is_multivalued:
                    values = ["\n".join(v for v in cell or () if v) for cell in values]
                columns.append(values)
            yield list(zip(*columns, strict=True))


@contextlib.contextmanager
def reading(path: Path, *, seconds: float) -> Iterator[sqlite3.Connection]:
    """Open an index to read.

    :raises EngineTimeout: if what is asked of it takes longer than `seconds`
    """
    end = time.monotonic() + seconds
    opened = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    with contextlib.closing(opened) as index:
        index.execute("PRAGMA temp_store = MEMORY")
        index.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
        try:
            yield index
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise EngineTimeout from error
            raise


def tokens(index: sqlite3.Connection, words: str) -> list[str]:
    """Return the words as the index folds them: "L'Été" is l, ete."""
    index.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.typed USING fts5(words, {_WORDS})")
    index.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.read USING fts5vocab(temp, typed, instance)"
    )
    index.execute("DELETE FROM typed")
    index.execute("INSERT INTO typed VALUES (?)", (words,))
    return [term for (term,) in index.execute('SELECT term FROM read ORDER BY "offset"')]
