"""The rules' names: what META calls the rule, and how it is counted here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from parvis.budget.rules.counting import electorate as electorates
from parvis.budget.rules.counting.election import Election, Kind, Number
from parvis.budget.rules.counting.settings import (
    FILE_ORDER,
    SEED,
    Completion,
    Rule,
    Settings,
    Utility,
)

EQUAL_SHARES = "equalshares"
# Greedy with conditions of the place that the file does not carry.
_LOCAL = ("greedy-custom", "greedy-exclusive")
_UNKNOWN = "unknown"
_HEED_A_THRESHOLD = {
    *(Rule.GREEDY, Rule.GREEDY_NO_SKIP, Rule.GREEDY_THRESHOLD, Rule.POINTS, Rule.VOTES_PER_COST)
}
# What the format has a greedy rule for.
_FUND_UNCHOSEN = {
    *(Rule.GREEDY, Rule.GREEDY_NO_SKIP, Rule.GREEDY_THRESHOLD, Rule.POINTS, Rule.KNAPSACK)
}
_ADDED = {Completion.NONE: "", Completion.ADD1: "/add1"}
_IN_WORDS = re.compile(r"Counted by ([a-z0-9-]+)(?: \(([^)]*)\))?")
_BY_LOT = re.compile(r"by lot from the published seed ([0-9a-f]+)")
_COMPARISON = "comparison"


@dataclass(frozen=True)
class NamedRule:
    """How a file says it was counted; `note` says in words what the name leaves open."""

    settings: Settings
    note: str = ""


@dataclass(frozen=True)
class ToldRule:
    """What a file says of how it was counted: META's rule and least score (0 for none), and what
    its comment has to say where the format has no name for it."""

    name: str
    threshold: Number = 0
    remarks: tuple[str, ...] = ()


def told_of(election: Election, settings: Settings) -> ToldRule:
    """Return how a file says that its election was counted so; `settings_of` reads it back.

    The format's greedy rules fund what nobody chose, ours do not: where there is such a project,
    the file asks for one vote or point at least.
    """
    rule = settings.rule
    is_compared = rule is Rule.EQUAL_SHARES and settings.comparison
    least = election.threshold if settings.threshold is None else settings.threshold
    threshold = least if rule in _HEED_A_THRESHOLD or is_compared else 0
    if rule in _FUND_UNCHOSEN or is_compared:
        threshold = threshold or _least(election)
    name = _name_of(election.kind, settings, threshold)
    is_said = name != _UNKNOWN and rule is not Rule.KNAPSACK
    return ToldRule(name, threshold, () if is_said else (f"Counted by {_in_words(settings)}",))


def settings_of(name: str, comment: str = "") -> NamedRule:
    """Return how to count a file whose META gives this rule, or says it in its comment as `told_of`
    does; greedy if it gives none we know. Ties are broken as the comment says, else in the order of
    the file."""
    lot = _BY_LOT.search(comment)
    ties = f"{SEED}{lot[1]}" if lot else FILE_ORDER
    in_words = _IN_WORDS.search(comment)
    if in_words and in_words[1] in set(Rule):
        return NamedRule(_read(Rule(in_words[1]), in_words[2] or "", ties))
    if name.startswith(EQUAL_SHARES):
        completion = Completion.ADD1 if "add1" in name else Completion.NONE
        is_compared = _COMPARISON in name
        return NamedRule(
            Settings(
                rule=Rule.EQUAL_SHARES, completion=completion, comparison=is_compared, ties=ties
            )
        )
    if name in set(Rule):
        return NamedRule(Settings(rule=Rule(name), ties=ties))
    if name in _LOCAL:
        note = f"{name}: the conditions of the place are not in the file; counted as greedy"
    else:
        note = f"the file's rule « {name} » is none we know; counted as greedy"
    return NamedRule(Settings(rule=Rule.GREEDY, ties=ties), note)


def _least(election: Election) -> Number:
    """Return the least support of a project that somebody chose, at most 1; 0 if all are chosen."""
    electorate = electorates.read(election)
    if all(electorate.votes):
        return 0
    chosen = [rank for rank, votes in enumerate(electorate.votes) if votes]
    return min([Fraction(1), *map(electorate.support, chosen)])


def _name_of(kind: Kind, settings: Settings, threshold: Number) -> str:
    rule = settings.rule
    if kind is Kind.ORDINAL:
        return _UNKNOWN  # The format does not say how many points a rank is worth.
    if rule in {Rule.GREEDY_NO_SKIP, Rule.KNAPSACK}:
        return Rule.GREEDY_NO_SKIP
    if rule in _FUND_UNCHOSEN:
        return Rule.GREEDY_THRESHOLD if threshold else Rule.GREEDY
    is_theirs = (
        rule is Rule.EQUAL_SHARES
        and kind in {Kind.APPROVAL, Kind.CHOOSE_ONE}
        and settings.utility in {None, Utility.COST}
        and settings.completion in _ADDED
        and not (settings.comparison and threshold)
    )
    if not is_theirs:
        return _UNKNOWN
    compared = f"-{_COMPARISON}" if settings.comparison else ""
    return f"{EQUAL_SHARES}{_ADDED[settings.completion]}{compared}"


def _in_words(settings: Settings) -> str:
    if settings.rule is not Rule.EQUAL_SHARES:
        return settings.rule
    options = [f"completion {settings.completion}"]
    options += [f"utility {settings.utility}"] if settings.utility else []
    options += [_COMPARISON] if settings.comparison else []
    return f"{settings.rule} ({', '.join(options)})"


def _read(rule: Rule, options: str, ties: str) -> Settings:
    """Return the settings that a comment says; what it says otherwise than we do is not heeded."""
    said = dict(option.partition(" ")[::2] for option in options.split(", "))
    utility, completion = said.get("utility"), said.get("completion")
    return Settings(
        rule=rule,
        utility=Utility(utility) if utility in set(Utility) else None,
        completion=Completion(completion) if completion in set(Completion) else Completion.NONE,
        comparison=_COMPARISON in said,
        ties=ties,
    )
