"""The rules' names: what META calls the rule, and how it is counted here."""

from __future__ import annotations

from dataclasses import dataclass

from parvis.budget.rules.counting.settings import Completion, Rule, Settings

EQUAL_SHARES = "equalshares"
# Greedy with conditions of the place that the file does not carry.
_LOCAL = ("greedy-custom", "greedy-exclusive")


@dataclass(frozen=True)
class NamedRule:
    """How a file says it was counted; `note` says in words what the name leaves open."""

    settings: Settings
    note: str = ""


def settings_of(name: str) -> NamedRule:
    """Return how to count a file whose META gives this rule, greedy if it gives none we know."""
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
