"""What a ballot may hold, as META says: how many projects, how much money, how many points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from parvis.budget.rules.counting.election import Ballot, Number

LIMIT_KEYS = ("max_length", "max_sum_cost", "max_sum_points", "max_points")
_AS_TOLD = ("max_length", "max_sum_points", "max_points", "max_sum_cost")


@dataclass(frozen=True)
class Limits:
    """The most a ballot may hold; what is not limited is absent."""

    most: Mapping[str, Number]
    costs: Mapping[str, Number]

    def excess(self, ballot: Ballot) -> str:
        """Return how a ballot goes over a limit, in words; an empty string if it does not."""
        for name in _AS_TOLD:
            if name in self.most:
                held, what = self._held(ballot, name)
                if held > self.most[name]:
                    allowed = plain(self.most[name])
                    return f"the ballot holds {plain(held)} {what} where {name} allows {allowed}"
        return ""

    def _held(self, ballot: Ballot, name: str) -> tuple[Number, str]:
        """Return how much a ballot holds of what a limit is on, and what that is."""
        if name == "max_length":
            return len(ballot.choices), "projects"
        if name == "max_sum_points":
            return sum(ballot.points), "points"
        if name == "max_points":
            return max(ballot.points, default=0), "points for one project"
        return sum(self.costs[choice] for choice in ballot.choices), "of money"


def plain(amount: Number) -> str:
    """Return a decimal number as it is written, without an exponent or a fraction bar."""
    exact = Fraction(amount)
    if exact.denominator == 1:
        return str(exact.numerator)
    digits = 0
    while (exact * 10**digits).denominator != 1:
        digits += 1
    whole = str(int(exact * 10**digits)).rjust(digits + 1, "0")
    return f"{whole[:-digits]}.{whole[-digits:]}"
