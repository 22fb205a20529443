"""One way in: an election and settings go in, the result comes out."""

from __future__ import annotations

from dataclasses import replace

from parvis.budget.rules.counting import electorate as electorates, greedy
from parvis.budget.rules.counting.buying import Account
from parvis.budget.rules.counting.comparing import Comparison, compare
from parvis.budget.rules.counting.completing import equal_shares
from parvis.budget.rules.counting.election import Election, ElectionError
from parvis.budget.rules.counting.grades import majority_judgment
from parvis.budget.rules.counting.phragmen import phragmen
from parvis.budget.rules.counting.result import LeftOut, Reason, Result
from parvis.budget.rules.counting.settings import Rule, Settings


def count(election: Election, settings: Settings | None = None) -> Result:
    """Count an election, by the greedy rule unless the settings say otherwise.

    Only exact whole numbers and fractions decide. Raises ElectionError if the rule asks something
    of the ballots that they do not carry: points, ranks or grades.
    """
    settings = settings or Settings()
    if settings.rule is Rule.EQUAL_SHARES:
        return _equal_shares(election, settings)
    account = Account.open(electorates.read(election), settings)
    if settings.rule is Rule.MAJORITY_JUDGMENT:
        return majority_judgment(account, election)
    if settings.rule is Rule.KNAPSACK:
        return _knapsack(account)
    if settings.rule is Rule.PHRAGMEN:
        phragmen(account)
    else:
        _greedy(account, election)
    return account.close()


def greedy_outcome(election: Election, settings: Settings) -> Result:
    """Return what the plain greedy rule gives, with the same tie rule: the usual comparison."""
    return count(election, Settings(ties=settings.ties, threshold=settings.threshold))


def compared_with_greedy(election: Election, result: Result) -> Comparison:
    """Compare a result with the greedy outcome of the same election."""
    usual = greedy_outcome(election, result.settings)
    return compare(election, result.winners, usual.winners)


def _greedy(account: Account, election: Election) -> None:
    rule, threshold = account.settings.rule, account.settings.threshold
    if threshold is None:
        threshold = election.threshold
    if rule is Rule.POINTS and not election.kind.has_points:
        message = f"ballots of kind {election.kind} carry no points"
        raise ElectionError(message)
    if rule is Rule.VOTES_PER_COST:
        greedy.by_support_per_cost(account, threshold=threshold)
    else:
        skips = rule is not Rule.GREEDY_NO_SKIP
        greedy.by_support(account, skips=skips, threshold=threshold)


def _knapsack(account: Account) -> Result:
    part = greedy.knapsack(account)
    if part is None:
        return account.close()
    electorate = account.electorate
    return account.close(partial=(electorate.ids[part], electorate.money(account.left)))


def _equal_shares(election: Election, settings: Settings) -> Result:
    utility = settings.utility or electorates.natural_utility(election.kind)
    electorate = electorates.read(election, utility, step=settings.step)
    result = equal_shares(Account.open(electorate, settings), utility)
    if not settings.comparison:
        return result
    usual = greedy_outcome(election, settings)
    comparison = compare(election, result.winners, usual.winners)
    if comparison.prefer_there > comparison.prefer_here:
        result = _outvoted(result, usual)
    return replace(result, comparison=comparison)


def _outvoted(result: Result, usual: Result) -> Result:
    """Return the greedy outcome that more voters prefer, under the settings asked for."""
    lost = set(result.winners)
    left_out = tuple(_why_lost(one, lost) for one in usual.left_out)
    return replace(usual, settings=result.settings, left_out=left_out)


def _why_lost(one: LeftOut, lost: set[str]) -> LeftOut:
    return replace(one, reason=Reason.OUTVOTED) if one.project in lost else one
