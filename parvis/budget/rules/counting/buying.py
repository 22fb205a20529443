"""The open account of a count: what has been bought, what is left, which ties were broken."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from parvis.budget.rules.counting.electorate import Electorate
from parvis.budget.rules.counting.result import LeftOut, Reason, Result, Round, Tie
from parvis.budget.rules.counting.settings import Settings
from parvis.budget.rules.counting.ties import precedence


@dataclass
class Account:
    """What a rule writes its purchases into; ranks are places in the electorate's list."""

    electorate: Electorate
    settings: Settings
    places: list[int]
    bought: list[int] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    reasons: dict[int, tuple[Reason, Fraction | None]] = field(default_factory=dict)
    left: int = 0

    @classmethod
    def open(cls, electorate: Electorate, settings: Settings) -> Account:
        """Open an account with the whole budget in it."""
        places = precedence(settings.ties, electorate)
        return cls(electorate, settings, places, left=electorate.budget)

    def buy(self, rank: int, **more: Any) -> None:
        """Buy a project; `more` goes into its round."""
        self.left -= self.electorate.costs[rank]
        self.bought.append(rank)
        told = Round(
            number=len(self.bought),
            project=self.electorate.ids[rank],
            cost=self.electorate.money(self.electorate.costs[rank]),
            support=self.electorate.support(rank),
            left=self.electorate.money(self.left),
        )
        self.rounds.append(replace(told, **more))

    def settle(self, tied: list[int]) -> int:
        """Return the project that the tie rule puts first, and note the tie if there is one."""
        ordered = sorted(tied, key=self.places.__getitem__)
        if len(ordered) > 1:
            self.note_tie(ordered)
        return ordered[0]

    def note_tie(self, ordered: list[int]) -> None:
        """Note that these stood equal before the next purchase."""
        names = tuple(self.electorate.ids[rank] for rank in ordered)
        number = len(self.bought) + 1
        self.ties.append(Tie(round=number, among=names, first=names[0], rule=self.settings.ties))

    def leave(self, rank: int, reason: Reason, missing: int | Fraction | None = None) -> None:
        """Note why a project is left out; the last reason counts."""
        self.reasons[rank] = (reason, None if missing is None else Fraction(missing))

    def fits(self, rank: int) -> bool:
        """Say whether what is left pays for a project."""
        return self.electorate.costs[rank] <= self.left

    def close(self, **more: Any) -> Result:
        """Return the result; `more` are the fields that only some rules know."""
        electorate, bought = self.electorate, set(self.bought)
        left_out = [rank for rank in range(len(electorate.ids)) if rank not in bought]
        told = Result(
            settings=self.settings,
            winners=tuple(electorate.ids[rank] for rank in self.bought),
            cost=electorate.money(electorate.budget - self.left),
            budget=electorate.money(electorate.budget),
            voters=electorate.voters,
            rounds=tuple(self.rounds),
            left_out=tuple(self._told(rank) for rank in left_out),
            ties=tuple(self.ties),
            exhaustive=not any(electorate.votes[r] and self.fits(r) for r in left_out),
        )
        return replace(told, **more)

    def _told(self, rank: int) -> LeftOut:
        reason, missing = self.reasons.get(rank, (Reason.STOPPED, None))
        if not self.electorate.votes[rank]:
            reason, missing = Reason.NO_SUPPORT, None
        return LeftOut(
            project=self.electorate.ids[rank],
            reason=reason,
            support=self.electorate.support(rank),
            missing=None if missing is None else missing / self.electorate.scale,
        )
