"""What a project costs its supporters under many shares at once, in whole numbers with known error.

Money is a table with one row per group of voters and one column per share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.budget.rules.counting.electorate import Numbers

Flags = npt.NDArray[np.bool_]
_ATTEMPTS = 4


@dataclass(frozen=True)
class Supporters:
    """The supporters of one project: groups, each of as many voters as `weights` (and, as floats,
    `counts`) says."""

    groups: Numbers
    weights: Numbers
    counts: npt.NDArray[np.float64]
    voters: int


@dataclass(frozen=True)
class Quotes:
    """What one supporter pays at most, per column, as an interval in the unit of the money.

    `payers` is above zero if everyone who has anything left pays it: then it is the cost, divided.
    `is_known` says that the interval holds; where it does not, `low` is a bound and no more.
    `is_never` says that the supporters cannot pay; `is_unsure`, that the error is too large.
    """

    low: Numbers
    high: Numbers
    payers: Numbers
    is_known: Flags
    is_never: Flags
    is_unsure: Flags


class Quoting:
    """Asks the price of one project in every column of `money`, of which each purse is within
    `error` of the truth, and exact where it is 0."""

    def __init__(self, money: Numbers, those: Supporters, cost: int, error: Numbers) -> None:
        self._money, self._those, self._cost, self._error = money, those, cost, error
        self._unsure = those.voters * error

    def above(self, price: Numbers, least: Numbers) -> Quotes:
        """Return a bound above `price` where what is asked surely costs more than that, and the
        exact interval elsewhere; no price is below `least`."""
        given, rich = self._given(price)
        missing, payers = self._cost - given, np.maximum(rich, 1)
        is_above = missing > self._unsure
        is_never = is_above & (rich == 0)
        bound = price + (missing - self._unsure) // payers
        if is_above.all():
            none = np.zeros(bound.shape, np.bool_)
            return Quotes(bound, bound, np.zeros_like(bound), none, is_never, none)
        start = price + missing // payers
        start[is_above | (rich == 0)] = 0
        quotes = self.exactly(np.maximum(start, least))
        return Quotes(
            low=np.where(is_above, bound, quotes.low),
            high=quotes.high,
            payers=quotes.payers,
            is_known=quotes.is_known & ~is_above,
            is_never=np.where(is_above, is_never, quotes.is_never),
            is_unsure=quotes.is_unsure & ~is_above,
        )

    def exactly(self, start: Numbers) -> Quotes:
        """Return the price as an interval, searched from `start` on."""
        price, is_final = start, np.zeros(start.shape, np.bool_)
        while not is_final.all():
            given, rich = self._given(price)
            missing, payers = self._cost - given, np.maximum(rich, 1)
            poor = given - rich * price
            step = np.where(rich > 0, missing // payers, 0)
            price = price + step
            margin = self._margin(rich)
            sure = self._richer(price + margin)
            is_final = (sure == rich) | (step == 0)
        is_never = (rich == 0) & (missing > self._unsure)
        is_full = (poor == 0) & (sure == rich)
        margin, holds = self._verified(price, margin, sure)
        return Quotes(
            low=price - np.where(is_full, 0, margin),
            high=price + 1 + np.where(is_full, 0, margin),
            payers=np.where(is_full, rich, 0),
            is_known=holds,
            is_never=is_never,
            is_unsure=~holds & ~is_never,
        )

    def _given(self, price: Numbers) -> tuple[Numbers, Numbers]:
        """Return what is given if nobody pays more than `price`, and how many have more."""
        money, weights = self._money, self._those.weights
        return np.dot(weights, np.minimum(money, price)), self._voters(money > price)

    def _richer(self, price: Numbers) -> Numbers:
        """Return how many surely have more than a price."""
        return self._voters(self._money > price + self._error)

    def _voters(self, which: Flags) -> Numbers:
        # Whole numbers below 2**53 are exact as floats, and counted several times faster.
        found: npt.NDArray[np.float64] = np.dot(self._those.counts, which)
        return found.astype(np.int64)

    def _margin(self, rich: Numbers) -> Numbers:
        """Return by how much a price can be wrong: if so many pay the margin more, they make up for
        all that the others may lack."""
        return self._error * (self._those.voters - rich) // np.maximum(rich, 1) + 1

    def _verified(self, price: Numbers, margin: Numbers, sure: Numbers) -> tuple[Numbers, Flags]:
        """Return the margin, larger where fewer surely pay it than was thought, and whether it
        holds."""
        for _attempt in range(_ATTEMPTS):
            holds = (sure > 0) & (sure * margin >= self._error * (self._those.voters - sure))
            if (holds | (sure == 0)).all():
                break
            margin = np.where(holds, margin, self._margin(sure))
            sure = np.where(holds, sure, self._richer(price + margin))
        return margin, holds
