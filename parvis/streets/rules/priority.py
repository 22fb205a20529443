"""What goes before what: from 0 to 100, the same for every door, told in words."""

from __future__ import annotations

from dataclasses import dataclass

ESCALATES_AT = (3, 10, 30)
"""So many reports raise a case once more, and tell the board."""
HIGHEST = 100
_DANGER, _LATE, _CONTRADICTED, _ESCALATED = 40, 10, 10, 10
_MOST_TIMES, _MOST_REPORTS = 3, 10
"""What is more than that adds nothing: a thing already goes before all others of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressing:
    """What makes a case urgent."""

    reports: int
    contradictions: int
    times_late: int
    is_danger: bool


def priority(pressing: Pressing) -> int:
    """Return the priority; one more of anything never lowers it."""
    steps = sum(pressing.reports >= step for step in ESCALATES_AT)
    points = (
        _DANGER * pressing.is_danger
        + _LATE * min(pressing.times_late, _MOST_TIMES)
        + _CONTRADICTED * min(pressing.contradictions, _MOST_TIMES)
        + _ESCALATED * steps
        + min(max(pressing.reports - 1, 0), _MOST_REPORTS)
    )
    return min(points, HIGHEST)


def escalated(*, before: int, after: int) -> bool:
    """Tell whether going from so many reports to so many passes one of ESCALATES_AT."""
    return any(before < step <= after for step in ESCALATES_AT)
