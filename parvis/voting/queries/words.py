"""What the rules of a published configuration and the grades of a ballot are called, in the active
language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_noop, pgettext_lazy

from parvis.ui.wording import number
from parvis.voting.rules.plans import BallotKind, CountingRule

GRADES: dict[int, Promise] = {
    3: pgettext_lazy("grade", "Favourite"),
    2: pgettext_lazy("grade", "I like it"),
    1: pgettext_lazy("grade", "Why not"),
    0: pgettext_lazy("grade", "Not convinced"),
}
"""The four grades of Paris, the best first."""
_RULES = {
    "greedy": gettext_noop("most votes first, what does not fit is skipped"),
    "greedy-no-skip": gettext_noop("most votes first, until one does not fit"),
    "greedy-threshold": gettext_noop("most votes first, from a number of votes on"),
    "votes-per-cost": gettext_noop("most votes per euro first"),
    "equal-shares": gettext_noop("equal shares of every voter"),
    "phragmen": gettext_noop("Phragmén"),
    "majority-judgment": gettext_noop("majority judgment"),
    "knapsack": gettext_noop("most votes first, and what is left in part to the next"),
    "points": gettext_noop("most points first, what does not fit is skipped"),
}
_RULES_OF_POINTS = {
    "greedy": _RULES["points"],
    "greedy-no-skip": gettext_noop("most points first, until one does not fit"),
    "greedy-threshold": gettext_noop("most points first, from a number of points on"),
    "votes-per-cost": gettext_noop("most points per euro first"),
}
_COMPLETIONS = {
    "none": gettext_noop("nothing"),
    "add1": gettext_noop("one euro more for everyone"),
    "add1-exhaustive": gettext_noop("one euro more for everyone, until nothing fits"),
    "utilitarian": gettext_noop("most votes first"),
    "add1-utilitarian": gettext_noop("one euro more for everyone, then most votes first"),
}
_COMPLETIONS_OF_POINTS = {
    "utilitarian": gettext_noop("most points first"),
    "add1-utilitarian": gettext_noop("one euro more for everyone, then most points first"),
}
_UTILITIES = {
    "cost": gettext_noop("its cost"),
    "cardinality": gettext_noop("one each"),
    "points": gettext_noop("its points"),
    "borda": gettext_noop("its rank"),
}
# Phragmén's rule, the knapsack and the grades of majority judgment know no threshold.
_HEED_A_THRESHOLD = {"greedy", "greedy-no-skip", "greedy-threshold", "votes-per-cost", "points"}
_EQUAL_SHARES = "equal-shares"


def rule(name: str, kind: BallotKind = BallotKind.APPROVAL) -> str:
    """Return how a rule of counting is called, of these ballots; the file that is published keeps
    the name itself."""
    of_points = {} if kind.is_of_votes else _RULES_OF_POINTS
    return _(of_points.get(name, _RULES[name]))


def completion(name: str, kind: BallotKind = BallotKind.APPROVAL) -> str:
    """Return what the money that is left goes to."""
    of_points = {} if kind.is_of_votes else _COMPLETIONS_OF_POINTS
    return _(of_points.get(name, _COMPLETIONS[name]))


def utility(name: str) -> str:
    """Return what a voter has of a project that is funded."""
    return _(_UTILITIES[name])


def details(counting: CountingRule, kind: BallotKind) -> tuple[str, ...]:
    """Return what else a count heeds, a sentence each: only what its rule asks for."""
    threshold = (_threshold(counting, kind),) if counting.threshold else ()
    if counting.name != _EQUAL_SHARES:
        return threshold if counting.name in _HEED_A_THRESHOLD else ()
    said = [_("What a voter has of a project: %(what)s.") % {"what": utility(counting.utility)}]
    if counting.completion == "none":
        said.append(_("What is left is not spent."))
    else:
        what = completion(counting.completion, kind)
        said.append(_("What is left goes to: %(what)s.") % {"what": what})
    # Only the greedy outcome beside it looks at a threshold.
    return (*said, _comparison(kind), *threshold) if counting.comparison else tuple(said)


def _comparison(kind: BallotKind) -> str:
    if kind.is_of_votes:
        return _("If more voters prefer what « most votes first » funds, that is funded.")
    return _("If more voters prefer what « most points first » funds, that is funded.")


def _threshold(counting: CountingRule, kind: BallotKind) -> str:
    said = _("Votes needed: %(number)s.") if kind.is_of_votes else _("Points needed: %(number)s.")
    return said % {"number": number(counting.threshold or 0)}
