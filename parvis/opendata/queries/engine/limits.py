"""What a query may cost, as the city's settings say."""

from __future__ import annotations

from django.conf import settings


def threads() -> int:
    """Return how many threads the engine of one process has beside those that ask."""
    return int(getattr(settings, "PARVIS_OPENDATA_THREADS", 2))


def memory() -> str:
    """Return the memory of one process's engine, as DuckDB writes it; beyond it, it uses the
    disk."""
    return str(getattr(settings, "PARVIS_OPENDATA_MEMORY", "512MB"))


def seconds() -> float:
    """Return after how long a query is stopped."""
    return float(getattr(settings, "PARVIS_OPENDATA_SECONDS", 20))


def engine() -> str:
    """Return the name of the engine that answers."""
    return str(getattr(settings, "PARVIS_OPENDATA_ENGINE", "duckdb"))


def cluster() -> tuple[str, str]:
    """Return the address of a ClickHouse server, empty for none, and how it reads the files of
    versions."""
    address = str(getattr(settings, "PARVIS_OPENDATA_CLICKHOUSE", ""))
    return address, str(getattr(settings, "PARVIS_OPENDATA_CLICKHOUSE_FILES", ""))
