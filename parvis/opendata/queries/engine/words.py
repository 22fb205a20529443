"""Which rows hold the words: three ways to look for text in the index of a version.

What starts a text is looked at in the rows themselves, not here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from parvis.opendata.queries.engine import sidecar
from parvis.opendata.queries.engine.spelling import Vocabulary, tolerance
from parvis.opendata.rules.odsql.tree import TextMode, TextSearch

# More spellings of one word than this are looked for in several goes: an expression of the index
# may not be deeper.
_AT_ONCE = 500
# A word and what may stand in its place, as expressions of the index.
_Word = list[str]


def find(path: Path, search: TextSearch, *, seconds: float) -> list[int] | None:
    """Return the `_id` of the rows that hold all the words, ascending; None if no word was given,
    which holds everywhere.

    :raises EngineTimeout: after `seconds`
    """
    with sidecar.reading(path, seconds=seconds) as index:
        words = _READINGS[search.mode](index, path, search.words)
        if not words:
            return None
        columns = _columns(index, search.fields)
        return sorted(_rows(index, columns, words)) if columns else []


def _exact_words(index: sqlite3.Connection, path: Path, typed: str) -> list[_Word]:
    """Every word as written; a trailing * stands for any end."""
    del path
    return [
        [_quoted(word.rstrip("*")) + (" *" if word.endswith("*") else "")]
        for word in typed.split()
        if sidecar.tokens(index, word)
    ]


def _nearly_spelled(index: sqlite3.Connection, path: Path, typed: str) -> list[_Word]:
    """Every word or one spelled nearly so; the last may be only begun."""
    words = sidecar.tokens(index, typed)
    known = _vocabulary(path)
    found = []
    for place, word in enumerate(words, start=1):
        near = known.near(word, at_most=tolerance(word)) if tolerance(word) else []
        begun = [f"{_quoted(word)} *"] if place == len(words) else [_quoted(word)]
        found.append(begun + [_quoted(term) for term in near[: _AT_ONCE - 1]])
    return found


def _parts_of_words(index: sqlite3.Connection, path: Path, typed: str) -> list[_Word]:
    """Every part stands somewhere in a word; a part no word has finds nothing."""
    del path
    found = []
    for part in sidecar.tokens(index, typed):
        terms = index.execute("SELECT term FROM vocabulary WHERE instr(term, ?)", (part,))
        found.append([_quoted(term) for (term,) in terms] or [_quoted(part)])
    return found


_READINGS: dict[TextMode, Callable[[sqlite3.Connection, Path, str], list[_Word]]] = {
    TextMode.WORDS: _exact_words,
    TextMode.SEARCH: _nearly_spelled,
    TextMode.SUGGEST: _parts_of_words,
}


def _quoted(word: str) -> str:
    """Return a text of the index's own language that means these characters and nothing else."""
    return '"' + word.replace("\x00", " ").replace('"', '""') + '"'


def _columns(index: sqlite3.Connection, fields: tuple[str, ...]) -> str:
    """Return the columns of these fields, or all; empty if none of them holds text."""
    known = dict(index.execute("SELECT field, name FROM columns").fetchall())
    names = [known[name] for name in fields if name in known] if fields else list(known.values())
    return " ".join(names)


def _rows(index: sqlite3.Connection, columns: str, words: list[_Word]) -> set[int]:
    if all(len(word) <= _AT_ONCE for word in words):
        return _matching(index, columns, " AND ".join(_any(word) for word in words))
    found = [_rows_with_any(index, columns, word) for word in words]
    return set.intersection(*found)


def _rows_with_any(index: sqlite3.Connection, columns: str, word: _Word) -> set[int]:
    goes = (word[first : first + _AT_ONCE] for first in range(0, len(word), _AT_ONCE))
    return set().union(*(_matching(index, columns, _any(go)) for go in goes))


def _any(word: _Word) -> str:
    return f"({' OR '.join(word)})"


def _matching(index: sqlite3.Connection, columns: str, expression: str) -> set[int]:
    asked = f"{{{columns}}} : ({expression})"
    return {
        row for (row,) in index.execute("SELECT rowid FROM texts WHERE texts MATCH ?", (asked,))
    }


@lru_cache(maxsize=4)
def _vocabulary(path: Path) -> Vocabulary:
    with sidecar.reading(path, seconds=60) as index:
        return Vocabulary(term for (term,) in index.execute("SELECT term FROM vocabulary"))
