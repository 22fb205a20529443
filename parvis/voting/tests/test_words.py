"""How a vote is counted is said in words on its page, and only what its rule looks at."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from parvis.kernel import clock
from parvis.kernel.typography import quoted
from parvis.voting.queries import words
from parvis.voting.rules import plans
from parvis.voting.rules.plans import BallotKind, CountingRule
from parvis.voting.testing import NOON, REF, a_contest, an_open_poll

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _while_it_is_open(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


def page(client, name, *args):
    answer = client.get(reverse(f"voting:{name}", args=args))
    assert answer.status_code == 200, name
    return answer.content.decode()


def test_how_a_vote_is_counted_is_said_in_words(client):
    an_open_poll(contests=(a_contest(rule=CountingRule(name="equal-shares")),))
    said = page(client, "poll", REF)
    assert "parts égales de chaque votant" in said
    assert "equal-shares" not in said
    assert "Aucun reçu" in said
    assert "ouvert" in page(client, "index")


def test_every_rule_that_may_be_fixed_has_words():
    said = {words.rule(name) for name in plans.RULES}
    assert len(said - plans.RULES) == len(plans.RULES)


def test_what_the_count_heeds_is_said_in_words_too(client):
    shares = CountingRule(
        name="equal-shares", utility="cardinality", completion="add1", comparison=True
    )
    enough = CountingRule(name="greedy-threshold", threshold=1200)
    an_open_poll(contests=(a_contest(rule=shares), a_contest(key="75111", rule=enough)))
    assert "Voix nécessaires\u00a0: 1" in page(client, "poll", REF)
    english = client.get(f"/en{reverse('voting:poll', args=[REF])}").content.decode()
    assert "What a voter has of a project: one each." in english
    assert "What is left goes to: one euro more for everyone." in english
    assert quoted("If more voters prefer what « most votes first » funds, that is") in english
    assert "Votes needed: 1,200." in english


@pytest.mark.parametrize(
    ("counting", "said"),
    [
        # What a rule does not look at is not said of it.
        (CountingRule(name="greedy", completion="add1", comparison=True), ()),
        (CountingRule(name="majority-judgment", threshold=5), ()),
        (CountingRule(name="phragmen", utility="cost", threshold=5), ()),
        (CountingRule(name="votes-per-cost", threshold=5), ("Votes needed: 5.",)),
        (
            CountingRule(name="equal-shares", threshold=5),
            ("What a voter has of a project: its cost.", "What is left is not spent."),
        ),
    ],
)
def test_only_what_the_rule_asks_for_is_said(counting, said):
    with translation.override("en"):
        assert words.details(counting, BallotKind.APPROVAL) == said


def test_points_are_not_called_votes(client):
    of_points = {"kind": BallotKind.POINTS, "key": "75112"}
    shares = CountingRule(
        name="equal-shares",
        utility="points",
        completion="utilitarian",
        comparison=True,
        threshold=9,
    )
    contests = (
        a_contest(rule=CountingRule(name="points", threshold=1200), **of_points),
        a_contest(kind=BallotKind.RANKING, rule=CountingRule(name="greedy-no-skip")),
        a_contest(kind=BallotKind.POINTS, key="75113", rule=shares),
    )
    an_open_poll(contests=contests)
    said = client.get(f"/en{reverse('voting:poll', args=[REF])}").content.decode()
    assert "most points first, what does not fit is skipped. Points needed: 1,200." in said
    assert "most points first, until one does not fit" in said
    assert "What is left goes to: most points first." in said
    assert quoted("If more voters prefer what « most points first » funds, that is") in said
    assert "Points needed: 9." in said
    assert "votes first" not in said
    assert "Votes needed" not in said


def test_every_completion_and_utility_that_may_be_fixed_has_words():
    assert all(words.completion(name) for name in plans.COMPLETIONS)
    assert all(words.utility(name) for name in plans.UTILITIES)
    with translation.override("en"):
        of_votes, of_points = (
            words.completion("add1-utilitarian", kind)
            for kind in (BallotKind.APPROVAL, BallotKind.POINTS)
        )
    assert of_votes == "one euro more for everyone, then most votes first"
    assert of_points == "one euro more for everyone, then most points first"
