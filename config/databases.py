"""Databases of the embedded PostgreSQL, made where they are not there yet."""

from __future__ import annotations

import psycopg
from psycopg import sql

from config.postgres import Server

# Unicode letters compare and fold alike on every machine: PostgreSQL 17 and later need no system
# locale.
_LOCALE = "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"


def ensure_database(server: Server, name: str) -> str:
    """Create the database if it is not there; return its URL."""
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        _keep_values_out_of_its_log(connection)
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if found.fetchone() is None:
            create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 " + _LOCALE)
            connection.execute(create.format(sql.Identifier(name)))
    return server.get_uri(name)


def _keep_values_out_of_its_log(connection: psycopg.Connection) -> None:
    # It would write each statement it refuses, with the addresses and names in it.
    connection.execute("ALTER SYSTEM SET log_error_verbosity = 'terse'")
    connection.execute("ALTER SYSTEM SET log_min_error_statement = 'panic'")
    connection.execute("SELECT pg_reload_conf()")
