"""Somebody with every table, every dump and every line of log, who wants to know who voted what."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from psycopg import sql

SCHEMAS = ("public", "voting_roll", "voting_box")
_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = ANY(%s) ORDER BY 1, 2
"""
_EVERYTHING = sql.SQL("SELECT xmin::text, ctid::text, row_to_json(t) FROM {} t")
_HEX = re.compile(r"[0-9a-f]{64,}")
_WINDOW = 64


@dataclass(frozen=True)
class Row:
    """A row as it lies on the disk: which transaction wrote it, and where."""

    table: str
    xmin: int
    place: tuple[int, int]
    content: dict[str, Any]


@dataclass
class Loot:
    """All that was taken, each row as it was seen first, and all text besides."""

    rows: dict[tuple[str, int, tuple[int, int]], Row] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def take(self) -> None:
        """Copy every table, with the hidden columns that tell the order of writing."""
        with connection.cursor() as cursor:
            cursor.execute(_TABLES, [list(SCHEMAS)])
            for schema, table in cursor.fetchall():
                cursor.execute(_EVERYTHING.format(sql.Identifier(schema, table)))
                for xmin, ctid, content in cursor.fetchall():
                    page, line = ctid.strip("()").split(",")
                    place = (int(page), int(line))
                    held = content if isinstance(content, dict) else json.loads(content)
                    row = Row(table, int(xmin), place, held)
                    self.rows.setdefault((table, row.xmin, place), row)

    def of(self, table: str) -> list[Row]:
        """Return the rows of one table in the order in which they were written."""
        found = [row for row in self.rows.values() if row.table == table]
        return sorted(found, key=lambda row: (row.xmin, row.place))


def voters(loot: Loot) -> dict[str, Row]:
    """Return the tick of each person, in the order in which they voted."""
    found: dict[str, Row] = {}
    for row in loot.of("tick"):
        found.setdefault(row.content["person_id"], row)
    return found


def by_content(loot: Loot) -> dict[str, str]:
    """Guess a ballot for each person: one whose receipt or random part lies, as it is, in whatever
    the transaction wrote that ticked them."""
    ballots = published(loot)
    known = {receipt: receipt for receipt, _line in ballots}
    for receipt, line in ballots:
        nonce = json.loads(line)["nonce"]
        known[nonce] = receipt
        known[nonce.encode().hex()[:_WINDOW]] = receipt
    written: dict[int, list[Row]] = {}
    for row in loot.rows.values():
        written.setdefault(row.xmin, []).append(row)
    guesses = {}
    for person, tick in voters(loot).items():
        for row in written[tick.xmin]:
            for receipt in _found(json.dumps(row.content), known):
                guesses[person] = receipt
    return guesses


def by_order(loot: Loot, table: str) -> dict[str, str]:
    """Guess a ballot for each person: the first who voted cast the first one written, and so on."""
    ballots = dict.fromkeys(receipt for receipt, _line in published(loot))
    rows = [row.content["receipt"] for row in loot.of(table)]
    order = [receipt for receipt in dict.fromkeys(rows) if receipt in ballots]
    return dict(zip(voters(loot), order, strict=False))


def by_batch(loot: Loot) -> dict[str, str]:
    """Guess a ballot for each person: day by day, the first of those ticked before a batch cast the
    first of those that it released."""
    sizes = sorted({row.content["size"] for row in loot.of("voting_root")})
    log = sorted(loot.of("voting_log"), key=lambda row: row.content["position"])
    receipts = [row.content["receipt"] for row in log]
    guesses: dict[str, str] = {}
    people = list(voters(loot))
    for start, end in zip([0, *sizes], sizes, strict=False):
        guesses.update(zip(people[start:end], receipts[start:end], strict=False))
    return guesses


def published(loot: Loot) -> list[tuple[str, str]]:
    """Return the ballots that were published, receipt and line."""
    rows = [row.content for row in loot.of("voting_ballot")]
    return [(row["receipt"], row["line"]) for row in rows if row["line"]]


def leaks(loot: Loot, secrets: set[str]) -> set[str]:
    """Return which of these words stand in a log, a dump, or any row taken."""
    kept = [json.dumps(row.content) for row in loot.rows.values()]
    return {word for text in (*loot.texts, *kept) for word in _found(text, secrets)}


def chance_of_as_many(right: int, tries: int, share: float) -> float:
    """Return the exact probability of at least so many lucky guesses (binomial)."""
    below = sum(math.comb(tries, n) * share**n * (1 - share) ** (tries - n) for n in range(right))
    return 1 - below


def _found(text: str, known) -> list[str]:
    """Return what is known of the hexadecimal words of a text, also inside longer ones."""
    found = []
    for match in _HEX.finditer(text):
        word = match.group()
        for start in range(len(word) - _WINDOW + 1):
            window = word[start : start + _WINDOW]
            if window in known:
                found.append(known[window] if isinstance(known, dict) else window)
    return found
