"""The steps that a case may take: a table of the city, the same for every door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

AGENT, PARTNER, REPORTER, PROGRAM = "agent", "partner", "reporter", "program"
RUNS, PAUSED, STOPPED = "runs", "paused", "stopped"
# The states, reasons and deeds that the program itself names; a city's table must have them.
TO_DO, WAITING, CONTRADICTED = "to_do", "waiting_reporter", "contradicted"
NO_ACTION, MERGED = "no_action", "merged"
SAME_CASE, WITHDRAWN, NO_ANSWER = "same_case", "withdrawn", "no_answer"
DEEDS = (
    "taken",
    "answered",
    "misrouted",
    "scheduled",
    "passed_on",
    "asked",
    "watched",
    "done",
    "closed_without_work",
    "sent_elsewhere",
    "merged",
    "contradicted",
    "reopened",
    "put_back",
)
"""What the register can call a step."""
CONTRADICTED_WITHIN = dt.timedelta(days=30)
ANSWERED_WITHIN = dt.timedelta(days=30)
"""A question of the City that is not answered so long closes the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A state: whether a case is open in it, and what the clock does ("runs", "paused",
    "stopped")."""

    code: str
    is_initial: bool
    is_open: bool
    clock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A step from one state to another, and who may take it."""

    before: str
    after: str
    deed: str
    who: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """The life cycle of a city."""

    states: dict[str, Standing]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A reason to close: the state it belongs to, and whether a photo must prove it."""

    code: str
    state: str
    wants_proof: bool


def passages(cycle: Cycle, before: str, *, who: str) -> list[Passage]:
    """Return the steps that somebody may take from here, in the order of the table."""
    return [one for one in cycle.passages if one.before == before and who in one.who]


def why_not(cycle: Cycle, before: str, after: str, *, who: str) -> str:
    """Return "" if the step may be taken, else "already_there", "no_such_step" or
    "not_yours_to_take"."""
    ways = [one for one in cycle.passages if (one.before, one.after) == (before, after)]
    if not ways:
        return "already_there" if before == after else "no_such_step"
    return "" if any(who in one.who for one in ways) else "not_yours_to_take"


def why_not_closed(
    cycle: Cycle, after: str, *, reason: Closing | None, proofs: int, message: str
) -> str:
    """Return "" if a case may be closed so, else why not.

    "reason_missing", "reason_of_another_state", "proof_missing", "message_missing"; "" for a state
    in which it is open. Every closing carries a reason and words for people.
    """
    if cycle.states[after].is_open:
        return ""
    if reason is None:
        return "reason_missing"
    if reason.state != after:
        return "reason_of_another_state"
    if reason.wants_proof and proofs < 1:
        return "proof_missing"
    return "" if message.strip() else "message_missing"


def why_not_contradicted(
    *, closed_at: dt.datetime | None, already: Collection[str], by: str, now: dt.datetime
) -> str:
    """Return "" if who reported may contradict a closing, else "not_closed", "too_late" (after
    CONTRADICTED_WITHIN) or "already_said"."""
    if by in already:
        return "already_said"
    if closed_at is None:
        return "not_closed"
    return "too_late" if now > closed_at + CONTRADICTED_WITHIN else ""


def faults(cycle: Cycle) -> list[str]:
    """Return what is wrong with a table: no initial state, a state nothing leads to, an open state
    that cannot be left, a closed one that a contradiction cannot reopen."""
    found = []
    if not any(one.is_initial for one in cycle.states.values()):
        found.append("no_initial_state")
    reached = {one.after for one in cycle.passages}
    left = {one.before for one in cycle.passages}
    contradicted = {one.before for one in cycle.passages if one.after == CONTRADICTED}
    for state in cycle.states.values():
        if not state.is_initial and state.code not in reached:
            found.append(f"nothing_leads_to:{state.code}")
        if state.is_open and state.code not in left:
            found.append(f"cannot_be_left:{state.code}")
        # What was merged is followed, and contradicted, on the case it was merged into.
        if not state.is_open and state.code not in contradicted | {MERGED}:
            found.append(f"cannot_be_contradicted:{state.code}")
    unknown = {one.deed for one in cycle.passages} - set(DEEDS)
    return found + [f"unknown_deed:{deed}" for deed in sorted(unknown)]
