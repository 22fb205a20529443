"""Two outcomes side by side: what each funds alone, and how many voters prefer which."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from parvis.budget.rules.counting.election import Ballot, Election, Kind


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One outcome beside another, usually the greedy one.

    `only_here` and `only_there` are the projects that one of them funds alone. A voter prefers the
    outcome with more of their projects (of their points, or Borda points); `with_something` counts
    the voters who get at least one.
    """

    only_here: tuple[str, ...]
    only_there: tuple[str, ...]
    prefer_here: int
    prefer_there: int
    indifferent: int
    with_something_here: int
    with_something_there: int


def compare(election: Election, here: tuple[str, ...], there: tuple[str, ...]) -> Comparison:
    """Compare two sets of funded projects over all ballots cast."""
    first, second = frozenset(here), frozenset(there)
    votes = {1: 0, -1: 0, 0: 0}
    something = [0, 0]
    top = election.ranks or max((len(b.choices) for b in election.ballots), default=0)
    for ballot, times in election.ballots.items():
        ours = _utility(ballot, first, election.kind, top)
        theirs = _utility(ballot, second, election.kind, top)
        votes[(ours > theirs) - (ours < theirs)] += times
        something[0] += times if ours else 0
        something[1] += times if theirs else 0
    return Comparison(
        only_here=tuple(project for project in here if project not in second),
        only_there=tuple(project for project in there if project not in first),
        prefer_here=votes[1],
        prefer_there=votes[-1],
        indifferent=votes[0],
        with_something_here=something[0],
        with_something_there=something[1],
    )


def _utility(ballot: Ballot, funded: frozenset[str], kind: Kind, top: int) -> int | Fraction:
    if kind.has_points:
        pairs = zip(ballot.choices, ballot.points, strict=True)
        return sum((points for choice, points in pairs if choice in funded), 0)
    if kind is Kind.ORDINAL:
        return sum(top - place for place, c in enumerate(ballot.choices) if c in funded)
    return len(funded.intersection(ballot.choices))
