"""Pushing: a program sends rows of a live dataset, all of which are taken or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound, Refused
from parvis.opendata.actions import live
from parvis.opendata.actions.live import Recorded
from parvis.opendata.models import LiveSeries
from parvis.opendata.queries import versions
from parvis.opendata.queries.engine import engine
from parvis.opendata.rules.feeds import pushed
from parvis.opendata.rules.feeds.pushed import BadRow
from parvis.opendata.rules.fields import RECORD_ID, Schema
from parvis.opendata.rules.live import BadValue, Observed, checked, key_of
from parvis.opendata.rules.odsql import tree

Rows = list[Mapping[str, Any]]


def push(*, dataset_id: str, rows: Rows, now: dt.datetime) -> Recorded:
    """Record rows as a program sent them; a row replaces the one with the same key.

    :raises Refused: `not_live`
    :raises BadRow: for the first row that cannot be taken; nothing is then written
    """
    series = _series(dataset_id)
    schema = Schema.from_json(series.fields)
    observations = pushed.observed(rows, schema, now=now)
    _checked([one.row for one in observations], schema, series.key_fields)
    return live.record(dataset_id=dataset_id, observations=observations, now=now)


def withdraw(*, dataset_id: str, rows: Rows, now: dt.datetime) -> Recorded:
    """Take rows out again, by the values of their key.

    :raises Refused: `not_live`
    :raises BadRow: for the first row without its key; nothing is then written
    """
    series = _series(dataset_id)
    schema = Schema.from_json(series.fields)
    gone = [pushed.keys(number, row, schema) for number, row in enumerate(rows, start=1)]
    gone = _checked(gone, schema, series.key_fields)
    nothing: tuple[Observed, ...] = ()
    return live.record(dataset_id=dataset_id, observations=nothing, now=now, gone=gone)


def withdraw_record(*, dataset_id: str, record_id: str, now: dt.datetime) -> Recorded:
    """Take one row out again, by the name it has in the API.

    :raises Refused: `not_live`
    :raises NotFound: `no_record`
    """
    series = _series(dataset_id)
    named = tree.Comparison(
        operator="=", left=tree.Name(name=RECORD_ID), right=tree.Literal(value=record_id)
    )
    keys = tuple(tree.Selected(value=tree.Name(name=one)) for one in series.key_fields)
    query = tree.Query(select=keys, where=named, limit=1)
    found = engine().rows(versions.current(dataset_id), query).rows
    if not found:
        message = f"The requested record {record_id} does not exist."
        raise NotFound("no_record", message)
    return withdraw(dataset_id=dataset_id, rows=[*found], now=now)


def _series(dataset_id: str) -> LiveSeries:
    series = LiveSeries.objects.filter(dataset__dataset_id=dataset_id).first()
    if series is None:
        raise Refused("not_live", _("The rows of this dataset do not arrive one by one."))
    return series


def _checked(
    rows: Sequence[Mapping[str, Any]], schema: Schema, key_fields: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the rows as they are kept; say which one is wrong, before the batch is."""
    kept = []
    for number, row in enumerate(rows, start=1):
        try:
            kept.append(checked(row, schema))
            key_of(kept[-1], key_fields)
        except BadValue as fault:
            raise BadRow(number, fault) from fault
    return kept
