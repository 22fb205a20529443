"""A quick look at what runs of equal shares would buy, in whole numbers with known error.

Runs with different shares are looked at side by side, one column each. Every purse is kept as a
64-bit integer, in a unit so small that the budget just fits, together with the most by which it can
be wrong. What the error cannot change is decided; what it could change is not: the caller counts
that run exactly. Nothing here ever enters a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from parvis.budget.rules.counting.electorate import Electorate, Numbers, Stratum
from parvis.budget.rules.counting.quoting import Flags, Quotes, Quoting, Supporters

_MONEY_BITS = 61
# Prices per unit of utility are compared as floats, moved apart by more than they can be wrong.
_DOWN, _UP = 1 - 2.0**-50, 1 + 2.0**-50
_BEYOND = 1 + 2.0**-48
# As many as the caches of a processor hold.
_PURSES = 800_000
_MOST_UTILITY = 1 << 62
_ALL_MONEY = 2.0**_MONEY_BITS
# Sums of errors must fit 64 bits beside sums of money.
_ERROR_BITS = 60
# By how much a share can be wrong once it is rounded, and halved.
_ROUNDED = 2


class Screen:
    """Runs equal shares approximately, but never wrongly, for projects of one utility each."""

    def __init__(self, electorate: Electorate, places: list[int]) -> None:
        self.electorate = electorate
        self.ranks = [
            rank
            for rank, parts in enumerate(electorate.strata)
            if len(parts) == 1 and electorate.costs[rank] <= electorate.budget
        ]
        strata = [electorate.strata[rank][0] for rank in self.ranks]
        self.supporters = [_supporters(stratum) for stratum in strata]
        self.utilities = [stratum.utility for stratum in strata]
        self.costs = [electorate.costs[rank] for rank in self.ranks]
        self.places = [places[rank] for rank in self.ranks]
        self.width = max(1, _PURSES // max(1, electorate.groups))
        self.is_apart = _apart(self.supporters, electorate.groups)
        self._is_able = all(len(parts) <= 1 for parts in electorate.strata) and all(
            utility < _MOST_UTILITY for utility in self.utilities
        )

    def look(self, raises: Sequence[int]) -> list[set[int] | None]:
        """Return what the run with each of these raises buys, or its beginning once that costs more
        than the budget; None where only exact numbers can decide. End with the first run that costs
        too much."""
        bits = self._bits(max(raises))
        if bits is None:
            return [None] * len(raises)
        runs = _Runs(self, raises, bits)
        runs.run()
        return runs.bought()

    def look_across(self, first: int, last: int) -> set[int] | None:
        """Return what every run with a raise from `first` to `last` buys, as `look` does; None
        where they may differ."""
        bits = self._bits(last)
        if bits is None:
            return None
        # The purses of all these runs are one, in the middle, and wrong by half of the way.
        half = (last - first << bits) // 2
        if half + _ROUNDED > (1 << _ERROR_BITS) // max(1, self.electorate.voters):
            return None
        runs = _Runs(self, [first], bits, half)
        runs.run()
        return runs.bought()[0]

    def _bits(self, most: int) -> int | None:
        """Return how many bits there are for parts of the unit of money; None if there are not."""
        total = self.electorate.budget + most * self.electorate.voters
        bits = _MONEY_BITS - total.bit_length()
        return bits if bits >= 0 and self._is_able else None


def _supporters(stratum: Stratum) -> Supporters:
    weights = np.concatenate([np.ones_like(stratum.once), stratum.weights])
    return Supporters(
        groups=stratum.groups,
        weights=weights,
        counts=weights.astype(np.float64),
        voters=stratum.voters,
    )


def _apart(supporters: list[Supporters], groups: int) -> Flags:
    """Return for each two projects whether no voter supports both."""
    chosen = np.zeros((groups, len(supporters)), np.bool_)
    for one, those in enumerate(supporters):
        chosen[those.groups, one] = True
    packed = np.packbits(chosen, axis=1)
    shared = [np.bitwise_or.reduce(packed[those.groups], axis=0) for those in supporters]
    apart: Flags = np.ones((len(supporters), len(supporters)), np.bool_)
    if shared:
        apart = np.unpackbits(np.array(shared), axis=1, count=len(supporters)) == 0
    return apart


class _Runs:
    """Runs side by side: `money` in units of 1 / 2**bits, each within `error` of the truth; 0 is
    exact.

    Tables have one row per run and one column per project: `low` and `high` bound the price per
    unit of utility, `least` and `most` the price. Money only ever goes down, so a price once asked
    is a bound below the next; it is the price itself (`is_fresh`) until a supporter pays for
    something else.
    """

    def __init__(self, screen: Screen, raises: Sequence[int], bits: int, half: int = 0) -> None:
        electorate, self._screen = screen.electorate, screen
        voters, size = max(1, electorate.voters), len(raises)
        totals = [electorate.budget + raised * electorate.voters for raised in raises]
        share = np.array([(total << bits) // voters + half for total in totals], np.int64)
        wrong = half + _ROUNDED if half else 1
        self._money: Numbers = np.repeat(share[np.newaxis], electorate.groups, axis=0)
        self._error = np.full(size, wrong, np.int64)
        self._most_error = (1 << _ERROR_BITS) // voters
        self._costs = [cost << bits for cost in screen.costs]
        self._left = np.full(size, electorate.budget, np.int64)
        self._utilities = np.array(screen.utilities, np.float64)
        payers = np.array([those.voters for those in screen.supporters], np.int64)
        full = np.array(self._costs, np.int64) // np.maximum(payers, 1)
        self._least: Numbers = np.repeat(full[np.newaxis], size, axis=0)
        self._most = self._least + 1
        self._payers: Numbers = np.repeat(payers[np.newaxis], size, axis=0)
        self._low = self._least / self._utilities * _DOWN
        self._high = self._most / self._utilities * _UP
        self._is_fresh: Flags = share[:, np.newaxis] - wrong > full
        is_able = (share[:, np.newaxis] + wrong) >= full
        self._low[~is_able] = np.inf
        self._taken = np.zeros(self._low.shape, np.bool_)
        self._is_unsure = np.zeros(size, np.bool_)
        self._end = size
        self._next = np.zeros(size, np.int64)
        self._level = np.zeros(size)
        self._look_ahead(np.arange(size))

    def run(self) -> None:
        """Buy until nothing can be bought any more or the budget is exceeded, in every run.

        The run that is furthest behind goes first, so that most of them do the same together.
        """
        if not self._screen.ranks:
            return
        while self._level[behind := int(self._level.argmin())] < np.inf:
            one = int(self._next[behind])
            runs = np.flatnonzero((self._next == one) & (self._level < np.inf))
            stale = ~self._is_fresh[runs, one]
            if stale.any():
                self._ask(one, runs[stale])
            else:
                self._decide(one, runs)
            self._look_ahead(runs)

    def bought(self) -> list[set[int] | None]:
        """Return what each run has bought, None where it could not be decided."""
        ranks = np.array(self._screen.ranks, np.int64)
        return [
            None if self._is_unsure[run] else set(ranks[self._taken[run]].tolist())
            for run in range(self._end)
        ]

    def _look_ahead(self, runs: Numbers) -> None:
        """Note what seems best next in these runs, and from what price on."""
        if self._low.size:
            low = self._low[runs]
            self._next[runs] = best = low.argmin(axis=1)
            self._level[runs] = low[np.arange(len(runs)), best]

    def _decide(self, one: int, runs: Numbers) -> None:
        """Buy the project that seems best where nothing can be better; else ask what could be."""
        high = self._high[runs, one]
        rivals = self._low[runs] <= high[:, np.newaxis]
        several = rivals.sum(axis=1) > 1
        if not several.all():
            self._buy(one, runs[~several])
        if not several.any():
            return
        runs, rivals, high = runs[several], rivals[several], high[several]
        stale = rivals & ~self._is_fresh[runs]
        if stale.any():
            other = int(stale.any(axis=0).argmax())
            asked = stale[:, other]
            self._ask(other, runs[asked], high[asked])
        else:
            self._settle(runs, rivals)

    def _settle(self, runs: Numbers, rivals: Flags) -> None:
        """Choose among prices that are equal as far as one can see, if they are known exactly."""
        payers = np.where(rivals, self._payers[runs], -1)
        alike = (payers == payers[0]).all(axis=1)
        names = np.flatnonzero(rivals[0]).tolist()
        if not payers[0, names].all():
            self._give_up(runs[alike])
            return
        exact = {
            one: Fraction(
                self._screen.costs[one], int(payers[0, one]) * self._screen.utilities[one]
            )
            for one in names
        }
        best = min(names, key=lambda one: (exact[one], self._screen.places[one]))
        self._buy(best, runs[alike])

    def _give_up(self, runs: Numbers) -> None:
        self._is_unsure[runs] = True
        self._low[runs] = np.inf

    def _purses(self, one: int, runs: Numbers) -> Numbers:
        """Return the money of a project's supporters."""
        money = self._money.take(self._screen.supporters[one].groups, axis=0)
        return money if len(runs) == len(self._left) else money.take(runs, axis=1)

    def _ask(self, one: int, runs: Numbers, above: npt.NDArray[np.float64] | None = None) -> None:
        """Ask a project's price, or whether it is surely higher than `above`."""
        those = self._screen.supporters[one]
        asked = Quoting(self._purses(one, runs), those, self._costs[one], self._error[runs])
        least = self._least[runs, one]
        if above is None:
            quotes = asked.exactly(least)
        else:
            price = np.minimum(above * self._utilities[one] * _BEYOND, _ALL_MONEY) + 2
            quotes = asked.above(price.astype(np.int64), least)
        self._note(one, runs, quotes)

    def _note(self, one: int, runs: Numbers, quotes: Quotes) -> None:
        utility = self._utilities[one]
        self._least[runs, one] = quotes.low
        self._most[runs, one] = quotes.high
        self._payers[runs, one] = quotes.payers
        self._is_fresh[runs, one] = quotes.is_known
        low = quotes.low / utility * _DOWN
        low[quotes.is_never] = np.inf
        self._low[runs, one] = low
        self._high[runs, one] = quotes.high / utility * _UP
        if quotes.is_unsure.any():
            self._give_up(runs[quotes.is_unsure])

    def _buy(self, one: int, runs: Numbers) -> None:
        self._taken[runs, one] = True
        self._low[runs, one] = np.inf
        self._pay(one, runs)
        self._is_fresh[runs] &= self._screen.is_apart[one]
        self._left[runs] -= self._screen.costs[one]
        over = runs[self._left[runs] < 0]
        if over.size:
            self._low[over] = np.inf
            self._end = min(self._end, int(over[0]) + 1)
            self._low[self._end :] = np.inf
            self._level[self._end :] = np.inf

    def _pay(self, one: int, runs: Numbers) -> None:
        """Take the price from the supporters; who surely has no more than it has nothing left."""
        groups = self._screen.supporters[one].groups
        low, high = self._least[runs, one], self._most[runs, one]
        everyone = self._money.take(groups, axis=0)
        is_all = len(runs) == len(self._left)
        money, middle = everyone if is_all else everyone.take(runs, axis=1), (low + high) // 2
        is_rich = money > np.maximum(low - self._error[runs], 0)
        left = np.where(is_rich, np.maximum(money - middle, 1), 0)
        if not is_all:
            everyone[:, runs] = left
            left = everyone
        self._money[groups] = left
        self._error[runs] += high - middle + 1
        is_lost = self._error[runs] > self._most_error
        if is_lost.any():
            self._give_up(runs[is_lost])
