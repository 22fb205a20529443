"""The Method of Equal Shares: everyone gets the same share of the budget and pays, with others,
for what they voted for (Peters, Pierczyński, Skowron, « Proportional Participatory Budgeting with
Additive Utilities », NeurIPS 2021)."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field, replace

from parvis.budget.rules.counting.electorate import Electorate
from parvis.budget.rules.counting.purses import Offer, Purses

# Prices wait in a queue as whole numbers of this many bits, rounded down: a bound, never a
# decision. Offers are compared exactly.
_BITS = 96


@dataclass(frozen=True)
class Purchase:
    """A purchase: who was offered at the best price, in the order of the tie rule."""

    offer: Offer
    tied: tuple[int, ...]
    scale: int


@dataclass
class Run:
    """One run with a given share: purchases in order, and the purses as they stand; `raised` is
    by how much the share exceeds the plain one."""

    purses: Purses
    queue: list[tuple[int, int]]
    purchases: list[Purchase] = field(default_factory=list)
    cost: int = 0
    raised: int = 0


class EqualShares:
    """Counts the same election with a rising share, and does only once what cannot change.

    A project all of whose supporters can pay their full part costs them the same whatever the
    share. As long as such a project is strictly the best, its purchase is common to this run and
    to every later one: it is kept in `_sure`.
    """

    def __init__(self, electorate: Electorate, places: list[int]) -> None:
        self._electorate = electorate
        self._places = places
        ranks = [r for r, parts in enumerate(electorate.strata) if parts and self._fits(r)]
        self.candidates = set(ranks)
        bounds = sorted((self._least(rank), rank) for rank in ranks)
        purses = Purses(electorate.groups, electorate.budget, electorate.voters or 1)
        self._sure = Run(purses, bounds)

    def run(self, *, most: int | None = None) -> Run:
        """Return the run with the present share; it stops once its cost is above `most`."""
        self._extend_the_sure()
        sure = self._sure
        run = replace(
            sure,
            purses=sure.purses.copy(),
            queue=self._affordable(sure),
            purchases=sure.purchases.copy(),
        )
        while (most is None or run.cost <= most) and (tied := self._best(run)):
            self._buy(run, tied)
        return run

    def raise_share(self, amount: int) -> None:
        """Give every voter this much more, in the electorate's units."""
        self._sure.raised += amount
        self._sure.purses.give(amount)

    def _affordable(self, run: Run) -> list[tuple[int, int]]:
        """Return the queue without what not even the richest purse for each supporter would pay."""
        costs, votes = self._electorate.costs, self._electorate.votes
        scale = run.purses.scale
        most = max(run.purses.money)
        queue = [one for one in run.queue if most * votes[one[1]] >= costs[one[1]] * scale]
        heapq.heapify(queue)
        return queue

    def _fits(self, rank: int) -> bool:
        return self._electorate.costs[rank] <= self._electorate.budget

    def _least(self, rank: int) -> int:
        """Return the price if every supporter pays a full part: no offer is ever below it."""
        return (self._electorate.costs[rank] << _BITS) // self._utility(rank)

    def _utility(self, rank: int) -> int:
        return sum(part.utility * part.voters for part in self._electorate.strata[rank])

    def _extend_the_sure(self) -> None:
        """Buy what every later run buys first as well."""
        sure = self._sure
        while sure.queue:
            bound, rank = sure.queue[0]
            offer = self._offer(sure.purses, rank)
            # In a heap the second is one of the first's two children.
            rival = min((bound for bound, _rank in sure.queue[1:3]), default=math.inf)
            if offer is None or offer.utility != self._utility(rank) or bound >= rival:
                return
            self._buy(sure, [offer])
            heapq.heappop(sure.queue)

    def _offer(self, purses: Purses, rank: int) -> Offer | None:
        return purses.offer(rank, self._electorate.costs[rank], self._electorate.strata[rank])

    def _best(self, run: Run) -> list[Offer]:
        """Return the lowest offers, by the tie rule; drop from the queue what none can pay.

        Money only ever goes down, so a price once asked is a bound below the next.
        """
        best: list[Offer] = []
        asked: list[tuple[int, int]] = []
        highest: float = math.inf
        while run.queue and run.queue[0][0] <= highest:
            _bound_before, rank = heapq.heappop(run.queue)
            offer = self._offer(run.purses, rank)
            if offer is None:
                continue
            bound = _bound(offer, run.purses.scale)
            asked.append((bound, rank))
            if not best or offer.is_below(best[0]):
                best, highest = [offer], bound
            elif offer.equals(best[0]):
                best.append(offer)
        best.sort(key=lambda offer: self._places[offer.rank])
        for bound, rank in asked:
            if rank != best[0].rank:
                heapq.heappush(run.queue, (bound, rank))
        return best

    def _buy(self, run: Run, tied: list[Offer]) -> None:
        offer = tied[0]
        ranks = tuple(one.rank for one in tied)
        run.purchases.append(Purchase(offer, ranks, run.purses.scale))
        run.cost += self._electorate.costs[offer.rank]
        run.purses.pay(offer, self._electorate.strata[offer.rank])


def _bound(offer: Offer, scale: int) -> int:
    """Return the price rounded down to `_BITS` bits."""
    return (offer.paid << _BITS) // (offer.utility * scale)
