"""From filled-in ballots to a published count, and that two programs agree on the way."""

from __future__ import annotations

from hypothesis import given, settings as hypothesis_settings, strategies as st

from parvis.budget.rules import ballots
from parvis.budget.rules.ballots import Item, Method, Question
from parvis.budget.rules.plans import COMPLETIONS
from parvis.budget.tests.records import the_verifier

KINDS = {
    "approval": ["greedy", "greedy-no-skip", "votes-per-cost", "equal-shares", "phragmen"],
    "choose_one": ["greedy"],
    "knapsack": ["greedy-no-skip", "equal-shares"],
    "points": ["greedy", "votes-per-cost", "equal-shares"],
    "ranking": ["greedy", "equal-shares"],
    "grades": ["majority-judgment"],
}
ITEMS = tuple(
    Item(id=str(n), title=f"no. {n}", cost=cost * 100)
    for n, cost in enumerate([7, 9, 24, 24, 3, 12], 1)
)
SEED = "5e" * 32
UTILITY = {"points": "points", "ranking": "borda", "grades": "points"}


def a_question(kind="approval", **changes):
    told = {"key": "75111", "title": "11th", "kind": kind, "items": ITEMS, "budget": 40_00}
    return Question(**(told | changes))


@st.composite
def elections(draw):
    kind = draw(st.sampled_from(sorted(KINDS)))
    method = Method(
        name=draw(st.sampled_from(KINDS[kind])),
        utility=UTILITY.get(kind, draw(st.sampled_from(["cost", "cardinality"]))),
        completion=draw(st.sampled_from(COMPLETIONS)),
        threshold=draw(st.sampled_from([None, 2])),
        comparison=draw(st.booleans()),
    )
    ids = st.sampled_from([one.id for one in ITEMS])
    most = 1 if kind == "choose_one" else None
    chosen = draw(st.lists(st.lists(ids, unique=True, max_size=most), min_size=1, max_size=9))
    if kind == "ranking":
        return a_question(kind, method=method), chosen
    if kind in ("points", "grades"):
        weight = st.integers(1 if kind == "points" else 0, 3)
        weighted = [sorted([one, draw(weight)] for one in choice) for choice in chosen]
        return a_question(kind, method=method), weighted
    return a_question(kind, method=method), [sorted(choice) for choice in chosen]


def as_contest(question):
    method = question.method
    return {
        "kind": question.kind,
        "max_options": question.max_options,
        "budget": question.budget,
        "rule": {
            "name": method.name,
            "utility": method.utility,
            "completion": method.completion,
            "threshold": method.threshold,
            "comparison": method.comparison,
        },
        "options": [{"id": o.id, "title": o.title, "cost": o.cost} for o in question.items],
    }


@hypothesis_settings(deadline=None, max_examples=250)
@given(elections())
def test_the_city_and_the_verifier_count_every_kind_of_ballot_alike(election):
    question, choices = election
    told = ballots.told(ballots.counted(question, choices, seed=SEED))
    again = the_verifier().Count(as_contest(question), choices, SEED)
    assert told["winners"] == again.winners()
    assert told["cost"] == sum(again.cost[one] for one in told["winners"])
    assert told["voters"] == sum(bool(choice) for choice in choices)


def test_a_count_is_told_without_rounding():
    items = (
        Item(id="1", title="Park", cost=24_00),
        Item(id="2", title="Bench", cost=9_00),
        Item(id="3", title="Tree", cost=7_00),
    )
    question = a_question(items=items, method=Method(name="equal-shares", completion="add1"))
    told = ballots.told(
        ballots.counted(question, [["1", "2"], ["1", "3"], ["1", "3"], ["2"]], seed=SEED)
    )
    assert told["winners"] == ["1", "3", "2"]
    assert told["rounds"] == [
        ["1", 24_00, "3", "3", 16_00, "count"],
        ["3", 7_00, "2", "2", 9_00, "count"],
        ["2", 9_00, "2", "9/5", 0, "count"],
    ]
    assert (told["endowment"], told["raised"], told["cost"]) == ("1000", "200", 40_00)
    assert told["left_out"] == []


def test_a_ballot_is_read_again_as_a_person_reads_it():
    graded = a_question("grades")
    best = ballots.said(graded, [["1", 1], ["2", 3], ["4", 0]])
    assert [(one.item.id, one.weight) for one in best] == [("2", 3), ("1", 1), ("4", 0)]
    ranked = ballots.said(a_question("ranking"), ["4", "1"])
    assert [(one.item.id, one.weight) for one in ranked] == [("4", 1), ("1", 2)]
    chosen = a_question("knapsack")
    assert [one.item.id for one in ballots.said(chosen, ["2", "1"])] == ["1", "2"]
    assert ballots.spent(chosen, ["2", "1"]) == 16_00
    assert ballots.said(chosen, []) == []
