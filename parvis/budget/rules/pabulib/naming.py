"""The rules' names: what META calls the rule, and how it is counted here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parvis.budget.rules.counting.settings import Completion, Rule, Settings

EQUAL_SHARES = "equalshares"
# Greedy with conditions of the place that the file does not carry.
_LOCAL = ("greedy-custom", "greedy-exclusive")
_UNKNOWN = "unknown"
_OF_THE_FORMAT = {Rule.GREEDY, Rule.GREEDY_NO_SKIP, Rule.GREEDY_THRESHOLD}
_IN_WORDS = re.compile(r"Counted by ([a-z-]+)")


@dataclass(frozen=True)
class NamedRule:
    """How a file says it was counted; `note` says in words what the name leaves open."""

    settings: Settings
    note: str = ""


def told_of(name: str) -> tuple[str, tuple[str, ...]]:
    """Return what META calls a rule, and what its comment has to say where the format has no name
    for it."""
    if name.startswith(EQUAL_SHARES) or name in _OF_THE_FORMAT:
        return name, ()
    return _UNKNOWN, (f"Counted by {name}",)


def settings_of(name: str, comment: str = "") -> NamedRule:
    """Return how to count a file whose META gives this rule, or says it in its comment as `told_of`
    does; greedy if it gives none we know."""
    in_words = _IN_WORDS.search(comment)
    if name == _UNKNOWN and in_words:
        name = in_words[1]
    if name.startswith(EQUAL_SHARES):
        completion = Completion.ADD1 if "add1" in name else Completion.NONE
        comparison = "comparison" in name
        return NamedRule(
            Settings(rule=Rule.EQUAL_SHARES, completion=completion, comparison=comparison)
        )
    if name in set(Rule):
        return NamedRule(Settings(rule=Rule(name)))
    if name in _LOCAL:
        note = f"{name}: the conditions of the place are not in the file; counted as greedy"
    else:
        note = f"the file's rule « {name} » is none we know; counted as greedy"
    return NamedRule(Settings(rule=Rule.GREEDY), note)
