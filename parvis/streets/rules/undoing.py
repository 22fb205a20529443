"""The way back from a step that was taken by mistake: by the table of the city, like every
other."""

from __future__ import annotations

from collections.abc import Collection

from parvis.streets.rules import life

_NO_WAY_THROUGH = (life.MERGED, life.WAITING)


def way_back(
    cycle: life.Cycle, here: str, to: str, *, who: Collection[str]
) -> tuple[life.Passage, ...] | None:
    """Return the shortest way from one state to another by steps that one of these may take: empty
    if one is there already, None if the table knows none of two steps at most.

    It leads through open states, asks nobody anything, and joins nothing to another.
    """
    if here == to:
        return ()
    ways = [one for one in cycle.passages if one.who & frozenset(who)]
    for one in ways:
        if (one.before, one.after) == (here, to):
            return (one,)
    for one in ways:
        if one.before != here or one.after in _NO_WAY_THROUGH or not _is_open(cycle, one.after):
            continue
        for other in ways:
            if (other.before, other.after) == (one.after, to):
                return (one, other)
    return None


def _is_open(cycle: life.Cycle, state: str) -> bool:
    return cycle.states[state].is_open
