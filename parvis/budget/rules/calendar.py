"""The calendar of an edition: eleven dated phases, which open and close by the clock of the city.

The phases are those of the City's own software of 2014 to 2020 (Lutece, plug-in
« participatorybudget »), in its order and by its names.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The phases of an edition, in their order."""

    PRE_IDEATION = "PRE_IDEATION"
    IDEATION = "IDEATION"
    POST_IDEATION = "POST_IDEATION"
    CO_CONSTRUCTION = "CO_CONSTRUCTION"
    PRE_SUBMIT = "PRE_SUBMIT"
    SUBMIT = "SUBMIT"
    PRE_VOTE = "PRE_VOTE"
    VOTE = "VOTE"
    POST_VOTE = "POST_VOTE"
    PRE_RESULT = "PRE_RESULT"
    RESULT = "RESULT"


ORDER = tuple(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One phase: it is on from `opens_at`, and over at `closes_at` itself."""

    kind: Kind
    opens_at: dt.datetime
    closes_at: dt.datetime

    def is_on(self, now: dt.datetime) -> bool:
        """Tell whether a moment lies in the phase."""
        return self.opens_at <= now < self.closes_at


def why_not_a_calendar(phases: Sequence[Phase]) -> str:
    """Return "" for a calendar: each phase once, each ending after it begins and before the next
    begins; else `phase_missing`, `phase_ends_first` or `phases_overlap`."""
    if sorted(one.kind for one in phases) != sorted(ORDER):
        return "phase_missing"
    if any(one.closes_at <= one.opens_at for one in phases):
        return "phase_ends_first"
    ordered = in_order(phases)
    pairs = itertools.pairwise(ordered)
    return "phases_overlap" if any(b.opens_at < a.closes_at for a, b in pairs) else ""


def in_order(phases: Sequence[Phase]) -> list[Phase]:
    """Return the phases in the order of the eleven."""
    return sorted(phases, key=lambda one: ORDER.index(one.kind))


def phase_at(phases: Sequence[Phase], now: dt.datetime) -> Phase | None:
    """Return the phase of a moment; None before the first, between two, and after the last."""
    return next((one for one in phases if one.is_on(now)), None)


def next_phase(phases: Sequence[Phase], now: dt.datetime) -> Phase | None:
    """Return the phase that begins next, None once the last has begun."""
    return next((one for one in in_order(phases) if one.opens_at > now), None)


def is_on(phases: Sequence[Phase], kind: Kind, now: dt.datetime) -> bool:
    """Tell whether a phase is on at a moment."""
    return any(one.kind == kind and one.is_on(now) for one in phases)


def has_begun(phases: Sequence[Phase], kind: Kind, now: dt.datetime) -> bool:
    """Tell whether a phase has begun, however long ago."""
    return any(one.kind == kind and one.opens_at <= now for one in phases)
