"""How many ballots a second can be cast, with an empty box and a full one, beside the physical
limit.

Run by hand on an idle machine: `python -m bench.casting [--full 500000]`. The limit is a pair of
rows, of the same size, committed for each ballot in plain SQL on the same server in the same run.
"""

from __future__ import annotations

import argparse
import importlib
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, transaction

from config import databases, postgres

_BALLOTS = 300
_ROOM = 900  # bytes of an outer envelope
_FILL = """
SET session_replication_role = replica;
INSERT INTO voting_roll.tick (id, poll, contest, person_tag, day, channel, box, told)
SELECT gen_random_uuid(), 'budget-2015', 'paris', md5(n::text) || md5((-n)::text), '2015-09-12',
    'online', '', true FROM generate_series(1, %(rows)s) n;
INSERT INTO voting_box.envelope (id, poll, contest, seal, "outer", cast_tag, receipt_tag)
SELECT gen_random_uuid(), 'budget-2015', 'paris', 'bench', decode(repeat('ab', %(room)s), 'hex'),
    md5(n::text) || md5((-n)::text), md5(n::text) || md5((-n)::text)
FROM generate_series(1, %(rows)s) n;
SET session_replication_role = DEFAULT;
ANALYZE voting_roll.tick, voting_box.envelope;
"""
_PLAIN = """
CREATE TABLE bench_tick (id uuid PRIMARY KEY, tag text UNIQUE, day date);
CREATE TABLE bench_envelope (id uuid PRIMARY KEY, held bytea, tag text UNIQUE);
"""


def main(arguments: list[str]) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", type=int, default=500_000, help="ballots in the full box")
    parser.add_argument("--ballots", type=int, default=_BALLOTS, help="ballots that are cast")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="parvis-casting-") as folder:
        Path(folder).chmod(0o755)
        with postgres.running(Path(folder) / "postgres") as server:
            os.environ["DATABASE_URL"] = databases.ensure_database(server, "casting")
            os.environ["PARVIS_VOTING_KEYS"] = str(Path(folder) / "keys")
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
            django.setup()
            _measure(asked.full, asked.ballots)


def _measure(full: int, ballots: int) -> None:
    # Models can be imported once Django knows its settings.
    voting = importlib.import_module("parvis.voting.testing")
    call_command("migrate", verbosity=0)
    voting.an_open_poll()
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN)
    limit = _rate(_pair, ballots)
    empty = _rate(voting.a_vote, ballots)
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"rows": full, "room": _ROOM})
    again = _rate(_pair, ballots)
    loaded = _rate(voting.a_vote, ballots)
    for name, rate, beside in (
        ("0", empty, limit),
        (f"{full:,}", loaded, again),
    ):
        ratio = beside / rate
        sys.stdout.write(
            f"{name} there: cast() {rate:.0f}/s, a pair of rows {beside:.0f}/s, {ratio:.1f} times\n"
        )
    sys.stdout.write(f"full beside empty: {loaded / empty:.2f}\n")


def _rate(act: Callable[[Any], None], ballots: int) -> float:
    names = [secrets.token_hex(8).translate(_LETTERS) for _ in range(ballots)]
    start = time.perf_counter()
    for name in names:
        act(name)
    return ballots / (time.perf_counter() - start)


def _pair(name: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_tick VALUES (gen_random_uuid(), %s, now())", [name])
        cursor.execute(
            "INSERT INTO bench_envelope VALUES (gen_random_uuid(), %s, %s)",
            [secrets.token_bytes(_ROOM), name],
        )


_LETTERS = str.maketrans("0123456789", "ghijklmnop")

if __name__ == "__main__":
    main(sys.argv[1:])
