"""What GeoReport v2 asks and answers, as far as no database is needed.

Source: Open311 GeoReport v2, https://wiki.open311.org/GeoReport_v2/ (frozen), with the extensions
that servers in the field share: `page`, `page_size`, `updated_after`, `updated_before`, `lat`,
`long`, `radius`, `extensions`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SPAN = dt.timedelta(days=90)
"""How much time one question about requests may cover."""
MOST = 1000
"""Requests that one answer holds at most, and those that one question may name."""
FARTHEST_M = 5000
"""Metres that a question around a point may reach."""
USUAL_M = 100
DESCRIPTION = 4000
"""Letters of a description at most (GeoReport v2, POST Service Request)."""
POSTS_A_MINUTE = 120
"""What one key may send in a minute; a hundred people in front of one programme are served."""
READS_A_MINUTE = 600
"""What may be asked from one place in a minute."""
OPEN, CLOSED = "open", "closed"

_DIGITS = 6
_FARTHEST_LON, _FARTHEST_LAT = 180.0, 90.0
# A "+" that nobody escaped arrives as a space.
_LOST_PLUS = re.compile(r" (\d\d:?\d\d)$")
_ATTRIBUTE = re.compile(r"^attribute\[([\w-]{1,60})\](?:\[\d{0,3}\])?$", re.ASCII)


class Unreadable(ValueError):
    """A question or an answer that cannot be read: a stable code, and the argument it is about."""

    def __init__(self, code: str, argument: str) -> None:
        super().__init__(f"{code}: {argument}")
        self.code = code
        self.argument = argument


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A span of time, both ends included."""

    first: dt.datetime
    last: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A circle: WGS 84 and metres."""

    lon: float
    lat: float
    metres: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which requests are asked for. Ids override all the rest; an empty set means any.

    One of `requested` and `updated` is always a span, unless ids are asked for.
    """

    ids: tuple[str, ...] = ()
    services: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    requested: Between | None = None
    updated: Between | None = None
    around: Around | None = None
    page: int = 1
    page_size: int = MOST

    @property
    def offset(self) -> int:
        """Return how many requests come before the page."""
        return (self.page - 1) * self.page_size


def asked(given: Mapping[str, str], *, now: dt.datetime) -> Asked:
    """Return which requests the arguments of an address ask for.

    An argument without a value is as if it were not there. Without a span the last 90 days are
    meant; with one end, the 90 days that begin or end there.

    :raises Unreadable: `date_unreadable`, `date_without_zone`, `span_too_wide`, `span_upside_down`,
        `status_unknown`, `number_unreadable`, `place_incomplete`, `radius_too_wide`,
        `page_too_large`, `too_many_ids`
    """
    said = {name: value.strip() for name, value in given.items() if value.strip()}
    page, page_size = _page(said)
    ids = _words(said.get("service_request_id", ""))
    if ids:
        if len(ids) > MOST:
            raise Unreadable("too_many_ids", "service_request_id")
        return Asked(ids=ids, page=page, page_size=page_size)
    requested = _span(said, "start_date", "end_date", now)
    updated = _span(said, "updated_after", "updated_before", now)
    if requested is None and updated is None:
        requested = Between(first=now - SPAN, last=now)
    return Asked(
        services=frozenset(_words(said.get("service_code", ""))),
        statuses=_statuses(said.get("status", "")),
        requested=requested,
        updated=updated,
        around=_around(said),
        page=page,
        page_size=page_size,
    )


def updates_asked(given: Mapping[str, str], *, now: dt.datetime) -> Asked:
    """Return which updates are asked for: of the requests that are named, in a span.

    :raises Unreadable: as `asked` does
    """
    said = {name: value.strip() for name, value in given.items() if value.strip()}
    page, page_size = _page(said)
    ids = _words(said.get("service_request_id", ""))
    if len(ids) > MOST:
        raise Unreadable("too_many_ids", "service_request_id")
    span = _span(said, "start_date", "end_date", now) or Between(first=now - SPAN, last=now)
    return Asked(ids=ids, updated=span, page=page, page_size=page_size)


def moment(text: str, argument: str) -> dt.datetime:
    """Return a moment that is written as the W3C note on dates asks, zone included.

    :raises Unreadable: `date_unreadable`, `date_without_zone`
    """
    try:
        read = dt.datetime.fromisoformat(_LOST_PLUS.sub(r"+\1", text))
        zoned = read.tzinfo is not None and read.utcoffset() is not None
        # The first and last days of the calendar have no other hour in other zones.
        return read.astimezone(dt.UTC) if zoned else _no_zone(argument)
    except (ValueError, OverflowError) as fault:
        if isinstance(fault, Unreadable):
            raise
        raise Unreadable("date_unreadable", argument) from fault


def number(text: str, argument: str) -> float:
    """Return a finite number.

    :raises Unreadable: `number_unreadable`
    """
    try:
        read = float(text)
    except ValueError as fault:
        raise Unreadable("number_unreadable", argument) from fault
    if not math.isfinite(read):
        raise Unreadable("number_unreadable", argument)
    return read


def attributes(given: Iterable[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    """Return what is answered to each attribute, from `attribute[code]` and `attribute[code][]`;
    empty answers are none."""
    read: dict[str, list[str]] = {}
    for name, values in given:
        found = _ATTRIBUTE.match(name)
        said = [value.strip() for value in values if value.strip()]
        if found and said:
            read.setdefault(found[1], []).extend(said)
    return read


def status_of(*, is_open: bool) -> str:
    """Return the word of GeoReport for a case."""
    return OPEN if is_open else CLOSED


def step_meant(status: str, states: Iterable[str]) -> str:
    """Return the state that an update of a partner asks for, "" for none that is known.

    `states` are those of the city's life cycle; other servers' words are understood: "closed" and
    "fixed" are done, "action_scheduled" is scheduled, "not_councils_responsibility" and
    "internal_referral" go back to be sorted.
    """
    said = status.strip().lower().replace(" ", "_")
    meant = _OTHERS_WORDS.get(said, said)
    return meant if meant in set(states) else ""


_OTHERS_WORDS = {
    "closed": "done",
    "fixed": "done",
    "action_scheduled": "scheduled",
    "planned": "scheduled",
    "not_councils_responsibility": "to_requalify",
    "internal_referral": "to_requalify",
}


def _no_zone(argument: str) -> dt.datetime:
    raise Unreadable("date_without_zone", argument)


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))


def _statuses(text: str) -> frozenset[str]:
    named = frozenset(one.lower() for one in _words(text))
    if named - {OPEN, CLOSED}:
        raise Unreadable("status_unknown", "status")
    return named


def _whole(text: str, argument: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) > 0):
        raise Unreadable("number_unreadable", argument)
    return int(text)


def _page(said: Mapping[str, str]) -> tuple[int, int]:
    size = _whole(said.get("page_size", str(MOST)), "page_size")
    if size > MOST:
        raise Unreadable("page_too_large", "page_size")
    return _whole(said.get("page", "1"), "page"), size


def _span(said: Mapping[str, str], begins: str, ends: str, now: dt.datetime) -> Between | None:
    first = moment(said[begins], begins) if begins in said else None
    last = moment(said[ends], ends) if ends in said else None
    if first is None and last is None:
        return None
    try:
        first = first or (last or now) - SPAN
        last = last or first + SPAN
    except OverflowError as fault:
        raise Unreadable("date_unreadable", ends if first is None else begins) from fault
    if last < first:
        raise Unreadable("span_upside_down", ends)
    if last - first > SPAN:
        raise Unreadable("span_too_wide", ends)
    return Between(first=first, last=last)


def _around(said: Mapping[str, str]) -> Around | None:
    if "lat" not in said and "long" not in said:
        if "radius" in said:
            raise Unreadable("place_incomplete", "radius")
        return None
    if not ("lat" in said and "long" in said):
        raise Unreadable("place_incomplete", "long" if "lat" in said else "lat")
    metres = number(said.get("radius", str(USUAL_M)), "radius")
    if not 0 < metres <= FARTHEST_M:
        raise Unreadable("radius_too_wide", "radius")
    lon, lat = number(said["long"], "long"), number(said["lat"], "lat")
    for value, farthest, name in ((lat, _FARTHEST_LAT, "lat"), (lon, _FARTHEST_LON, "long")):
        if abs(value) > farthest:
            raise Unreadable("number_unreadable", name)
    return Around(lon=lon, lat=lat, metres=metres)
