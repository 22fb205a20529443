"""What the rules of a published configuration are called, in the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _, gettext_noop

_RULES = {
    "greedy": gettext_noop("most votes first, what does not fit is skipped"),
    "greedy-no-skip": gettext_noop("most votes first, until one does not fit"),
    "greedy-threshold": gettext_noop("most votes first, from a number of votes on"),
    "votes-per-cost": gettext_noop("most votes per euro first"),
    "equal-shares": gettext_noop("equal shares of every voter"),
    "phragmen": gettext_noop("Phragmén"),
    "majority-judgment": gettext_noop("majority judgment"),
}


def rule(name: str) -> str:
    """Return how a rule of counting is called; the file that is published keeps the name itself."""
    return _(_RULES[name])
