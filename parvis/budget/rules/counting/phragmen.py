"""Phragmén's sequential rule: everyone earns at the same pace, and supporters buy a project as
soon as they can pay for it together (Los, Christoff, Grossi, « Proportional Budget Allocations »,
IJCAI 2022)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from parvis.budget.rules.counting.buying import Account
from parvis.budget.rules.counting.electorate import Electorate, Numbers
from parvis.budget.rules.counting.result import Reason


class Earnings:
    """When each voter last spent: all who paid for the same project last form one class."""

    def __init__(self, electorate: Electorate) -> None:
        self._electorate = electorate
        self._class_of: Numbers = np.zeros(electorate.groups, np.int64)
        self._spent = [Fraction(0)]

    def time(self, rank: int) -> Fraction:
        """Return when the supporters of a project can pay for it."""
        size, parts = len(self._spent), self._electorate.strata[rank]
        found = sum((part.histogram(self._class_of, size) for part in parts), np.zeros(size, int))
        spent = sum(
            (self._spent[one] * int(found[one]) for one in np.flatnonzero(found).tolist()),
            Fraction(0),
        )
        return (self._electorate.costs[rank] + spent) / self._electorate.votes[rank]

    def spend(self, rank: int, time: Fraction) -> None:
        """Empty the supporters' pockets at this time."""
        for part in self._electorate.strata[rank]:
            self._class_of[part.groups] = len(self._spent)
        self._spent.append(time)


def phragmen(account: Account) -> None:
    """Buy in the order in which supporters can pay; stop when a project that is next, alone or
    tied, costs more than is left."""
    electorate = account.electorate
    earnings = Earnings(electorate)
    waiting = {
        rank: earnings.time(rank)
        for rank, votes in enumerate(electorate.votes)
        if votes and account.fits(rank)
    }
    while waiting:
        tied = _next(waiting, earnings)
        if not all(map(account.fits, tied)):
            break
        rank = account.settle(tied)
        time = waiting.pop(rank)
        account.buy(rank, payment=electorate.money(1) * time)
        earnings.spend(rank, time)
    for rank, cost in enumerate(electorate.costs):
        if rank not in account.bought:
            short = cost - account.left
            why = (Reason.TOO_DEAR, short) if short > 0 else (Reason.STOPPED, None)
            account.leave(rank, *why)


def _next(waiting: dict[int, Fraction], earnings: Earnings) -> list[int]:
    """Return the projects that can be paid first; times only ever grow, so an old one is a bound.

    `waiting` is brought up to date as far as needed.
    """
    first: Fraction | None = None
    tied: list[int] = []
    for rank in sorted(waiting, key=waiting.__getitem__):
        if first is not None and waiting[rank] > first:
            break
        time = waiting[rank] = earnings.time(rank)
        if first is None or time < first:
            first, tied = time, [rank]
        elif time == first:
            tied.append(rank)
    return tied
