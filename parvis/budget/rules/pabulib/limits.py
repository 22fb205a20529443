"""What a ballot may hold, as META says: how many projects, how much money, how many points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from parvis.budget.rules.counting.election import Ballot, Number

LIMIT_KEYS = ("max_length", "max_sum_cost", "max_sum_points", "max_points")


@dataclass(frozen=True)
class Limits:
    """The most a ballot may hold; what is not limited is absent."""

    most: Mapping[str, Number]
    costs: Mapping[str, Number]

    def excess(self, ballot: Ballot) -> str:
        """Return how a ballot goes over a limit, in words; an empty string if it does not."""
        held: dict[str, tuple[Number, str]] = {
            "max_length": (len(ballot.choices), "projects"),
            "max_sum_points": (sum(ballot.points), "points"),
            "max_points": (max(ballot.points, default=0), "points for one project"),
        }
        if "max_sum_cost" in self.most:
            spent = sum(self.costs[choice] for choice in ballot.choices)
            held["max_sum_cost"] = (spent, "of money")
        for name, (amount, what) in held.items():
            if name in self.most and amount > self.most[name]:
                allowed = plain(self.most[name])
                return f"the ballot holds {plain(amount)} {what} where {name} allows {allowed}"
        return ""


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
