"""From a source's words to a dataset's fields: which value goes where, and under which name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parvis.opendata.rules.feeds import reading
from parvis.opendata.rules.feeds.heard import Heard, Unreadable
from parvis.opendata.rules.fields import Field, Schema
from parvis.opendata.rules.live import Observed

Options = Mapping[str, Any]


def at(document: Any, path: str) -> Any:
    """Return what stands at a path such as `data.stations.0.name`; None where nothing does.

    An empty path is the document; a name that holds dots itself is found as it is.
    """
    if not path:
        return document
    if isinstance(document, Mapping) and path in document:
        return document[path]
    here = document
    for step in path.split("."):
        here = _step(here, step)
    return here


def _step(here: Any, step: str) -> Any:
    if isinstance(here, Mapping):
        return here.get(step)
    if isinstance(here, Sequence) and not isinstance(here, str) and step.isdigit():
        return here[int(step)] if int(step) < len(here) else None
    return None


def observations(
    heard: Heard, schema: Schema, options: Options, *, now: dt.datetime
) -> tuple[Observed, ...]:
    """Return the rows of an answer under the names, and in the shapes, of the dataset's fields.

    `options["fields"]` maps a field to a path in the source's row (or several, by the names of a
    point's parts), a field that is not there to its own name; `options["values"]` a field to words
    for its values; `options["timezone"]` tells where clocks without an offset stand. A moment that
    has not come yet counts as now, lest a clock that runs ahead silence its row.
    """
    zone = zone_of(options)
    return tuple(
        Observed(
            row=_row(one.values, schema.fields, options, zone),
            observed_at=min(one.moment, now) if one.moment else None,
        )
        for one in heard.rows
    )


def gone(heard: Heard, schema: Schema, options: Options) -> list[dict[str, Any]]:
    """Return the rows an answer says are no more, under the names of the dataset's fields."""
    zone = zone_of(options)
    return [_row(one, schema.fields, options, zone) for one in heard.gone]


def zone_of(options: Options) -> dt.tzinfo:
    """Return where the source's clocks stand, UTC where nothing is said.

    :raises Unreadable: if there is no such zone
    """
    try:
        return ZoneInfo(str(options.get("timezone") or "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"There is no time zone {options.get('timezone')!r}."
        raise Unreadable(message) from error


def _row(
    values: Mapping[str, Any], fields: Iterable[Field], options: Options, zone: dt.tzinfo
) -> dict[str, Any]:
    paths, words = options.get("fields") or {}, options.get("values") or {}
    row = {}
    for one in fields:
        found = _found(values, paths.get(one.name, one.name))
        row[one.name] = reading.shaped(one, _reworded(found, words.get(one.name)), zone)
    return row


def _found(values: Mapping[str, Any], path: Any) -> Any:
    if isinstance(path, Mapping):
        return {name: at(values, str(part)) for name, part in path.items()}
    return at(values, str(path))


def _reworded(value: Any, words: Mapping[str, Any] | None) -> Any:
    """Return the word that stands for a value; a value nobody named stays."""
    if not words or value is None or isinstance(value, Mapping | list):
        return value
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return words.get(said, value)
