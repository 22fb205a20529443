"""A quick look at what a run of equal shares would buy, in whole numbers with known error.

Every purse is kept as a 64-bit integer, in a unit so small that the budget just fits, together
with the most by which it can be wrong. What the error cannot change is decided; what it could
change is not: the caller counts that run exactly. Nothing here ever enters a result.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from parvis.budget.rules.counting.electorate import Electorate, Numbers

_MONEY_BITS = 61
_PRICE_BITS = 64


class UndecidedError(Exception):
    """The error is too large to decide; only the exact count can."""


@dataclass(frozen=True)
class _Supporters:
    """The supporters of one project as arrays."""

    groups: Numbers
    weights: Numbers
    utility: int
    voters: int


@dataclass(frozen=True)
class _Price:
    """What one supporter pays at most, as an interval in the small unit.

    `payers` is set if everyone who has anything left pays it: then it is the cost, divided.
    """

    low: int
    high: int
    payers: int | None = None


class Screen:
    """Runs equal shares approximately, but never wrongly, for projects of one utility each."""

    def __init__(self, electorate: Electorate, places: list[int]) -> None:
        self._electorate = electorate
        self._places = places
        self._supporters = {
            rank: _Supporters(
                groups=np.concatenate([parts[0].once, parts[0].often]),
                weights=np.concatenate([np.ones_like(parts[0].once), parts[0].weights]),
                utility=parts[0].utility,
                voters=parts[0].voters,
            )
            for rank, parts in enumerate(electorate.strata)
            if len(parts) == 1 and electorate.costs[rank] <= electorate.budget
        }
        self._is_able = all(len(parts) <= 1 for parts in electorate.strata)

    def bought(self, raised: int) -> set[int]:
        """Return what the run with this raise buys, or its beginning once that costs more than the
        budget.

        Raises UndecidedError where only exact numbers can decide.
        """
        if not self._is_able:
            raise UndecidedError
        return _Run(self._electorate, self._supporters, self._places, raised).bought()


@dataclass(frozen=True)
class _Offer:
    """A project at its price per unit of utility, as an interval."""

    low: int
    high: int
    rank: int
    price: _Price


class _Run:
    """One run: `money` in units of 1 / 2**bits, each within `error` of the truth; 0 is exact."""

    def __init__(
        self,
        electorate: Electorate,
        supporters: dict[int, _Supporters],
        places: list[int],
        raised: int,
    ) -> None:
        total = electorate.budget + raised * electorate.voters
        self._bits = _MONEY_BITS - total.bit_length()
        if self._bits < 0:
            raise UndecidedError
        self._costs, self._budget = electorate.costs, electorate.budget
        self._supporters = dict(supporters)
        self._places = places
        share = (total << self._bits) // max(1, electorate.voters)
        self._money: Numbers = np.full(electorate.groups, share, np.int64)
        self._error = 1
        self._queue = sorted((self._low(rank, self._full(rank)), rank) for rank in supporters)

    def bought(self) -> set[int]:
        """Buy until nothing can be bought any more or the budget is exceeded."""
        bought: set[int] = set()
        left = self._budget
        while left >= 0 and (offer := self._best()):
            bought.add(offer.rank)
            left -= self._costs[offer.rank]
            self._pay(offer)
        return bought

    def _full(self, rank: int) -> int:
        """Return the price if every supporter can pay it, rounded down."""
        return (self._costs[rank] << self._bits) // self._supporters[rank].voters

    def _low(self, rank: int, price: int) -> int:
        return (price << _PRICE_BITS) // self._supporters[rank].utility

    def _best(self) -> _Offer | None:
        asked: list[_Offer] = []
        high: float = math.inf
        while self._queue and self._queue[0][0] <= high:
            _bound, rank = heapq.heappop(self._queue)
            if price := self._price(rank):
                over = -self._low(rank, -price.high)
                asked.append(_Offer(self._low(rank, price.low), over, rank, price))
                high = min(high, over)
        best = self._first([offer for offer in asked if offer.low <= high])
        for offer in asked:
            if offer is not best:
                heapq.heappush(self._queue, (offer.low, offer.rank))
        return best

    def _first(self, rivals: list[_Offer]) -> _Offer | None:
        """Return the best of the offers whose intervals overlap, if their prices are known
        exactly."""
        if not rivals:
            return None
        if len(rivals) > 1 and not all(offer.price.payers for offer in rivals):
            raise UndecidedError
        return min(rivals, key=lambda offer: (self._exact(offer), self._places[offer.rank]))

    def _exact(self, offer: _Offer) -> Fraction:
        utility = self._supporters[offer.rank].utility
        return Fraction(self._costs[offer.rank], (offer.price.payers or 1) * utility)

    def _price(self, rank: int) -> _Price | None:
        supporters = self._supporters[rank]
        money = self._money.take(supporters.groups)
        if not money.all():
            supporters, money = self._without_the_broke(rank, money)
            if not money.size:
                return None
        least, payers = int(money.min()), supporters.voters
        cost = self._costs[rank] << self._bits
        full = cost // payers
        if least - self._error > full:
            return _Price(full, full + 1, payers)
        return self._shared(cost, full, money, supporters.weights)

    def _without_the_broke(self, rank: int, money: Numbers) -> tuple[_Supporters, Numbers]:
        """Forget, for this run, the supporters who have nothing left."""
        able, before = money > 0, self._supporters[rank]
        weights = before.weights.compress(able)
        left = replace(
            before,
            groups=before.groups.compress(able),
            weights=weights,
            voters=int(weights.sum()),
        )
        self._supporters[rank] = left
        return left, money.compress(able)

    def _shared(self, cost: int, price: int, money: Numbers, weights: Numbers) -> _Price | None:
        """Return the price where some give all they have; `price` is what it is at least."""
        funds, voters = money * weights, int(weights.sum())
        together, unsure = int(funds.sum()), voters * self._error
        if together + unsure < cost:
            return None
        if together - unsure < cost:
            raise UndecidedError
        rich = voters
        while True:
            above = money > price
            if not (richer := int(weights.compress(above).sum())):
                raise UndecidedError
            if richer == rich:
                return self._within(price, (rich, voters), money, weights)
            cost -= together
            money, weights, funds = (kept.compress(above) for kept in (money, weights, funds))
            rich = richer
            together = int(funds.sum())
            cost += together
            price = cost // rich

    def _within(
        self, price: int, known: tuple[int, int], money: Numbers, weights: Numbers
    ) -> _Price:
        """Return the price with the margin by which it can be wrong.

        If the surely rich pay the margin more, they make up for all that the others may lack.
        """
        rich, voters = known
        for _attempt in range(4):
            margin = self._error * (voters - rich) // rich + 1
            rich = int(weights.compress(money > price + margin + self._error).sum())
            if not rich:
                break
            if rich * margin >= self._error * (voters - rich):
                return _Price(price - margin, price + 1 + margin)
        raise UndecidedError

    def _pay(self, offer: _Offer) -> None:
        """Take the price from the supporters; who surely has no more than it has nothing left."""
        groups = self._supporters[offer.rank].groups
        money, middle = self._money.take(groups), (offer.price.low + offer.price.high) // 2
        left = np.maximum(money - middle, 1)
        broke: npt.NDArray[np.bool_] = money + self._error <= offer.price.low
        left[broke | (money == 0)] = 0
        self._money[groups] = left
        self._error += offer.price.high - middle + 1
