"""The greedy rules, knapsack and points, on elections that fit on the back of an envelope."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import find, given, settings as hypothesis_settings, strategies as st

from parvis.budget.rules.counting import (
    Ballot,
    Completion,
    Election,
    ElectionError,
    Kind,
    LeftOut,
    Project,
    Reason,
    Round,
    Rule,
    Settings,
    Stage,
    Tie,
    compare,
    count,
)
from parvis.budget.tests.elections import a_graded_election, an_election, asked_of, elections

SQUARE = an_election(
    {"park": 6, "pool": 5, "bench": 4, "statue": 1},
    ["park pool bench", "park pool bench", "park pool bench", "park pool", "park"],
    budget=10,
)


def test_greedy_buys_the_most_voted_and_skips_what_does_not_fit():
    result = count(SQUARE)
    assert result.winners == ("park", "bench")
    assert (result.cost, result.budget, result.voters) == (10, 10, 5)
    assert result.exhaustive
    assert result.rounds == (
        Round(number=1, project="park", cost=Fraction(6), support=Fraction(5), left=Fraction(4)),
        Round(number=2, project="bench", cost=Fraction(4), support=Fraction(3), left=Fraction(0)),
    )
    assert result.left_out == (
        LeftOut(project="pool", reason=Reason.TOO_DEAR, support=Fraction(4), missing=Fraction(1)),
        LeftOut(project="statue", reason=Reason.NO_SUPPORT, support=Fraction(0)),
    )


def test_without_skipping_the_count_ends_at_the_first_project_that_does_not_fit():
    result = count(SQUARE, Settings(rule=Rule.GREEDY_NO_SKIP))
    assert result.winners == ("park",)
    assert not result.exhaustive
    reasons = {one.project: one.reason for one in result.left_out}
    assert reasons["pool"] == Reason.TOO_DEAR
    assert reasons["bench"] == Reason.STOPPED


def test_below_the_threshold_nothing_is_bought():
    result = count(SQUARE, Settings(rule=Rule.GREEDY_THRESHOLD, threshold=4))
    assert result.winners == ("park",)
    assert result.left_out[1].reason == Reason.BELOW_THRESHOLD


def test_votes_per_cost_prefer_what_costs_little_for_its_votes():
    cheap = an_election({"big": 9, "small": 2}, ["big", "big", "big small"], budget=10)
    assert count(cheap).winners == ("big",)
    result = count(cheap, Settings(rule=Rule.VOTES_PER_COST))
    assert result.winners == ("small",)


def test_a_knapsack_leaves_the_rest_to_the_next_project_in_part():
    result = count(SQUARE, Settings(rule=Rule.KNAPSACK))
    assert result.winners == ("park",)
    assert result.partial == ("pool", 4)


def test_points_are_counted_exactly_even_in_halves():
    given_points = [{"a": Fraction(1, 2), "b": 1}, {"a": Fraction(1, 2), "b": Fraction(1, 4)}]
    election = a_graded_election({"a": 1, "b": 1}, given_points, budget=1, kind=Kind.CUMULATIVE)
    result = count(election, Settings(rule=Rule.POINTS))
    assert result.winners == ("b",)
    assert result.rounds[0].support == Fraction(5, 4)


def test_points_are_not_invented_for_approvals():
    with pytest.raises(ElectionError, match="ballots of kind approval carry no points"):
        count(SQUARE, Settings(rule=Rule.POINTS))


def test_ranks_count_by_borda():
    ranked = an_election({"a": 1, "b": 1}, ["a b", "a b", "b"], budget=1, kind=Kind.ORDINAL)
    result = count(ranked)
    assert result.winners == ("a",)
    assert result.rounds[0].support == 4
    assert result.left_out[0].support == 4
    assert result.ties[0].among == ("a", "b")


EQUALS = an_election({"b": 4, "c": 3, "a": 5}, ["a b c", "a b c"], budget=7)


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        ("file-order", ("b", "c", "a")),
        ("project-id", ("a", "b", "c")),
        ("most-votes", ("b", "c", "a")),
        ("cheapest", ("c", "b", "a")),
        ("dearest", ("a", "b", "c")),
        ("seed:square", ("a", "c", "b")),
    ],
)
def test_a_tie_is_listed_with_the_rule_that_broke_it(rule, order):
    result = count(EQUALS, Settings(ties=rule))
    assert result.ties == (Tie(round=1, among=order, first=order[0], rule=rule),)
    assert result.winners[0] == order[0]


@pytest.mark.parametrize(
    ("rule", "order"),
    [("file-order", ("b", "c", "d")), ("cheapest", ("d", "b", "c")), ("seed:2", ("d", "c", "b"))],
)
def test_a_tie_over_what_equal_shares_leave_is_listed(rule, order):
    votes = ["a"] * 4 + ["b c d"] * 2
    election = an_election({"a": 40, "b": 30, "c": 30, "d": 29}, votes, budget=70)
    asked = Settings(rule=Rule.EQUAL_SHARES, completion=Completion.UTILITARIAN, ties=rule)
    result = count(election, asked)
    assert result.winners == ("a", order[0])
    assert result.rounds[1].stage == Stage.COMPLETION
    assert result.ties == (Tie(round=2, among=order, first=order[0], rule=rule),)


@pytest.mark.parametrize("rule", ["file-order", "project-id", "dearest"])
def test_a_tie_over_the_rest_of_a_knapsack_is_listed(rule):
    election = an_election({"c": 60, "b": 61}, ["b", "b", "c", "c"], budget=50)
    first, second = ("c", "b") if rule == "file-order" else ("b", "c")
    result = count(election, Settings(rule=Rule.KNAPSACK, ties=rule))
    assert result.partial == (first, 50)
    assert result.ties == (Tie(round=1, among=(first, second), first=first, rule=rule),)


def test_a_tie_of_which_a_knapsack_funds_one_and_another_in_part_is_listed_once():
    election = an_election({"b": 30, "c": 30}, ["b c", "b c"], budget=50)
    result = count(election, Settings(rule=Rule.KNAPSACK))
    assert (result.winners, result.partial) == (("b",), ("c", 20))
    assert result.ties == (Tie(round=1, among=("b", "c"), first="b", rule="file-order"),)


def test_an_unknown_tie_rule_is_refused():
    with pytest.raises(ValueError, match="no tie rule is called « dice »"):
        Settings(ties="dice")
    with pytest.raises(ValueError, match="no tie rule is called « seed: »"):
        Settings(ties="seed:")


def test_cents_are_kept():
    pennies = an_election(
        {"a": Fraction("0.10"), "b": Fraction("0.20")}, ["a b"], budget=Fraction("0.30")
    )
    result = count(pennies)
    assert result.winners == ("a", "b")
    assert result.rounds[1].left == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"budget": 0}, "the budget must be above zero"),
        ({"projects": (Project("a", 1), Project("a", 2))}, "two projects have the same id"),
        ({"projects": (Project("a", 0),)}, "project a must cost more than nothing"),
        ({"ballots": {Ballot(("b",)): 1}}, "the ballot names the unknown project « b »"),
        ({"ballots": {Ballot(("a", "a")): 1}}, "the ballot names the project « a » twice"),
        ({"ballots": {Ballot(("a",), (1,)): 1}}, "the ballot has 1 choices and 1 points"),
        ({"ballots": {Ballot(("a",)): 0}}, "a ballot was cast less than once"),
        (
            {"ballots": {Ballot(("a",), (-1,)): 1}, "kind": Kind.SCORING},
            "the ballot gives less than no points",
        ),
    ],
)
def test_an_election_that_contradicts_itself_is_refused(changes, reason):
    whole = {"projects": (Project("a", 1),), "ballots": {Ballot(("a",)): 1}, "budget": 1}
    with pytest.raises(ElectionError) as refused:
        Election(**{**whole, **changes})
    assert refused.value.reason == reason


def test_two_outcomes_are_compared_by_what_each_voter_gets_of_them():
    told = compare(SQUARE, ("park", "bench"), ("park", "pool"))
    assert (told.only_here, told.only_there) == (("bench",), ("pool",))
    assert (told.prefer_here, told.prefer_there, told.indifferent) == (0, 1, 4)
    assert (told.with_something_here, told.with_something_there) == (5, 5)


def shuffled(election, random):
    """Return the same ballots cast in another order, their choices too where that says nothing."""
    mixed = Counter()
    for ballot, times in random.sample(list(election.ballots.items()), len(election.ballots)):
        order = random.sample(range(len(ballot.choices)), len(ballot.choices))
        if election.kind is Kind.ORDINAL:
            order.sort()
        choices, points = (
            tuple(held[place] for place in order if held)
            for held in (ballot.choices, ballot.points)
        )
        mixed[Ballot(choices, points)] += times
    return an_election_like(election, mixed)


@hypothesis_settings(deadline=None, max_examples=150)
@given(st.sampled_from(Kind), st.data(), st.randoms())
def test_shuffled_ballots_give_the_same_result(kind, data, random):
    election = data.draw(elections(kind))
    asked = data.draw(asked_of(kind))
    assert count(shuffled(election, random), asked) == count(election, asked)


def test_no_rule_or_ballot_is_left_out_of_what_is_shuffled():
    for rule in Rule:
        kinds = {Kind.SCORING} if rule in {Rule.POINTS, Rule.MAJORITY_JUDGMENT} else set(Kind)
        for kind in kinds:
            assert find(asked_of(kind), lambda one, rule=rule: one.rule is rule).rule is rule


def an_election_like(election, ballots):
    return Election(
        projects=election.projects, ballots=ballots, budget=election.budget, kind=election.kind
    )


@hypothesis_settings(deadline=None, max_examples=60)
@given(elections(), st.sampled_from(list(Rule)))
def test_no_rule_spends_more_than_the_budget_or_forgets_a_project(election, rule):
    if rule in {Rule.POINTS, Rule.MAJORITY_JUDGMENT}:
        return
    result = count(election, Settings(rule=rule))
    assert result.cost <= result.budget
    assert result.cost == sum(one.cost for one in result.rounds)
    told = [*result.winners, *(one.project for one in result.left_out)]
    assert sorted(told) == sorted(project.id for project in election.projects)
    unsupported = {p.id for p in election.projects}.difference(
        *(ballot.choices for ballot in election.ballots)
    )
    assert unsupported.isdisjoint(result.winners)


@hypothesis_settings(deadline=None, max_examples=60)
@given(elections())
def test_one_more_vote_never_costs_a_winner_of_greedy_its_place(election):
    winners = count(election).winners
    for winner in winners:
        more = {**election.ballots}
        more[Ballot((winner,))] = more.get(Ballot((winner,)), 0) + 1
        assert winner in count(an_election_like(election, more)).winners
