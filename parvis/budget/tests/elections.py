"""Small elections for the tests, and equal shares once more, written as the definition reads."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from hypothesis import strategies as st

from parvis.budget.rules.counting import (
    Ballot,
    Completion,
    Election,
    Kind,
    Project,
    Rule,
    Settings,
    Utility,
)
from parvis.budget.rules.counting.settings import TIE_RULES


def an_election(costs, votes, *, budget, kind=Kind.APPROVAL, **more):
    """`costs` by project; `votes` one text of projects per voter: "park bench"."""
    ballots = Counter(Ballot(tuple(vote.split())) for vote in votes)
    projects = tuple(Project(name, cost) for name, cost in costs.items())
    return Election(projects=projects, ballots=ballots, budget=budget, kind=kind, **more)


def a_graded_election(costs, votes, *, budget, kind=Kind.SCORING):
    """`votes` one dict of points per voter."""
    ballots = Counter(Ballot(tuple(vote), tuple(vote.values())) for vote in votes)
    projects = tuple(Project(name, cost) for name, cost in costs.items())
    return Election(projects=projects, ballots=ballots, budget=budget, kind=kind)


@st.composite
def elections(draw, kind=Kind.APPROVAL):
    """Up to seven projects and twelve voters; costs that often tie."""
    ids = [f"p{rank}" for rank in range(draw(st.integers(1, 7)))]
    projects = tuple(Project(name, draw(st.integers(1, 12))) for name in ids)
    most = 1 if kind is Kind.CHOOSE_ONE else len(ids)
    chosen = st.lists(st.sampled_from(ids), unique=True, max_size=most)
    ballots = draw(st.lists(chosen, min_size=1, max_size=12))
    points = st.integers(0, 3)
    cast = [
        Ballot(tuple(ballot), tuple(draw(points) for _choice in ballot) if kind.has_points else ())
        for ballot in ballots
    ]
    return Election(
        projects=projects, ballots=Counter(cast), budget=draw(st.integers(1, 40)), kind=kind
    )


def asked_of(kind):
    """Return settings of every rule that these ballots can be counted by, with every option."""
    utilities = {Kind.ORDINAL: [Utility.BORDA], Kind.SCORING: [Utility.POINTS]}
    utilities[Kind.CUMULATIVE] = utilities[Kind.SCORING]
    worth = [Utility.COST, Utility.CARDINALITY, *utilities.get(kind, [])]
    of_points = {Rule.POINTS, Rule.MAJORITY_JUDGMENT}
    return st.builds(
        Settings,
        rule=st.sampled_from([rule for rule in Rule if kind.has_points or rule not in of_points]),
        utility=st.sampled_from(worth),
        completion=st.sampled_from(Completion),
        ties=st.sampled_from([*TIE_RULES, "seed:square"]),
        threshold=st.sampled_from([None, 2]),
        comparison=st.booleans(),
    )


def voters(election):
    """Return one ballot per voter, as points by project."""
    return [
        dict(zip(ballot.choices, ballot.points or [1] * len(ballot.choices), strict=True))
        for ballot, times in election.ballots.items()
        for _time in range(times)
    ]


def plain_equal_shares(election, *, raised=0, by_cost=True):
    """Return the winners in order; ties go to the project published first."""
    people = voters(election)
    purses = [Fraction(election.budget) / len(people) + raised for _person in people]
    left = {p.id: p.cost for p in election.projects if p.cost <= election.budget}
    winners = []
    while True:
        prices = {}
        for name, cost in left.items():
            worth = [Fraction(person.get(name, 0)) for person in people]
            if by_cost:
                worth = [points * cost for points in worth]
            price = _price(purses, worth, cost)
            if price is not None:
                prices[name] = price
        if not prices:
            return winners
        best = min(prices, key=prices.__getitem__)
        price, cost = prices[best], left.pop(best)
        for number, person in enumerate(people):
            worth = person.get(best, 0) * (cost if by_cost else 1)
            purses[number] -= min(purses[number], price * worth)
        winners.append(best)


def _price(purses, worth, cost):
    pairs = zip(purses, worth, strict=True)
    able = [(purse / points, purse, points) for purse, points in pairs if points]
    for limit, _purse, _points in sorted(able):
        if sum(min(purse, limit * points) for _limit, purse, points in able) >= cost:
            poor = sum(purse for own, purse, _points in able if own < limit)
            return (cost - poor) / sum(points for own, _purse, points in able if own >= limit)
    return None
