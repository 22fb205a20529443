"""Money: whole cents and a currency, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in the smallest unit of its currency (ISO 4217); amounts of two currencies never
    mix."""

    cents: int
    currency: str = "EUR"

    def __add__(self, other: Money) -> Money:
        """Return the sum.

        :raises ValueError: if the currencies differ
        """
        self._same_currency(other)
        return Money(self.cents + other.cents, self.currency)

    def __sub__(self, other: Money) -> Money:
        """Return the difference, which may be negative.

        :raises ValueError: if the currencies differ
        """
        self._same_currency(other)
        return Money(self.cents - other.cents, self.currency)

    def __neg__(self) -> Money:
        """Return the amount owed the other way."""
        return Money(-self.cents, self.currency)

    def share(self, parts: int) -> list[Money]:
        """Split into `parts` amounts that differ by at most one cent and add up exactly.

        :raises ValueError: if `parts` is less than one
        """
        if parts < 1:
            raise ValueError("money is shared between at least one part")
        whole, left = divmod(self.cents, parts)
        return [Money(whole + (i < left), self.currency) for i in range(parts)]

    def times(self, ratio: Decimal) -> Money:
        """Multiply, rounding half a cent away from zero as French accounting does."""
        exact = Decimal(self.cents) * ratio
        return Money(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)), self.currency)

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            message = f"cannot mix {self.currency} and {other.currency}"
            raise ValueError(message)
