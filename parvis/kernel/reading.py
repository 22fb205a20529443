"""Who read what about whom, and why: written where agents look, read by the person, gone after a
year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from parvis.kernel.declarations import reads
from parvis.kernel.known_as import refs_of
from parvis.kernel.models import ReadingEntry

# Who turns a page back and forth has read it once.
ONE_LOOK = dt.timedelta(hours=1)
# CNIL, deliberation 2021-122 of 14 October 2021 on logging: six months to a year.
STAYS_DAYS = 365
REASON_MAX_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An agent reads something about a person. Refs are `person:<public id>`.

    `what` is the key of a declared `Reads`; `object_ref` names the thing, where there is one;
    `reason` is what the agent said, or "" where the declared one says enough.
    """

    reader_ref: str
    person_ref: str
    what: str
    object_ref: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Reading):
    """A line of the reading log."""

    read_at: dt.datetime


def note(*readings: Reading, now: dt.datetime) -> int:
    """Write who reads what about whom, and return how many lines are new; one question, one write.

    What the same agent read of the same thing within ONE_LOOK is not written again; nor is what a
    person reads about themselves, or about nobody (an empty ref).

    :raises KeyError: if nobody declared what is read
    """
    wanted = [_checked(one) for one in readings if one.person_ref not in ("", one.reader_ref)]
    if not wanted:
        return 0
    recent = ReadingEntry.objects.filter(
        reader_ref__in={one.reader_ref for one in wanted},
        person_ref__in={one.person_ref for one in wanted},
        read_at__gt=now - ONE_LOOK,
    )
    columns = ("reader_ref", "person_ref", "what", "object_ref", "reason")
    known = set(recent.values_list(*columns))
    new = {tuple(getattr(one, name) for name in columns): one for one in wanted}
    lines = [
        ReadingEntry(read_at=now, **dict(zip(columns, line, strict=True)))
        for line in new
        if line not in known
    ]
    return len(ReadingEntry.objects.bulk_create(lines))


def _checked(reading: Reading) -> Reading:
    if reads.get(reading.what) is None:
        raise KeyError(reading.what)
    return Reading(
        reader_ref=reading.reader_ref,
        person_ref=reading.person_ref,
        what=reading.what,
        object_ref=reading.object_ref,
        reason=reading.reason.strip()[:REASON_MAX_LENGTH],
    )


def concerning(person_ref: str, *, limit: int = 100) -> list[Read]:
    """Return who read what about a person, newest first, for that person to read; also of the
    accounts that were brought into theirs."""
    rows = ReadingEntry.objects.filter(person_ref__in=refs_of(person_ref)).order_by("-pk")[:limit]
    return [
        Read(
            reader_ref=row.reader_ref,
            person_ref=row.person_ref,
            what=row.what,
            object_ref=row.object_ref,
            reason=row.reason,
            read_at=row.read_at,
        )
        for row in rows
    ]


def count_concerning(person_ref: str) -> int:
    """Return how many lines concern a person."""
    return ReadingEntry.objects.filter(person_ref__in=refs_of(person_ref)).count()


def shred(person_ref: str, *, now: dt.datetime) -> int:
    """Empty the reasons given for reading about a person; return how many were emptied."""
    said = ReadingEntry.objects.filter(person_ref__in=refs_of(person_ref), shredded_at=None)
    return said.exclude(reason="").update(reason="", shredded_at=now)


def forget_old(before: dt.datetime, _now: dt.datetime) -> int:
    """Delete the lines older than a moment; the database refuses one that is not a year old."""
    return ReadingEntry.objects.filter(read_at__lt=before).delete()[0]
