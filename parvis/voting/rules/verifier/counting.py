"""Counts a contest again, from the rules and not from the city's program: exact, and slow where it
may be."""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from parvis.voting.rules.verifier.reading import UnreadableError

EURO = 100
# One run in so many looks how far it holds: that costs as much as a few runs that do not.
LOOKS = 16


class Count:
    """One contest and its ballots; `winners()` says who is funded, in order of purchase."""

    def __init__(self, contest: dict[str, Any], choices: list[Any], seed: str) -> None:
        self.kind, self.rule = contest["kind"], contest["rule"]
        self.cost: dict[str, int] = {one["id"]: one["cost"] for one in contest["options"]}
        # Blank ballots are in the log and in the turnout; they express nothing.
        choices = [choice for choice in choices if choice]
        self.budget, self.voters = contest["budget"], len(choices)
        self.top = min(contest["max_options"] or len(self.cost), len(self.cost))
        self.ballots = Counter(tuple(self._worth(choice)) for choice in choices)
        self.score: Counter[str] = Counter()
        self.votes: Counter[str] = Counter()
        for ballot, times in self.ballots.items():
            for option, worth in ballot:
                self.score[option] += worth * times
                self.votes[option] += times
        ordered = sorted(self.cost, key=self._lot(self.rule.get("ties") or f"seed:{seed}"))
        self.place = {option: rank for rank, option in enumerate(ordered)}

    def _worth(self, choice: list[Any]) -> Iterator[tuple[str, int]]:
        """Yield what a ballot gives: a rank's points, the points or grade given, or one vote."""
        for rank, one in enumerate(choice):
            if self.kind == "ranking":
                yield one, self.top - rank
            elif self.kind not in ("points", "grades"):
                yield one, 1
            elif one[1] > 0:
                yield one[0], one[1]

    def _lot(self, ties: str) -> Any:
        """Return what orders options that stand equal; the rest stays as published."""
        if ties.startswith("seed:"):
            return lambda option: hashlib.sha256(f"{ties[5:]}\n{option}".encode()).digest()
        return {
            "file-order": lambda _option: 0,
            "project-id": lambda option: option,
            "most-votes": lambda option: -self.score[option],
            "cheapest": lambda option: self.cost[option],
            "dearest": lambda option: -self.cost[option],
        }[ties]

    def winners(self) -> list[str]:
        """Return the options funded, in order of purchase."""
        name, least = self.rule["name"], self.rule.get("threshold") or 0
        own = {
            "equal-shares": self._equal_shares,
            "phragmen": self._phragmen,
            "majority-judgment": self._majority_judgment,
        }
        if name in own:
            return own[name]()
        if name == "votes-per-cost":
            rates = {one: Fraction(self.score[one], cost) for one, cost in self.cost.items()}
            return self._greedy(rates, least=least)
        if name == "knapsack":
            return self._greedy(self.score, skips=False)
        if name not in ("greedy", "greedy-threshold", "greedy-no-skip", "points"):
            raise UnreadableError("no rule is called", name)
        return self._greedy(self.score, skips=name != "greedy-no-skip", least=least)

    def partial(self, won: list[str]) -> list[Any]:
        """Return which option a knapsack leaves the rest for, and how much; [] for other rules."""
        rest = [one for one in self.cost if self.votes[one] and one not in won]
        if self.rule["name"] != "knapsack" or not rest or not self._left(won):
            return []
        return [min(rest, key=lambda one: (-self.score[one], self.place[one])), self._left(won)]

    def _left(self, won: Iterable[str]) -> int:
        return int(self.budget - sum(self.cost[option] for option in won))

    def _greedy(self, key: Any, *, skips: bool = True, least: int = 0) -> list[str]:
        """Buy by key, most first; who does not fit is skipped, or ends the count."""
        able = [one for one in self.cost if self.votes[one] and self.score[one] >= least]
        won: list[str] = []
        for one in sorted(able, key=lambda one: (-key[one], self.place[one])):
            if self.cost[one] <= self._left(won):
                won.append(one)
            elif not skips:
                break
        return won

    def _majority_judgment(self) -> list[str]:
        """Buy by middle grades: who gets the better one, and at equality the better next one.

        Of n grades in order, the middle one is set aside again and again: that reads them from the
        middle outwards, below first if n is odd, above first if it is even.
        """
        given: dict[str, list[int]] = {option: [0] * 4 for option in self.cost}
        for ballot, times in self.ballots.items():
            for option, grade in ballot:
                given[option][grade] += times
        values: dict[str, bytes] = {}
        for option, counts in given.items():
            counts[0] = self.voters - sum(counts)
            grades = b"".join(bytes([grade]) * times for grade, times in enumerate(counts))
            low, high = grades[: (self.voters + 1) // 2][::-1], grades[(self.voters + 1) // 2 :]
            first, second = (low[1:], high) if self.voters % 2 else (low, high)
            value = bytearray(2 * len(first))
            value[::2], value[1::2] = first, second
            values[option] = low[: self.voters % 2] + bytes(value)
        liked = [option for option, value in values.items() if value[:1] > b"\0"]
        won: list[str] = []
        liked.sort(key=self.place.__getitem__)
        for one in sorted(liked, key=values.__getitem__, reverse=True):
            if self.cost[one] <= self._left(won):
                won.append(one)
        return won

    def _phragmen(self) -> list[str]:
        """Everyone earns at the same pace; supporters buy as soon as they can pay together."""
        spent = dict.fromkeys(self.ballots, Fraction(0))
        waiting = {
            one for one, cost in self.cost.items() if self.votes[one] and cost <= self.budget
        }
        won: list[str] = []
        while waiting:
            times = {one: Fraction(self.cost[one]) for one in waiting}
            for ballot, often in self.ballots.items():
                for option, _worth in ballot:
                    if option in times:
                        times[option] += spent[ballot] * often
            times = {one: time / self.votes[one] for one, time in times.items()}
            first = min(times.values())
            tied = [one for one, time in times.items() if time == first]
            if any(self.cost[one] > self._left(won) for one in tied):
                break
            best = min(tied, key=self.place.__getitem__)
            waiting.remove(best)
            won.append(best)
            for ballot in spent:
                if any(option == best for option, _worth in ballot):
                    spent[ballot] = first
        return won

    def _equal_shares(self) -> list[str]:
        """Everyone has the same share; what is left then may be spent by votes."""
        won = self._with_raised_shares()
        if self.rule.get("completion") in ("utilitarian", "add1-utilitarian"):
            for one in sorted(self.votes, key=lambda one: (-self.score[one], self.place[one])):
                if one in self._fitting(won):
                    won.append(one)
        if self.rule.get("comparison"):
            usual = self._greedy(self.score, least=self.rule.get("threshold") or 0)
            if self._more_prefer(usual, won):
                return usual
        return won

    def _with_raised_shares(self) -> list[str]:
        """Raise everyone's share, where the rule says so, as long as the budget pays for it."""
        completion, raised, shares = self.rule.get("completion") or "none", 0, Shares(self)
        able = {one for one, cost in self.cost.items() if self.votes[one] and cost <= self.budget}
        step, turn, won = self.rule.get("step") or EURO, 0, shares.run(0)
        while completion.startswith("add1") and set(won) != able:
            if completion == "add1-exhaustive" and not self._fitting(won):
                break
            turn += 1
            looks = turn % LOOKS == 0
            richer = shares.run(raised + step, looks=looks)
            if self._left(richer) < 0:
                break
            won = richer
            alike = 1 + (shares.alike(step) if looks else 0)
            raised += alike * step
            # Who strode looks again at once.
            turn -= alike > 1
        return won

    def _fitting(self, won: list[str]) -> list[str]:
        left = self._left(won)
        return [
            one
            for one in self.cost
            if self.votes[one] and self.cost[one] <= left and one not in won
        ]

    def _more_prefer(self, these: list[str], those: list[str]) -> bool:
        """Say whether more voters have more of these than of those."""
        balance = 0
        for ballot, times in self.ballots.items():
            here = sum(worth for option, worth in ballot if option in these)
            there = sum(worth for option, worth in ballot if option in those)
            balance += times * ((here > there) - (here < there))
        return balance > 0


class Growing:
    """An amount that grows, or shrinks, as everyone's share does: `now`, and `pace` for each unit.

    It is computed and compared with like a number. Each comparison notes in `until` by how much
    the share may still grow before it could come out differently: a run that does the same
    comparisons with the same outcomes does the same.
    """

    def __init__(self, now: Fraction, pace: Fraction, until: list[Fraction]) -> None:
        self.now, self.pace, self.until = now, pace, until

    def __add__(self, other: Any) -> Growing:
        now, pace = (other.now, other.pace) if isinstance(other, Growing) else (other, 0)
        return Growing(self.now + now, self.pace + pace, self.until)

    def __mul__(self, times: int) -> Growing:
        return Growing(self.now * times, self.pace * times, self.until)

    def __truediv__(self, parts: int) -> Growing:
        return Growing(self.now / parts, self.pace / parts, self.until)

    def __sub__(self, other: Any) -> Growing:
        return self.__add__(other * -1)

    def __rsub__(self, other: Any) -> Growing:
        return (self * -1).__add__(other)

    def _above(self, other: Any) -> Fraction:
        """Return by how much this is more than the other now; note until when it stays so."""
        gap = self.__sub__(other)
        if gap.pace and gap.now * gap.pace <= 0:
            self.until[:] = [min([*self.until, -gap.now / gap.pace])]
        return gap.now

    def __eq__(self, other: object) -> bool:
        return self._above(other) == 0

    def __lt__(self, other: Any) -> bool:
        return self._above(other) < 0

    def __le__(self, other: Any) -> bool:
        return self._above(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self._above(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self._above(other) >= 0


class Shares:
    """Runs of equal shares; voters who have the same money left are one class."""

    def __init__(self, count: Count) -> None:
        self.count = count
        natural = {"ranking": "borda", "points": "points", "grades": "points"}
        utility = count.rule.get("utility") or natural.get(count.kind, "cost")
        self.weights = list(count.ballots.values())
        self.supporters: dict[str, list[tuple[int, int]]] = {one: [] for one in count.cost}
        for group, ballot in enumerate(count.ballots):
            for option, worth in ballot:
                plain = {"cost": count.cost[option], "cardinality": 1}
                self.supporters[option].append((group, plain.get(utility, worth)))

    def alike(self, step: int) -> int:
        """Return how many more steps surely buy what the run bought that looked last."""
        return max(0, -int(-self.until[0] // step) - 1) if self.until else 0

    def run(self, raised: int, *, looks: bool = False) -> list[str]:
        """Return who is bought if everyone has this much more than the plain share; a run that
        looks says by `alike` how far this holds."""
        count = self.count
        self.until: list[Fraction] = []
        share = Fraction(count.budget, count.voters or 1) + raised
        self.money: list[Any] = [Growing(share, Fraction(1), self.until) if looks else share]
        self.of = [0] * len(self.weights)
        waiting = [
            (
                Fraction(cost, sum(self.weights[g] * u for g, u in self.supporters[one])),
                count.place[one],
                one,
            )
            for one, cost in count.cost.items()
            if count.votes[one] and cost <= count.budget
        ]
        heapq.heapify(waiting)
        won: list[str] = []
        while True:
            # A price only ever rises, so the one asked last time is a bound.
            asked: list[tuple[Fraction, int, str]] = []
            while waiting and (not asked or waiting[0][0] <= min(asked)[0]):
                _bound, place, one = heapq.heappop(waiting)
                price = self._price(one)
                if price is not None:
                    asked.append((price, place, one))
            if not asked:
                return won
            best = min(asked)
            asked.remove(best)
            for other in asked:
                heapq.heappush(waiting, other)
            won.append(best[2])
            self._pay(best[2], best[0])

    def _price(self, option: str) -> Fraction | None:
        """Return what a unit of utility costs if who has less gives all; None if too dear."""
        have: Counter[tuple[int, int]] = Counter()
        for group, utility in self.supporters[option]:
            have[self.of[group], utility] += self.weights[group] * utility
        rest, weight = Fraction(self.count.cost[option]), sum(have.values())
        limits = sorted((self.money[of] / utility, w) for (of, utility), w in have.items())
        for limit, own in limits:
            if limit * weight >= rest:
                return rest / weight
            rest -= limit * own
            weight -= own
        return None

    def _pay(self, option: str, price: Fraction) -> None:
        moved: dict[tuple[int, int], int] = {}
        for group, utility in self.supporters[option]:
            key = (self.of[group], utility)
            if key not in moved:
                moved[key] = len(self.money)
                self.money.append(max(Fraction(0), self.money[key[0]] - price * utility))
            self.of[group] = moved[key]
