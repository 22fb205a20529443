"""The Method of Equal Shares and Phragmén's rule: by hand, and against their definition."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from parvis.budget.rules.counting import (
    Completion,
    ElectionError,
    Kind,
    Project,
    Reason,
    Rule,
    Settings,
    Stage,
    Utility,
    completing,
    count,
    electorate,
)
from parvis.budget.rules.counting.screening import Screen
from parvis.budget.rules.counting.ties import precedence
from parvis.budget.tests.elections import (
    a_graded_election,
    an_election,
    elections,
    plain_equal_shares,
)

QUARTER = an_election(
    {"park": 24, "bench": 9, "tree": 7},
    ["park bench", "park tree", "park tree", "bench"],
    budget=40,
)


def equal_shares(completion=Completion.NONE, **more):
    return Settings(rule=Rule.EQUAL_SHARES, completion=completion, **more)


def test_everyone_pays_the_same_and_who_has_less_gives_all():
    result = count(QUARTER, equal_shares())
    assert (result.endowment, result.raised) == (10, 0)
    assert result.winners == ("park", "bench")
    park, bench = result.rounds
    assert (park.payment, park.effective, park.left) == (8, 3, 16)
    # The first voter has 2 left and gives them; the fourth pays the other 7 of 9.
    assert (bench.payment, bench.effective) == (7, Fraction(9, 7))
    assert result.ties == ()


def test_what_the_supporters_of_a_project_lack_is_told():
    result = count(QUARTER, equal_shares())
    (tree,) = result.left_out
    assert (tree.project, tree.reason, tree.missing) == ("tree", Reason.SUPPORTERS_SHORT, 3)
    assert not result.exhaustive


def test_add1_raises_every_share_until_the_budget_is_used():
    result = count(QUARTER, equal_shares(Completion.ADD1))
    assert result.raised == 2
    assert result.winners == ("park", "tree", "bench")
    assert [one.effective for one in result.rounds] == [3, 2, Fraction(9, 5)]
    assert result.cost == result.budget


def test_add1_may_rise_in_steps_of_a_cent():
    result = count(QUARTER, equal_shares(Completion.ADD1, step=Fraction(1, 100)))
    assert result.raised == Fraction(3, 2)
    assert result.winners == ("park", "tree", "bench")


def test_the_rest_may_be_spent_by_votes():
    result = count(QUARTER, equal_shares(Completion.UTILITARIAN))
    assert result.winners == ("park", "bench", "tree")
    assert [one.stage for one in result.rounds] == [Stage.COUNT, Stage.COUNT, Stage.COMPLETION]
    assert result.exhaustive


def test_stopping_once_nothing_more_fits_can_fund_something_else():
    election = an_election({"a": 2, "b": 6, "c": 2, "d": 2}, ["b c d", "a", "d"], budget=10)
    early = count(election, equal_shares(Completion.ADD1_EXHAUSTIVE))
    late = count(election, equal_shares(Completion.ADD1))
    assert (early.winners, early.raised) == (("d", "a", "c"), 0)
    assert (late.winners, late.raised) == (("d", "a", "b"), 5)


def test_more_voters_may_prefer_the_greedy_outcome():
    divided = an_election({"a": 3, "b": 1, "c": 7}, ["b", "", "a c", "a c", "c"], budget=8)
    assert count(divided, equal_shares()).winners == ("a", "b")
    result = count(divided, equal_shares(comparison=True))
    assert (result.comparison.prefer_here, result.comparison.prefer_there) == (0, 1)
    assert result.winners == ("c", "b")
    assert [(one.project, one.reason) for one in result.left_out] == [("a", Reason.OUTVOTED)]


def test_equal_shares_stand_when_as_many_prefer_them():
    result = count(QUARTER, equal_shares(Completion.ADD1, comparison=True))
    assert result.comparison.prefer_here == result.comparison.prefer_there
    assert result.rounds[0].effective == 3


def test_equal_offers_are_a_tie():
    election = an_election({"b": 2, "a": 2}, ["a b", "a b"], budget=2)
    result = count(election, equal_shares(ties="project-id"))
    assert result.winners == ("a",)
    assert [(tie.round, tie.among) for tie in result.ties] == [(1, ("a", "b"))]


def test_a_tie_after_the_first_purchase_is_seen_wherever_its_rival_waits():
    election = an_election(
        {"p0": 3, "p1": 2, "p2": 6, "p3": 3, "p4": 1},
        ["p2", "p2", "p2 p4 p3", "p2 p4 p0 p1 p3", "p4 p3 p0 p1 p2", "p4 p2", "p3 p0 p4 p1 p2"],
        budget=10,
        kind=Kind.ORDINAL,
    )
    result = count(election, equal_shares(utility=Utility.BORDA, ties="cheapest"))
    assert result.winners == ("p4", "p3", "p2")
    assert [(tie.round, tie.among) for tie in result.ties] == [(2, ("p3", "p2"))]


def test_points_weigh_what_each_supporter_pays():
    election = a_graded_election(
        {"a": 6, "b": 4}, [{"a": 3, "b": 1}, {"a": 1, "b": 3}], budget=10, kind=Kind.CUMULATIVE
    )
    result = count(election, equal_shares())
    assert result.winners == ("b", "a")
    b, a = result.rounds
    # One point costs 1: the second voter pays 3 of 4, and has 2 left of 5.
    assert (b.payment, b.effective) == (1, 4)
    # The first would pay 3/2 for each of 3 points, but has only 4; the second pays the other 2.
    assert (a.payment, a.effective) == (2, 3)


def test_a_utility_that_the_ballots_do_not_carry_is_refused():
    with pytest.raises(ElectionError, match="ballots of kind approval carry no borda"):
        count(QUARTER, equal_shares(utility=Utility.BORDA))


def test_phragmen_buys_when_supporters_have_earned_enough():
    election = an_election(
        {"a": 2, "b": 2, "c": Fraction(3, 2)}, ["a b", "a b", "c"], budget=Fraction(11, 2)
    )
    result = count(election, Settings(rule=Rule.PHRAGMEN))
    assert result.winners == ("a", "c", "b")
    assert [one.payment for one in result.rounds] == [1, Fraction(3, 2), 2]
    assert result.ties[0].among == ("a", "b")


def test_phragmen_stops_at_the_first_project_that_does_not_fit():
    election = an_election({"a": 2, "b": 3, "c": 1}, ["a", "a b", "b", "c"], budget=4)
    result = count(election, Settings(rule=Rule.PHRAGMEN))
    assert result.winners == ("a", "c")
    assert result.left_out[0].missing == 2


def test_nobody_voted():
    silent = an_election({"a": 1}, ["", ""], budget=5)
    for rule in (Rule.GREEDY, Rule.EQUAL_SHARES, Rule.PHRAGMEN):
        result = count(silent, Settings(rule=rule, completion=Completion.ADD1))
        assert result.winners == ()
        assert result.left_out[0].reason == Reason.NO_SUPPORT


@hypothesis_settings(deadline=None, max_examples=150)
@given(elections(), st.booleans())
def test_approvals_are_counted_as_the_definition_says(election, by_cost):
    utility = Utility.COST if by_cost else Utility.CARDINALITY
    result = count(election, equal_shares(utility=utility))
    assert list(result.winners) == plain_equal_shares(election, by_cost=by_cost)


@hypothesis_settings(deadline=None, max_examples=100)
@given(elections(Kind.SCORING))
def test_points_are_counted_as_the_definition_says(election):
    result = count(election, equal_shares())
    assert list(result.winners) == plain_equal_shares(election, by_cost=False)


@hypothesis_settings(deadline=None, max_examples=100)
@given(elections())
def test_add1_is_the_last_share_that_the_budget_pays_for(election):
    result = count(election, equal_shares(Completion.ADD1))
    costs = {project.id: project.cost for project in election.projects}
    raised = 0
    winners = plain_equal_shares(election)
    supported = {c for b in election.ballots for c in b.choices if costs[c] <= election.budget}
    while set(winners) != supported:
        richer = plain_equal_shares(election, raised=raised + 1)
        if sum(costs[name] for name in richer) > election.budget:
            break
        raised, winners = raised + 1, richer
    assert (result.raised, list(result.winners)) == (raised, winners)


@hypothesis_settings(deadline=None, max_examples=150)
@given(elections(), st.integers(0, 6))
def test_the_quick_look_is_never_wrong(election, raised):
    whole = electorate.read(election, Utility.COST)
    screen = Screen(whole, precedence("file-order", whole))
    (bought,) = screen.look([raised])
    if bought is None:
        return
    exact = plain_equal_shares(election, raised=Fraction(raised))
    left, beginning = whole.budget, set()
    for name in exact:
        if left >= 0:
            rank = whole.ids.index(name)
            beginning.add(rank)
            left -= whole.costs[rank]
    assert bought == beginning


@hypothesis_settings(deadline=None, max_examples=150)
@given(elections(), st.lists(st.integers(0, 9), min_size=1, max_size=8))
def test_runs_looked_at_side_by_side_buy_what_each_buys_alone(election, raises):
    whole = electorate.read(election, Utility.COST)
    screen = Screen(whole, precedence("cheapest", whole))
    for raised, together in zip(raises, screen.look(raises), strict=False):
        (alone,) = screen.look([raised])
        assert together is None or alone is None or together == alone


def larger(election, times):
    """Return an election whose money is so many times as much."""
    projects = tuple(Project(one.id, one.cost * times) for one in election.projects)
    return replace(election, projects=projects, budget=election.budget * times)


@hypothesis_settings(deadline=None, max_examples=150)
@given(elections(), st.integers(0, 90), st.integers(1, 40))
def test_a_look_across_many_raises_is_true_of_each_of_them(election, first, way):
    whole = electorate.read(larger(election, 20), Utility.COST)
    screen = Screen(whole, precedence("file-order", whole))
    bought = screen.look_across(first, first + way)
    if bought is None:
        return
    for raised in range(first, first + way + 1):
        [alone] = screen.look([raised])
        assert alone is None or alone == bought


@hypothesis_settings(deadline=None, max_examples=100)
@given(
    elections(),
    st.sampled_from([Completion.ADD1, Completion.ADD1_EXHAUSTIVE]),
    st.sampled_from([Utility.COST, Utility.CARDINALITY]),
)
def test_strides_end_where_single_steps_end(election, completion, utility):
    asked, rich = equal_shares(completion, utility=utility), larger(election, 300)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(completing, "_AT_FIRST", 10**9)
        alone = count(rich, asked)
        for name in ("_AT_FIRST", "_ONE_BY_ONE"):
            patched.setattr(completing, name, 2)
        striding = count(rich, asked)
    assert striding == alone


def test_points_that_do_not_fit_64_bits_are_refused_and_not_miscounted():
    fine = [{"a": 10**9, "b": Fraction(1, 10**12)}]
    with pytest.raises(ElectionError, match="too many decimals"):
        count(a_graded_election({"a": 1, "b": 1}, fine, budget=2), equal_shares())


def test_a_look_at_real_purses_decides():
    supporters = ["a b", "a c", "b c d", "a", "d", "c d e", "e"] * 9
    costs = {"a": 61, "b": 47, "c": 83, "d": 29, "e": 97}
    whole = electorate.read(an_election(costs, supporters, budget=200), Utility.COST)
    screen = Screen(whole, precedence("file-order", whole))
    looked = screen.look(range(12))
    assert None not in looked
    assert looked[0] != looked[-1]
