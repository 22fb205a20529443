"""What the rules of a published configuration are called, in the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _, gettext_noop, ngettext

from parvis.ui.wording import number
from parvis.voting.rules.plans import CountingRule

_RULES = {
    "greedy": gettext_noop("most votes first, what does not fit is skipped"),
    "greedy-no-skip": gettext_noop("most votes first, until one does not fit"),
    "greedy-threshold": gettext_noop("most votes first, from a number of votes on"),
    "votes-per-cost": gettext_noop("most votes per euro first"),
    "equal-shares": gettext_noop("equal shares of every voter"),
    "phragmen": gettext_noop("Phragmén"),
    "majority-judgment": gettext_noop("majority judgment"),
}
_COMPLETIONS = {
    "add1": gettext_noop("shares rise by one euro each while the budget pays for the outcome"),
    "add1-exhaustive": gettext_noop("shares rise by one euro each until nothing more fits"),
    "utilitarian": gettext_noop("what is left is spent by votes"),
}


def rule(name: str) -> str:
    """Return how a rule of counting is called; the file that is published keeps the name itself."""
    return _(_RULES[name])


def counting(how: CountingRule) -> str:
    """Return a rule of counting with everything that was fixed about it: the votes needed, what
    becomes of the money left, the outcome it is compared with."""
    said = [rule(how.name)]
    if how.threshold:
        needed = ngettext("%(shown)s vote needed", "%(shown)s votes needed", how.threshold)
        said.append(needed % {"shown": number(how.threshold)})
    if how.completion in _COMPLETIONS:
        said.append(_(_COMPLETIONS[how.completion]))
    if how.comparison:
        said.append(_("« most votes first » stands where more voters prefer it"))
    return "; ".join(said)
