"""How long an archive waits, when something goes, what is left and until when: pure rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

# GDPR, article 12(3), gives a month to answer; the answer itself is personal data that should not
# lie about.
ARCHIVE_STAYS_DAYS = 7
# An archive asked for twice within this time is asked for once.
ARCHIVE_PATIENCE = dt.timedelta(minutes=5)
# A row read while it is being written makes the counts differ: what differs three times is a fault.
TRIES = 3
# CNIL, deliberation 2021-122 of 14 October 2021: six months to a year.
LOGS_STAY_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a closing does to the rows of one model that concern a person.

    `erased` rows are gone, `unnamed` ones stay and lead to nobody, `kept` ones still lead to the
    person.
    """

    erased: int
    unnamed: int
    kept: int

    @property
    def stays(self) -> int:
        """Return how many rows are still there."""
        return self.unnamed + self.kept


def what_is_left(*, before: set[object], there: set[object], after: set[object]) -> Left:
    """Tell apart the rows of a person (by key) once they are closed: `there` are those of `before`
    that still exist, `after` those that still lead to the person."""
    kept = len(before & after)
    return Left(erased=len(before - there), unnamed=len(before & there) - kept, kept=kept)


def stays_until(closed_on: dt.date, days: int | None) -> dt.date | None:
    """Return the day after which what stays may go, None if it stays for good."""
    return None if days is None else closed_on + dt.timedelta(days=days)


def differences(
    written: Mapping[str, int], counted: Mapping[str, int]
) -> dict[str, tuple[int, int]]:
    """Return the models whose rows in an archive are not as many as those in the database: (in the
    archive, in the database)."""
    names = written.keys() | counted.keys()
    pairs = {name: (written.get(name, 0), counted.get(name, 0)) for name in sorted(names)}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def gone_at(asked_at: dt.datetime) -> dt.datetime:
    """Return the moment from which an archive can be downloaded no longer."""
    return asked_at + dt.timedelta(days=ARCHIVE_STAYS_DAYS)
