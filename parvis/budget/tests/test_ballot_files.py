"""The ballots of an area as a file for other programs: whatever the ballot and the rule of an
edition, the format's own checker finds no fault, and who counts the file finds the winners."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.test import Client
from pabulib.checker import Checker

from parvis.budget.commands import count as count_command
from parvis.budget.queries.ballots import ref_of
from parvis.budget.rules.plans import BALLOTS, RULES, area_key, why_not_an_area
from parvis.budget.testing import an_area
from parvis.budget.tests.polls import SMALL_COSTS, held
from parvis.budget.tests.records import the_verifier
from parvis.voting import public as voting

# What the checker says of what it does not know, and of what is so.
SAID = {
    "average vote length equals one",
    "equalshares unsupported vote_type",
    "no_max_length_used",
    "project with no votes",
    "rule validation skipped",
}
SHARES = [
    {"completion": "none"},
    {"completion": "add1"},
    {"completion": "add1-exhaustive"},
    {"completion": "utilitarian"},
    {"completion": "add1-utilitarian"},
    {"completion": "add1", "is_compared": True},
    {"completion": "utilitarian", "is_compared": True},
]


def plans():
    """Return how an area may vote and be counted: each ballot with each rule that it permits."""
    for ballot in BALLOTS:
        common = {
            "ballot": ballot,
            "points": 10 if ballot == "points" else None,
            "most_options": 2 if ballot in ("approval", "points", "ranking") else None,
        }
        for rule in RULES:
            many = [{"threshold": 8 if rule == "greedy-threshold" else None}]
            if rule == "equal-shares":
                worth = ("cost", "cardinality", "points", "borda")
                many = [{**one, "utility": utility} for utility in worth for one in SHARES]
            for more in many:
                plan = {**common, "count_rule": rule, **more}
                if not why_not_an_area(an_area(1, **plan)):
                    yield plan
        yield {**common, "count_rule": "greedy", "threshold": 8}
    yield {"ballot": "ranking", "most_options": len(SMALL_COSTS) + 4, "count_rule": "greedy"}


PLANS = list(plans())
AT_ONCE = 20


def sent(edition, key):
    place = f"/en/participatory-budget/editions/{edition.slug}/results/{key}/ballots.pb"
    return Client().get(place).content


def faults_of(path):
    """Return what the checker of the format says of a file, but for what is so."""
    said = Checker().process_files([str(path)])[path.stem]["results"]
    return {**said["errors"], **{w: n for w, n in said["warnings"].items() if w not in SAID}}


@pytest.mark.django_db
@pytest.mark.parametrize("first", range(0, len(PLANS), AT_ONCE))
def test_every_ballot_and_rule_is_told_so_that_others_find_the_winners(first, tmp_path, capsys):
    several = PLANS[first : first + AT_ONCE]
    edition, told = held(several)
    wrong = []
    for number, plan in enumerate(several, 1):
        key = area_key(number)
        assert not told[key]["ties"], plan
        assert told[key]["winners"], plan
        path = tmp_path / f"{key}.pb"
        path.write_bytes(sent(edition, key))
        again = CliRunner().invoke(count_command, ["--json", str(path)])
        found = json.loads(again.output)["winners"] if again.exit_code == 0 else again.output
        if faults_of(path) or found != told[key]["winners"]:
            wrong.append((plan, faults_of(path), found, told[key]["winners"]))
    assert wrong == []
    record = tmp_path / "record.zip"
    record.write_bytes(voting.record(ref=ref_of(edition)))
    assert the_verifier().main([str(record)]) == 0, capsys.readouterr()
    capsys.readouterr()
