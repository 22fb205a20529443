"""What a program pushes: one row or a list of them, as JSON, in the words of the dataset."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from parvis.opendata.rules.feeds import reading
from parvis.opendata.rules.fields import Schema
from parvis.opendata.rules.live import OBSERVED_AT, BadValue, Observed

BYTES, ROWS = 5_000_000, 10_000
"""The most that one request may bring (the push API of Opendatasoft takes 5 MB)."""
_SHOWN = 12


class NotRows(ValueError):
    """What was sent is no JSON object and no list of them; the sentence says where it goes
    wrong."""


class TooManyRows(ValueError):
    """One request brought more than `ROWS` rows."""


class BadRow(ValueError):
    """A row that cannot be taken: which one (from 1), its field, its value, what is expected."""

    def __init__(self, row: int, fault: BadValue) -> None:
        super().__init__(f"Row {row}: {fault}")
        self.row, self.field, self.value, self.expected = (
            row,
            fault.field,
            fault.value,
            fault.expected,
        )


def read(body: bytes) -> list[Mapping[str, Any]]:
    """Return the rows of a request's body.

    :raises NotRows: if it is no JSON object and no list of objects
    :raises TooManyRows: if they are more than one request may bring
    """
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        message = f"The body is no JSON: {error}"
        raise NotRows(message) from error
    rows = sent if isinstance(sent, list) else [sent]
    if len(rows) > ROWS:
        raise TooManyRows
    for number, one in enumerate(rows, start=1):
        if not isinstance(one, Mapping):
            message = f"Row {number} is no JSON object: {one!r:.60}"
            raise NotRows(message)
    return rows


def observed(
    rows: list[Mapping[str, Any]], schema: Schema, *, now: dt.datetime
) -> tuple[Observed, ...]:
    """Return what was pushed as observations of the dataset.

    A row may say in `observed_at` when it was so; otherwise it is so now. A field that is not said
    is null: a row replaces the one before it.

    :raises BadRow: for a field the dataset does not have, or a moment that is none
    """
    return tuple(_observed(number, row, schema, now) for number, row in enumerate(rows, start=1))


def _observed(number: int, row: Mapping[str, Any], schema: Schema, now: dt.datetime) -> Observed:
    shaped = keys(number, row, schema)
    said = None if schema.get(OBSERVED_AT) else row.get(OBSERVED_AT)
    if said in (None, ""):
        return Observed(row=shaped)
    moment = reading.moment(said)
    if moment is None:
        raise BadRow(number, BadValue(OBSERVED_AT, said, "a moment, ISO 8601 or POSIX seconds"))
    return Observed(row=shaped, observed_at=min(moment, now))


def keys(number: int, row: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """Return the fields that a row says, in the shapes of the dataset.

    :raises BadRow: for a field the dataset does not have
    """
    known = [one.name for one in schema.fields]
    for name in row:
        if name not in known and name != OBSERVED_AT:
            names = ", ".join(known[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
            raise BadRow(number, BadValue(name, row[name], f"in this dataset; its fields: {names}"))
    return {one.name: reading.shaped(one, row.get(one.name)) for one in schema.fields}
