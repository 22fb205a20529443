"""Whether two things take the same time: medians, their ratio, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Took = npt.NDArray[np.float64]
DRAWS = 2_000
WITHIN = 0.05
_ENDS = (0.025, 0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Medians in milliseconds, their ratio (known to unknown) and its interval of 95 %."""

    known: float
    unknown: float
    low: float
    high: float
    told_apart: float

    @property
    def ratio(self) -> float:
        """Return the ratio of the medians."""
        return self.known / self.unknown

    @property
    def verdict(self) -> str:
        """Return "kept" or "**missed**" where that is certain, else "not shown"."""
        least, most = 1 - WITHIN, 1 + WITHIN
        if least <= self.low and self.high <= most:
            return "kept"
        return "**missed**" if self.high < least or self.low > most else "not shown"


def compare(pairs: list[tuple[float, float]]) -> Compared:
    """Compare what was measured in pairs, each within a moment; drawn again as pairs, what slowed
    both down stays with both."""
    both: Took = np.array(pairs).T
    drawn = np.random.default_rng().integers(len(pairs), size=(DRAWS, len(pairs)))
    known, unknown = np.median(both[:, drawn], axis=2)
    low, high = np.quantile(known / unknown, _ENDS)
    medians = np.median(both, axis=1)
    return Compared(
        known=float(medians[0]),
        unknown=float(medians[1]),
        low=float(low),
        high=float(high),
        told_apart=_told_apart(both[0], both[1]),
    )


def _told_apart(known: Took, unknown: Took) -> float:
    """Return the share of all pairs in which the known took longer (area under the curve)."""
    longer = known[:, None] > unknown[None, :]
    same = known[:, None] == unknown[None, :]
    return float(longer.mean() + same.mean() / 2)
