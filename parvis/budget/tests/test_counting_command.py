"""`parvis count FILE.pb`: what a journalist types, without a city."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from parvis.budget.commands import count
from parvis.budget.tests.test_pabulib import FILE


@pytest.fixture
def square(tmp_path):
    file = tmp_path / "square.pb"
    file.write_text(FILE, encoding="utf-8")
    return file


def run(*arguments):
    return CliRunner().invoke(count, [*map(str, arguments)])


def test_it_prints_winners_cost_ties_and_rounds_by_the_files_own_rule(square):
    told = run(square)
    assert told.exit_code == 0
    assert told.output.splitlines() == [
        "square.pb: equalshares, 4 voters",
        '  1. park The "green" park; new: 60 EUR, support 3, worth 3',
        "1 projects for 60 of 100.50 EUR",
        "each voter's share: 25.12, raised by 19",
        "no ties",
        "funded here, not by greedy: none",
        "funded by greedy, not here: bench",
        "voters who prefer this: 0; who prefer the greedy outcome: 1",
    ]


def test_the_command_line_chooses_another_rule(square):
    told = run(square, "--rule", "greedy-no-skip")
    assert "1 projects for 60 of 100.50 EUR" in told.output


def test_ties_over_what_is_left_are_listed_too(square):
    file = FILE.replace("4;;77", "4;bench;77").replace("budget;100.50", "budget;110.50")
    square.write_text(file, encoding="utf-8")
    told = run(square, "--completion", "utilitarian").output.splitlines()
    assert "  2. pool Pool: 50 EUR, support 2, with what was left" in told
    assert "tie before round 2: pool, bench (rule: file-order)" in told
    cheapest = run(square, "--completion", "utilitarian", "--ties", "cheapest").output
    assert "tie before round 2: bench, pool (rule: cheapest)" in cheapest


def test_the_files_own_lot_decides_unless_the_command_line_says_otherwise(square):
    said = "comment;#1: Equal, decided by lot from the published seed {}: pool and bench.\nPROJECTS"
    file = FILE.replace("4;;77", "4;bench;77").replace("rule;equalshares/add1", "rule;greedy")
    firsts = set()
    for seed in ("a0", "a1", "a2", "a3", "a4", "a5"):
        square.write_text(file.replace("PROJECTS", said.format(seed)), encoding="utf-8")
        told = json.loads(run(square, "--json", "--rule", "greedy-no-skip").output)
        assert told["tie_rule"] == f"seed:{seed}"
        firsts.add(told["ties"][0]["first"])
        own = json.loads(run(square, "--json", "--ties", "file-order").output)
        assert own["tie_rule"] == "file-order"
    assert firsts == {"pool", "bench"}


def test_json_is_exact(square):
    told = json.loads(run(square, "--json", "--completion", "none", "--ties", "cheapest").output)
    assert told["winners"] == ["park"]
    assert (told["rule"], told["completion"], told["tie_rule"]) == (
        "equalshares",
        "none",
        "cheapest",
    )
    assert (told["cost"], told["budget"], told["endowment"]) == ("60", "201/2", "201/8")
    assert told["rounds"] == [
        {
            "round": 1,
            "project": "park",
            "name": 'The "green" park; new',
            "cost": "60",
            "support": "3",
            "effective": "3",
            "payment": "20",
            "left": "81/2",
            "stage": "count",
        }
    ]
    assert [one["missing"] for one in told["left_out"]] == ["159/4", "283/8"]
    assert told["compared_with_greedy"]["only_greedy"] == ["bench"]


def test_a_malformed_file_exits_with_two_line_and_reason(square):
    square.write_text(FILE.replace("park,bench", "park,tree"), encoding="utf-8")
    told = run(square)
    assert told.exit_code == 2
    assert told.stdout == ""
    assert told.stderr == "square.pb, line 24: the ballot names the unknown project « tree »\n"


def test_as_cast_counts_a_ballot_over_the_limit_and_says_so(square):
    square.write_text(FILE.replace("park,bench", "park,bench,pool"), encoding="utf-8")
    assert run(square).exit_code == 2
    told = run(square, "--as-cast")
    assert told.exit_code == 0
    remark = "line 24: the ballot holds 3 projects where max_length allows 2; counted as cast"
    assert remark in told.output.splitlines()


def test_a_rule_that_needs_other_ballots_is_refused(square):
    told = run(square, "--rule", "majority-judgment")
    assert told.exit_code == 1
    assert "ballots of kind approval carry no grades" in told.output


def test_an_unknown_tie_rule_is_refused(square):
    told = run(square, "--ties", "dice")
    assert told.exit_code == 2
    assert "file-order" in told.output
