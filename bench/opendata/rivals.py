"""The rivals over the same rows: Datasette in an environment of its own, DuckDB in this process."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psutil
import pyarrow.parquet as pq

from bench import city as cities
from config.environment import ROOT

_ENVIRONMENT = ROOT / "var" / "bench-datasette"
_WANTED = "datasette==0.65.*"
_COLUMNS = ("annee", "sexe", "prenom", "nombre", "part")
_INDEXES = (("annee", "sexe"), ("nombre",), ("prenom",))
_PATIENCE = 30.0
# What would cut an answer short; nothing that makes one slower.
_LIMITS = {"sql_time_limit_ms": 60_000, "max_csv_mb": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Datasette:
    """A running Datasette."""

    port: int
    version: str
    process: psutil.Process


@contextlib.contextmanager
def datasette(rows: Path, folder: Path) -> Iterator[Datasette]:
    """Run Datasette over these rows, in SQLite with indexes, until the block ends."""
    program, version = _installed()
    database = folder / "names.db"
    _fill(database, rows)
    port = cities.free_port()
    command = [str(program), "serve", "--immutable", str(database), "--port", str(port)]
    for name, value in _LIMITS.items():
        command += ["--setting", name, str(value)]
    with Path(os.devnull).open("wb") as nowhere:
        server = psutil.Popen(command, stdout=nowhere, stderr=nowhere)
    try:
        _wait_for(port)
        yield Datasette(port=port, version=version, process=psutil.Process(server.pid))
    finally:
        server.terminate()
        server.wait(10)


def _installed() -> tuple[Path, str]:
    """Install Datasette beside the product, which does not need it; return it and its version."""
    program = _ENVIRONMENT / "bin" / "datasette"
    if not program.exists():
        _run([sys.executable, "-m", "venv", str(_ENVIRONMENT)])
        _run([str(_ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "-q", _WANTED])
    said = psutil.Popen([str(program), "--version"], stdout=-1).communicate()[0]
    return program, said.decode().strip().rpartition(" ")[2]


def _run(command: Sequence[str]) -> None:
    if psutil.Popen(command).wait():
        message = f"{command[0]} failed: is a package index within reach?"
        raise RuntimeError(message)


def _fill(database: Path, rows: Path) -> None:
    names = ", ".join(_COLUMNS)
    with contextlib.closing(sqlite3.connect(database)) as file, pq.ParquetFile(rows) as source:
        file.execute(
            "CREATE TABLE names (annee INTEGER, sexe TEXT, prenom TEXT, nombre INTEGER, part REAL)"
        )
        for batch in source.iter_batches(50_000, columns=list(_COLUMNS)):
            cells = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            file.executemany("INSERT INTO names VALUES (?, ?, ?, ?, ?)", cells)
        for columns in _INDEXES:
            names = ", ".join(columns)
            file.execute(f"CREATE INDEX names_{'_'.join(columns)} ON names ({names})")
        file.execute("ANALYZE")
        file.commit()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/-/versions.json", timeout=5).close()
            return
        time.sleep(0.1)
    message = "Datasette did not open"
    raise RuntimeError(message)


Run = Callable[[Sequence[str], Sequence[object]], float]


@contextlib.contextmanager
def bare_duckdb(rows: Path) -> Iterator[Run]:
    """Give what runs statements on the file of the version and returns the milliseconds: the limit,
    without a server, a query language or JSON."""
    with duckdb.connect(config={"threads": 2}) as connection:
        # Both make a page quicker: the limit is what DuckDB can do at best.
        connection.execute("SET parquet_metadata_cache = true")
        connection.execute("SET late_materialization_max_rows = 0")
        source = f"read_parquet('{rows}')"

        def run(statements: Sequence[str], values: Sequence[object]) -> float:
            began = time.perf_counter()
            for one in statements:
                connection.execute(one.format(rows=source), list(values)).fetchall()
            return (time.perf_counter() - began) * 1000

        yield run
