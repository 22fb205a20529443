"""The greedy rules: most support first, until the money is spent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import groupby

from parvis.budget.rules.counting.buying import Account
from parvis.budget.rules.counting.election import Number
from parvis.budget.rules.counting.result import Reason, Stage

_Key = Callable[[int], int | Fraction]


def by_support(account: Account, *, skips: bool = True, threshold: Number = 0) -> None:
    """Buy the most supported projects that reach `threshold` votes or points.

    A project that does not fit is skipped, or, if not `skips`, ends the count. This is the rule of
    most cities (Pabulib's greedy, greedy-no-skip and greedy-threshold).
    """
    scores = account.electorate.scores
    _buy_in_order(account, scores.__getitem__, skips=skips, threshold=threshold)


def by_support_per_cost(account: Account, *, threshold: Number = 0) -> None:
    """Buy the projects with the most votes or points per unit of money first; skip what does not
    fit (Faliszewski et al., IJCAI 2023, « GreedyAV/cost »)."""
    scores, costs = account.electorate.scores, account.electorate.costs
    _buy_in_order(
        account, lambda rank: Fraction(scores[rank], costs[rank]), skips=True, threshold=threshold
    )


def knapsack(account: Account) -> int | None:
    """Buy as knapsack voting does: each ballot is a budget of its own, each unit of money of a
    project has as many votes as ballots hold the project, and the units with the most votes are
    funded (Goel et al., « Knapsack voting for participatory budgeting », 2019).

    Return the project that only part of the money is left for, if there is one.
    """
    scores = account.electorate.scores
    _buy_in_order(account, scores.__getitem__, skips=False, threshold=0)
    for group in _equals(_ranked(account, scores.__getitem__), scores.__getitem__):
        waiting = [rank for rank in group if rank not in account.bought]
        if waiting and account.left:
            # Where one of the equals was bought, the tie is noted already.
            return account.settle(waiting) if waiting == group else waiting[0]
    return None


def fill(account: Account) -> None:
    """Spend what is left by votes or points, most first, skipping what does not fit."""
    scores = account.electorate.scores
    ranked = [rank for rank in _ranked(account, scores.__getitem__) if rank not in account.bought]
    for group in _equals(ranked, scores.__getitem__):
        for rank in _settled(account, group):
            if account.fits(rank):
                account.buy(rank, stage=Stage.COMPLETION)


def in_order(account: Account, groups: list[list[int]], *, skips: bool = True) -> None:
    """Buy projects in a given order; each group of equals is ordered by the tie rule."""
    stopped = False
    for group in groups:
        for rank in group if stopped else _settled(account, group, skips=skips):
            if stopped:
                account.leave(rank, Reason.STOPPED)
            elif account.fits(rank):
                account.buy(rank)
            else:
                account.leave(rank, Reason.TOO_DEAR, account.electorate.costs[rank] - account.left)
                stopped = not skips


def _settled(account: Account, group: list[int], *, skips: bool = True) -> list[int]:
    """Return equals in the order of the tie rule, and note the tie if it decides anything."""
    ordered = sorted(group, key=account.places.__getitem__)
    rivals = [rank for rank in ordered if account.fits(rank) or not skips]
    if len(rivals) > 1 and any(map(account.fits, rivals)):
        account.note_tie(rivals)
    return ordered


def _buy_in_order(account: Account, key: _Key, *, skips: bool, threshold: Number) -> None:
    enough = threshold * account.electorate.score_scale
    ranked = _ranked(account, key)
    eligible = [rank for rank in ranked if account.electorate.scores[rank] >= enough]
    for rank in set(ranked).difference(eligible):
        account.leave(rank, Reason.BELOW_THRESHOLD)
    in_order(account, list(_equals(eligible, key)), skips=skips)


def _ranked(account: Account, key: _Key) -> list[int]:
    """Return the supported projects, first first."""
    supported = [rank for rank, votes in enumerate(account.electorate.votes) if votes]
    return sorted(supported, key=lambda rank: (-key(rank), account.places[rank]))


def _equals(ranked: list[int], key: _Key) -> Iterator[list[int]]:
    for _value, group in groupby(ranked, key=key):
        yield list(group)
