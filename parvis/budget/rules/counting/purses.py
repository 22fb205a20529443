"""What each voter has left to spend: voters with the same money are one class.

Money is a whole number of 1/`scale` units. A purchase splits classes into those who paid and those
who did not, and multiplies the scale by what makes the payment whole; nothing is ever rounded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from parvis.budget.rules.counting.electorate import Numbers, Stratum

_SOME_CLASSES = 64


@dataclass(frozen=True)
class Offer:
    """The price at which supporters can buy a project: `paid / utility` in purse units for each
    unit of utility; whoever has less gives all."""

    rank: int
    paid: int
    utility: int

    def is_below(self, other: Offer) -> bool:
        """Say whether this price is lower, exactly."""
        return self.paid * other.utility < other.paid * self.utility

    def equals(self, other: Offer) -> bool:
        """Say whether both prices are the same, exactly."""
        return self.paid * other.utility == other.paid * self.utility


class Purses:
    """The money of all voters: `class_of` gives each group's class, `money` what each class has;
    a class may be empty."""

    def __init__(self, groups: int, share: int, scale: int) -> None:
        self.class_of: Numbers = np.zeros(groups, np.int64)
        self.money: list[int] = [share]
        self.scale = scale
        self._most_classes = _SOME_CLASSES

    def copy(self) -> Purses:
        """Return purses that can be spent without emptying these."""
        twin = Purses(0, 0, self.scale)
        twin.class_of, twin.money = self.class_of.copy(), self.money.copy()
        return twin

    def give(self, amount: int) -> None:
        """Give every voter this amount, in units before scaling."""
        self.money = [money + amount * self.scale for money in self.money]

    def offer(self, rank: int, cost: int, strata: tuple[Stratum, ...]) -> Offer | None:
        """Return the lowest price at which the supporters pay `cost`; None if they cannot.

        Those with the least money for their utility give all they have; the others pay the price.
        """
        utility = sum(stratum.utility * stratum.voters for stratum in strata)
        wanted = cost * self.scale
        top = math.lcm(*(stratum.utility for stratum in strata))
        for key, weight in self._poorest_first(strata, top):
            if key * utility >= wanted * top:
                return Offer(rank, wanted, utility)
            wanted -= key * weight // top
            utility -= weight
        return None

    def of_supporters(self, strata: tuple[Stratum, ...]) -> int:
        """Return all that the supporters of a project have together."""
        return sum(
            money * weight // stratum.utility
            for stratum in strata
            for money, weight in self._classes(stratum)
        )

    def _poorest_first(self, strata: tuple[Stratum, ...], top: int) -> list[tuple[int, int]]:
        """Return money per utility (times `top`) and utility of the supporters, class by class."""
        if len(strata) == 1:
            return sorted(self._classes(strata[0]))
        return sorted(
            (money * (top // stratum.utility), weight)
            for stratum in strata
            for money, weight in self._classes(stratum)
        )

    def _classes(self, stratum: Stratum) -> list[tuple[int, int]]:
        """Return money and utility of each class of a stratum."""
        found = stratum.histogram(self.class_of, len(self.money))
        present = found.nonzero()[0]
        pairs = zip(present.tolist(), found[present].tolist(), strict=True)
        return [(self.money[one], voters * stratum.utility) for one, voters in pairs]

    def pay(self, offer: Offer, strata: tuple[Stratum, ...]) -> None:
        """Take the price from every supporter, or all they have."""
        pays = [offer.paid * stratum.utility for stratum in strata]
        factor = offer.utility // math.gcd(offer.utility, *pays)
        if factor > 1:
            self.scale *= factor
            self.money = [money * factor for money in self.money]
        for stratum, pay in zip(strata, pays, strict=True):
            self._charge(stratum, pay * factor // offer.utility)
        if len(self.money) > self._most_classes:
            self._tidy()

    def _charge(self, stratum: Stratum, pay: int) -> None:
        """Move the supporters to the classes of those who have paid."""
        size = len(self.money)
        groups = stratum.groups
        old = self.class_of.take(groups)
        present = np.bincount(old, minlength=size).nonzero()[0]
        moved = np.zeros(size, np.int64)
        moved[present] = np.arange(size, size + len(present))
        self.money.extend([max(0, self.money[one] - pay) for one in present.tolist()])
        self.class_of[groups] = moved.take(old)

    def _tidy(self) -> None:
        """Drop empty classes and merge those without money, into the first."""
        size = len(self.money)
        alive = np.bincount(self.class_of, minlength=size).nonzero()[0].tolist()
        kept = [one for one in alive if self.money[one]]
        renumbered = np.zeros(size, np.int64)
        renumbered[kept] = np.arange(1, len(kept) + 1)
        self.money = [0, *(self.money[one] for one in kept)]
        self.class_of = renumbered.take(self.class_of)
        self._most_classes = 2 * len(self.money) + _SOME_CLASSES
