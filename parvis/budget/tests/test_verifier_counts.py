"""The file served to outsiders counts as the city does: two programs, written apart, agree."""

from __future__ import annotations

import ast
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from parvis.budget.rules.counting import Completion, Kind, Rule, Settings, Utility, count
from parvis.budget.rules.pabulib import read_bytes
from parvis.budget.tests.elections import elections
from parvis.budget.tests.records import VERIFIER, as_contest, the_verifier
from parvis.budget.tests.test_counting_official import FOLDER, pytestmark as real

# Larger ones say nothing else, and take a plain program longer.
MOST_BYTES = 16_000
TIES = ("file-order", "project-id", "most-votes", "cheapest", "dearest", "seed:a0b1", "seed:c2")
SHARES = Settings(rule=Rule.EQUAL_SHARES, ties="seed:a0b1")
verifier = the_verifier()


def expressed(kind=Kind.APPROVAL):
    """Return elections without blank ballots, which express nothing."""
    return elections(kind).map(_expressed).filter(lambda one: one.ballots)


def _expressed(election):
    given = {ballot: times for ballot, times in election.ballots.items() if ballot.choices}
    return replace(election, ballots=given)


def recount(election, settings, **more):
    contest, choices = as_contest(election, settings, **more)
    return tuple(verifier.Count(contest, choices, "unused").winners())


def test_it_is_plain_python_of_2020_and_imports_nothing_from_here():
    text = VERIFIER.read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 9))
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [node.names[0].name])
    }
    assert modules == {
        "__future__",
        "collections",
        "dataclasses",
        "fractions",
        "hashlib",
        "heapq",
        "json",
        "pathlib",
        "re",
        "sys",
        "typing",
        "zipfile",
    }


def test_without_a_named_tie_rule_the_published_seed_decides():
    option = {"title": "", "cost": 100}
    contest = {
        "kind": "approval",
        "max_options": 2,
        "budget": 100,
        "rule": {"name": "greedy"},
        "options": [{"id": "a", **option}, {"id": "b", **option}],
    }
    seeds = [verifier.Count(contest, [["a", "b"]], str(seed)).winners()[0] for seed in range(20)]
    assert set(seeds) == {"a", "b"}


@hypothesis_settings(deadline=None, max_examples=150)
@given(
    expressed(),
    st.sampled_from([r for r in Rule if r not in (Rule.MAJORITY_JUDGMENT, Rule.POINTS)]),
    st.sampled_from(TIES),
    st.sampled_from([None, 0, 2]),
)
def test_approvals(election, rule, ties, threshold):
    asked = Settings(rule=rule, ties=ties, threshold=threshold)
    assert recount(election, asked) == count(election, asked).winners


@hypothesis_settings(deadline=None, max_examples=150)
@given(expressed(), st.sampled_from([Rule.KNAPSACK, Rule.GREEDY]), st.sampled_from(TIES))
def test_what_a_knapsack_leaves_in_part(election, rule, ties):
    asked = Settings(rule=rule, ties=ties)
    contest, choices = as_contest(election, asked)
    again = verifier.Count(contest, choices, "unused")
    assert again.partial(again.winners()) == list(count(election, asked).partial or ())


@hypothesis_settings(deadline=None, max_examples=200)
@given(
    expressed(),
    st.sampled_from([Utility.COST, Utility.CARDINALITY]),
    st.sampled_from(list(Completion)),
    st.sampled_from(TIES),
    st.booleans(),
    st.integers(1, 3),
)
def test_equal_shares_of_approvals(election, utility, completion, ties, comparison, step):
    asked = replace(
        SHARES, utility=utility, completion=completion, ties=ties, comparison=comparison, step=step
    )
    assert recount(election, asked) == count(election, asked).winners


def step_by_step(election, settings):
    """Count with one raise after the other, as the rule is written."""
    contest, choices = as_contest(election, settings)
    again = verifier.Count(contest, choices, "unused")
    shares, raised, won, able = verifier.Shares(again), 0, [], affordable(again)
    richer = shares.run(0)
    while again._left(richer) >= 0:
        won = richer
        if set(won) == able or (
            settings.completion is Completion.ADD1_EXHAUSTIVE and not again._fitting(won)
        ):
            break
        raised += contest["rule"]["step"]
        richer = shares.run(raised)
    return tuple(won)


def affordable(again):
    return {one for one, cost in again.cost.items() if again.votes[one] and cost <= again.budget}


@hypothesis_settings(deadline=None, max_examples=150)
@given(
    expressed(),
    st.sampled_from([Utility.COST, Utility.CARDINALITY]),
    st.sampled_from([Completion.ADD1, Completion.ADD1_EXHAUSTIVE]),
    st.sampled_from(TIES),
    st.integers(1, 3),
)
def test_strides_end_where_single_steps_do(election, utility, completion, ties, step):
    asked = replace(SHARES, utility=utility, completion=completion, ties=ties, step=step)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifier, "LOOKS", 1)
        assert recount(election, asked) == step_by_step(election, asked)


def test_few_voters_with_much_money_take_few_runs(monkeypatch):
    """Two voters, ten million euros: a million raises, and not a million runs."""
    projects = {"a": 600_000_000, "b": 900_000_000, "c": 450_000_000}
    contest = {
        "kind": "approval",
        "max_options": None,
        "budget": 1_000_000_000,
        "rule": {"name": "equal-shares", "completion": "add1", "step": 100, "ties": "file-order"},
        "options": [{"id": one, "title": one, "cost": cost} for one, cost in projects.items()],
    }
    runs, run = [], verifier.Shares.run

    def counted(shares, raised, **more):
        runs.append(raised)
        return run(shares, raised, **more)

    monkeypatch.setattr(verifier.Shares, "run", counted)
    again = verifier.Count(contest, [["a"], ["b", "c"]], "unused")
    assert again.winners() == ["c"]
    assert max(runs) == 100_000_000
    assert len(runs) < 200


@hypothesis_settings(deadline=None, max_examples=150)
@given(
    expressed(Kind.SCORING), st.sampled_from(list(Completion)), st.sampled_from(TIES), st.booleans()
)
def test_equal_shares_of_points(election, completion, ties, comparison):
    asked = replace(
        SHARES,
        utility=Utility.POINTS,
        completion=completion,
        ties=ties,
        comparison=comparison,
    )
    assert recount(election, asked) == count(election, asked).winners


@hypothesis_settings(deadline=None, max_examples=150)
@given(
    expressed(Kind.ORDINAL), st.sampled_from(list(Completion)), st.sampled_from(TIES), st.booleans()
)
def test_equal_shares_of_ranks(election, completion, ties, comparison):
    ranked = replace(election, ranks=len(election.projects))
    asked = replace(SHARES, utility=Utility.BORDA, completion=completion, ties=ties)
    asked = replace(asked, comparison=comparison)
    assert recount(ranked, asked) == count(ranked, asked).winners


@hypothesis_settings(deadline=None, max_examples=100)
@given(
    expressed(Kind.SCORING),
    st.sampled_from([Rule.MAJORITY_JUDGMENT, Rule.POINTS, Rule.GREEDY, Rule.VOTES_PER_COST]),
    st.sampled_from(TIES),
)
def test_points_and_grades(election, rule, ties):
    asked = Settings(rule=rule, ties=ties)
    kind = "grades" if rule is Rule.MAJORITY_JUDGMENT else "points"
    assert recount(election, asked, kind=kind) == count(election, asked).winners


@hypothesis_settings(deadline=None, max_examples=60)
@given(expressed(Kind.ORDINAL), st.sampled_from([Rule.GREEDY, Rule.VOTES_PER_COST]))
def test_ranks_are_borda_points(election, rule):
    ranked = replace(election, ranks=len(election.projects))
    asked = Settings(rule=rule, ties="seed:1")
    assert recount(ranked, asked) == count(ranked, asked).winners


def in_whole_money(election):
    """Return the election with whole numbers, as the record has cents."""
    if all(
        isinstance(amount, int)
        for amount in (election.budget, *(p.cost for p in election.projects))
    ):
        return election
    cents = tuple(p._replace(cost=int(p.cost * 100)) for p in election.projects)
    return replace(election, projects=cents, budget=int(election.budget * 100))


def real_rules(election):
    yield Settings(rule=Rule.GREEDY)
    yield Settings(rule=Rule.GREEDY_NO_SKIP)
    yield Settings(rule=Rule.VOTES_PER_COST)
    yield Settings(rule=Rule.PHRAGMEN)
    yield Settings(rule=Rule.EQUAL_SHARES, completion=Completion.UTILITARIAN)
    if not election.kind.has_points and election.kind is not Kind.ORDINAL:
        yield Settings(rule=Rule.EQUAL_SHARES, utility=Utility.CARDINALITY, comparison=True)


@real
def test_real_elections_have_the_same_winners():
    counted, wrong = 0, []
    with tarfile.open(FOLDER / "pb_official_small.tar.xz") as archive:
        for member in archive:
            if not member.isfile() or member.size > MOST_BYTES:
                continue
            told = read_bytes(archive.extractfile(member).read(), as_cast=True)
            election = in_whole_money(replace(told.election, threshold=0))
            if election.kind is Kind.ORDINAL and not election.ranks:
                election = replace(election, ranks=len(election.projects))
            for asked in real_rules(election):
                counted += 1
                if recount(election, asked) != count(election, asked).winners:
                    wrong.append((Path(member.name).name, asked.rule))
    assert wrong == []
    assert counted > 300


@real
@pytest.mark.parametrize(
    ("name", "step"), [("Netherlands_Assen_2024.pb", 1), ("Switzerland_Zurich_D10.pb", 1)]
)
@pytest.mark.parametrize("completion", [Completion.ADD1, Completion.ADD1_EXHAUSTIVE])
def test_real_elections_with_raised_shares(name, step, completion):
    told = read_bytes((FOLDER / "pb" / name).read_bytes(), as_cast=True)
    asked = replace(SHARES, completion=completion, step=step)
    assert recount(told.election, asked) == count(told.election, asked).winners
