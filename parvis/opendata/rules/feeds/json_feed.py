"""A list of rows somewhere in a JSON document: what most sources without a standard answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from parvis.opendata.rules.feeds import mapping, reading
from parvis.opendata.rules.feeds.heard import Heard, Said, Unreadable

Options = Mapping[str, Any]


def read(document: Any, options: Options) -> Heard:
    """Return the rows of a document.

    `options["list"]` is the path of the list ("" for a document that is one), `options["moment"]`
    the path of the moment in each row, `options["updated"]` and `options["ttl"]` paths of the
    document. `options["whole"]` is false for a source that only tells of what changed.

    :raises Unreadable: if there is no list of rows at that path, or a moment is none
    """
    path = str(options.get("list") or "")
    listed = mapping.at(document, path)
    if isinstance(listed, Mapping):
        listed = list(listed.values())
    if not isinstance(listed, list):
        message = f"There is no list at « {path} »." if path else "This is no list of rows."
        raise Unreadable(message)
    zone = mapping.zone_of(options)
    rows = tuple(
        Said(values=one, moment=_moment(one, options, zone, number))
        for number, one in enumerate(_rows(listed), start=1)
    )
    return Heard(
        rows=rows,
        is_whole=bool(options.get("whole", True)),
        updated_at=reading.moment(_maybe(document, options.get("updated")), zone),
        ttl=_ttl(_maybe(document, options.get("ttl"))),
    )


def _rows(listed: list[Any]) -> list[Mapping[str, Any]]:
    for number, one in enumerate(listed, start=1):
        if not isinstance(one, Mapping):
            message = f"Row {number} is no object: {one!r:.60}"
            raise Unreadable(message)
    return listed


def _moment(
    row: Mapping[str, Any], options: Options, zone: dt.tzinfo, number: int
) -> dt.datetime | None:
    said = _maybe(row, options.get("moment"))
    if said is None or said == "":
        return None
    known = reading.moment(said, zone)
    if known is None:
        message = f"Row {number} has no moment at « {options['moment']} »: {said!r:.60}"
        raise Unreadable(message)
    return known


def _maybe(document: Any, path: Any) -> Any:
    return mapping.at(document, str(path)) if path else None


def _ttl(said: Any) -> dt.timedelta | None:
    is_one = isinstance(said, int | float) and not isinstance(said, bool) and 0 < said < 1 << 31
    return dt.timedelta(seconds=said) if is_one else None
