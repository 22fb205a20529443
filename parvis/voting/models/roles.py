"""Two roles of the database, of which neither reads what the other keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

ROLL = "parvis_roll"
BOX = "parvis_box"


@contextmanager
def in_roll() -> Iterator[None]:
    """Read and write the register of a vote, and nothing else, inside."""
    with _as(ROLL):
        yield


@contextmanager
def in_box() -> Iterator[None]:
    """Read and write the ballot box, and nothing else, inside."""
    with _as(BOX):
        yield


@contextmanager
def _as(role: str) -> Iterator[None]:
    # Taken back together with the savepoint if anything goes wrong, and by hand if nothing does.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield
        cursor.execute("SET LOCAL ROLE NONE")
