"""`parvis count FILE.pb`: what a journalist types, without a city."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from parvis.budget.commands import count
from parvis.budget.rules.counting import Rule
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
        "1 project for 60 of 100.50 EUR",
        "each voter's share: 25.12, raised by 19",
        "no ties",
        "funded here, not by greedy: none",
        "funded by greedy, not here: bench",
        "voters who prefer this: 0; who prefer the greedy outcome: 1",
    ]


def test_the_command_line_chooses_another_rule(square):
    told = run(square, "--rule", "greedy-no-skip")
    assert "1 project for 60 of 100.50 EUR" in told.output


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


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("majority-judgment", "ballots of kind approval carry no grades"),
        ("points", "ballots of kind approval carry no points"),
    ],
)
def test_a_file_whose_own_rule_needs_other_ballots_is_malformed(square, rule, reason):
    square.write_text(FILE.replace("equalshares/add1", rule), encoding="utf-8")
    told = run(square)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == f"square.pb, line 11: {reason}\n"
    assert run(square, "--rule", "greedy").exit_code == 0


def test_a_rule_that_needs_other_ballots_is_refused(square):
    told = run(square, "--rule", "majority-judgment")
    assert told.exit_code == 1
    assert "ballots of kind approval carry no grades" in told.output


FAR = """META
key;value
description;Few voters, much money
country;France
unit;Parvis
instance;2026
num_projects;2
num_votes;3
budget;1000000000000{cents}
vote_type;approval
rule;equalshares/add1
date_begin;2026
date_end;2026
PROJECTS
project_id;cost
park;900000000000
pool;900000000000
VOTES
voter_id;vote
1;park
2;park
3;pool
"""


def test_an_end_that_lies_billions_of_steps_away_is_found_at_once(square):
    square.write_text(FAR.format(cents=""), encoding="utf-8")
    told = json.loads(run(square, "--json").output)
    assert told["winners"] == ["park"]
    # A third of the budget each: the pool would need 566,666,666,667 more of its one voter.
    assert told["raised"] == "566666666666"
    assert json.loads(run(square, "--json", "--most-steps", "0").output) == told


def test_an_end_too_far_away_to_be_looked_for_is_said_and_not_waited_for(square):
    few = ("--most-steps", "500")
    square.write_text(FAR.format(cents=".000000000000000001"), encoding="utf-8")
    told = run(square, *few)
    assert told.exit_code == 2
    assert "line 11: raising every share unit by unit finds no end within 500 steps" in told.stderr
    assert run(square, "--completion", "add1", *few).exit_code == 1
    assert run(square, "--completion", "utilitarian").exit_code == 0


_ODD = st.sampled_from(
    [
        *("", "NaN", "-1", "0", "1" + "0" * 30, "9" * 18, "0.000000000000000001", "1e309", "1,5"),
        *("\ufeff1", '"', '"a;b"', ";", ",", "\x00", "META", "VOTES", "\u0661", "\r", "\u2028"),
        *("ordinal", "cumulative", "scoring", "equalshares/add1", "comment;Counted by points"),
    ]
)


@hypothesis_settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_whatever_is_in_a_file_it_is_counted_or_refused_by_its_line(tmp_path, data):
    lines = FILE.split("\n")
    for _change in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        row = lines[number].split(";")
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(_ODD)
        changed = data.draw(st.sampled_from([[";".join(row)], [], [lines[number]] * 2]))
        lines[number : number + 1] = changed
        lines = lines or [""]
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    file = tmp_path / "odd.pb"
    file.write_bytes(end.join(lines).encode())
    rule = data.draw(st.sampled_from([[], *(["--rule", one] for one in Rule)]))
    told = run(file, *rule)
    assert told.exit_code in (0, 1, 2)
    assert told.exception is None or isinstance(told.exception, SystemExit)
    if told.exit_code == 1:
        assert rule
        assert told.stderr.startswith("Error: ballots of kind")
    if told.exit_code == 2:
        assert re.fullmatch(r"odd\.pb, line \d+: .+\n", told.stderr, re.DOTALL)


def test_an_unknown_tie_rule_is_refused(square):
    told = run(square, "--ties", "dice")
    assert told.exit_code == 2
    assert "file-order" in told.output
