"""How often a process weighs a password while people read: pure rules."""

from __future__ import annotations

from dataclasses import dataclass

# Seconds of hashes, some thirty, that wait for nobody after a quiet moment.
MOST_CREDIT = 0.5
# Nobody has read for so long: then passwords are weighed as fast as the machine can. Seconds.
QUIET = 0.05


@dataclass(slots=True)
class Purse:
    """The time that passwords may take from people who read: a `share` of the time of a processor,
    above 0.

    All times are in seconds; moments are of a clock that never goes back.
    """

    share: float
    _credit: float = MOST_CREDIT
    _at: float = 0.0

    def wait(self, now: float) -> float:
        """Return for how long the next password waits if people go on reading; 0 for not at all."""
        return max(0.0, -self._filled(now) / self.share)

    def spend(self, weighed: float, now: float) -> None:
        """Pay for a password that took so long. What was weighed while nobody read leaves no more
        debt than one."""
        self._credit, self._at = max(self._filled(now) - weighed, -weighed), now

    def _filled(self, now: float) -> float:
        return min(MOST_CREDIT, self._credit + max(0.0, now - self._at) * self.share)
