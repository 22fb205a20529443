"""What is near enough to be the same: a star around the first report, never a chain.

Distances are metres of Lambert-93. A report joins the nearest open case of its family that is
within the radius and the days of its subtype; everything that joined is within the radius of the
case, so no case is wider than twice its radius.
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
PROPOSED = 10
"""Cases that are proposed at most, the nearest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An open case that may be the same thing."""

    case_id: uuid.UUID
    family: int
    location: Point
    opened_at: dt.datetime
    reports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A case that is near enough to be joined, and how far it is in metres."""

    candidate: Candidate
    metres: float


def metres(one: Point, other: Point) -> float:
    """Return the distance between two points of Lambert-93."""
    return math.dist(one, other)


def propose(
    candidates: Sequence[Candidate],
    *,
    at: Point,
    family: int,
    reach: tuple[int, dt.timedelta],
    now: dt.datetime,
    limit: int | None = PROPOSED,
) -> list[Proposal]:
    """Return the cases that a report here and now may join, the nearest first, then the oldest.

    `reach` are the radius and the age of the subtype; both ends are within it. The queries ask the
    same of the database: this function is what they are tested against.
    """
    radius, age = reach
    found = [
        Proposal(candidate=one, metres=metres(at, one.location))
        for one in candidates
        if one.family == family and dt.timedelta(0) <= now - one.opened_at <= age
    ]
    near = [one for one in found if one.metres <= radius]
    near.sort(key=lambda one: (one.metres, one.candidate.opened_at, one.candidate.case_id))
    return near[:limit]


def may_gather(*, root: Point, radius_m: int, points: Sequence[Point]) -> bool:
    """Tell whether all these points may be of one case: none is farther from its root than the
    radius."""
    return all(metres(root, one) <= radius_m for one in points)
