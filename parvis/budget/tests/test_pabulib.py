"""The Pabulib format: read, written, and refused with line and reason."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st
from pabulib.checker import Checker

from parvis.budget.rules.counting import Ballot, Completion, Kind, Rule, Settings, count
from parvis.budget.rules.pabulib import (
    About,
    MalformedError,
    read,
    read_bytes,
    settings_of,
    told_of,
    write,
)
from parvis.budget.tests.elections import asked_of, elections

META = {
    "description": "A square of its own",
    "country": "France",
    "unit": "Parvis",
    "instance": "2026",
    "rule": "greedy",
    "date_begin": "01.09.2026",
    "date_end": "15.09.2026",
}
FILE = """META
key;value
description;A square; of its own
country;France
unit;Parvis
instance;2026
num_projects;3
num_votes;4
budget;100.50
vote_type;approval
rule;equalshares/add1
date_begin;01.09.2026
date_end;15.09.2026
max_length;2
currency;EUR
PROJECTS
project_id;cost;votes;name;selected
park;60;3;"The ""green"" park; new";1
pool;50;2;Pool;0
bench;40.50;1;Bench;1
VOTES
voter_id;vote;age
1;park,pool;31
2;park,bench;
3;pool,park;8
4;;77
"""


def test_a_file_is_an_election_without_what_it_says_of_people():
    told = read(FILE)
    election = told.election
    assert [project.id for project in election.projects] == ["park", "pool", "bench"]
    assert election.projects[0].name == 'The "green" park; new'
    assert election.projects[2].cost == Fraction("40.50")
    assert election.budget == Fraction("100.50")
    assert election.ballots == {
        Ballot(("park", "pool")): 1,
        Ballot(("park", "bench")): 1,
        Ballot(("pool", "park")): 1,
        Ballot(()): 1,
    }
    assert told.selected == ("park", "bench")
    assert (told.rule.settings.rule, told.rule.settings.completion) == (
        Rule.EQUAL_SHARES,
        Completion.ADD1,
    )
    assert count(election).winners == ("park", "bench")


def test_windows_line_ends_and_a_byte_order_mark_are_read():
    raw = b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode()
    assert read_bytes(raw) == read(FILE)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("META\n", "", 15, "the file needs META, PROJECTS and VOTES, once and in order"),
        ("META\n", "#\nMETA\n", 1, "the file must begin with META"),
        ("unit;Parvis\n", "", 2, "META does not say « unit »"),
        ("unit;Parvis", "country;Spain", 5, "META says « country » twice"),
        ("num_projects;3", "num_projects;4", 7, "num_projects is 4, the file has 3"),
        ("num_votes;4", "num_votes;5", 8, "num_votes is 5, the file has 4"),
        ("num_votes;4", "num_votes;four", 8, "num_votes is not a number: « four »"),
        ("budget;100.50", "budget;1e9", 9, "budget is not a number: « 1e9 »"),
        ("budget;100.50", "budget;0", 9, "the budget must be above zero"),
        ("vote_type;approval", "vote_type;rumour", 10, "unknown vote_type « rumour »"),
        ("project_id;cost", "project_id;price", 17, "PROJECTS has no column « cost »"),
        ("votes;name", "votes;votes", 17, "PROJECTS has two columns of the same name"),
        ('park; new"', "park; new", 18, "a quotation mark is not closed"),
        ("pool;50;2;Pool;0", "pool;50;2;Pool", 19, "the row has 4 fields, the header 5"),
        ("pool;50;", "pool;-50;", 19, "cost is negative: « -50 »"),
        ("pool;50;", "pool;0;", 19, "the cost must be above zero"),
        (
            "pool;50;",
            "park;50;",
            19,
            "« park » cannot be a project's id: empty, with a comma, or there twice",
        ),
        ("2;park,bench;", "1;park,bench;", 24, "the voter « 1 » is there twice"),
        ("park,bench", "park,tree", 24, "the ballot names the unknown project « tree »"),
        ("park,bench", "park,park", 24, "the ballot names the project « park » twice"),
        (
            "park,bench",
            "park,bench,pool",
            24,
            "the ballot holds 3 projects where max_length allows 2",
        ),
        (
            "max_length;2",
            "max_sum_cost;100.25",
            23,
            "the ballot holds 110 of money where max_sum_cost allows 100.25",
        ),
        (
            "vote_type;approval",
            "vote_type;choose-1",
            23,
            "the ballot chooses 2 projects where one is allowed",
        ),
        ("vote_type;approval", "vote_type;scoring", 22, "VOTES has no column « points »"),
    ],
)
def test_a_malformed_file_is_refused_with_line_and_reason(old, new, line, reason):
    assert FILE.count(old) == 1
    with pytest.raises(MalformedError) as refused:
        read(FILE.replace(old, new))
    assert (refused.value.line, refused.value.reason) == (line, reason)


@pytest.mark.parametrize("points", ["9999999999", "0.0000000001"])
def test_points_that_no_ballot_gives_are_refused_with_their_line(points):
    file = FILE.replace("vote_type;approval", "vote_type;cumulative")
    file = file.replace("max_length;2\n", "").replace("voter_id;vote;age", "voter_id;vote;points")
    file = file.replace("pool;31", "pool;1,2")
    file = file.replace("2;park,bench;", f"2;park,bench;1,{points}").replace("park;8", "park;1,1")
    file = file.replace("4;;77", "4;;")
    with pytest.raises(MalformedError) as refused:
        read(file)
    assert refused.value.line == 23
    assert refused.value.reason == f"points have 9 digits and 9 decimals at most: « {points} »"


def test_what_is_not_utf8_is_refused_with_its_line():
    with pytest.raises(MalformedError) as refused:
        read_bytes(FILE.encode().replace(b"Bench", b"B\xe9nch"))
    assert (refused.value.line, refused.value.reason) == (20, "the file is not UTF-8")


def test_an_empty_file_is_refused():
    with pytest.raises(MalformedError) as refused:
        read("")
    assert refused.value.line == 1


def test_faults_that_a_city_let_pass_are_counted_as_cast_and_remarked():
    told = read(
        FILE.replace("2;park,bench;", "2;bench,bench;").replace("3;pool,park", "3;pool,park,bench"),
        as_cast=True,
    )
    assert told.remarks == (
        (24, "the ballot names the project « bench » twice"),
        (25, "the ballot holds 3 projects where max_length allows 2"),
    )
    assert told.election.ballots[Ballot(("bench",))] == 1
    assert told.election.ballots[Ballot(("pool", "park", "bench"))] == 1


@pytest.mark.parametrize(
    ("name", "rule", "completion", "comparison"),
    [
        ("greedy", Rule.GREEDY, Completion.NONE, False),
        ("greedy-no-skip", Rule.GREEDY_NO_SKIP, Completion.NONE, False),
        ("greedy-threshold", Rule.GREEDY_THRESHOLD, Completion.NONE, False),
        ("equalshares", Rule.EQUAL_SHARES, Completion.NONE, False),
        ("equalshares/add1-comparison", Rule.EQUAL_SHARES, Completion.ADD1, True),
        ("equalshares-comparison/add1", Rule.EQUAL_SHARES, Completion.ADD1, True),
        ("phragmen", Rule.PHRAGMEN, Completion.NONE, False),
        ("majority-judgment", Rule.MAJORITY_JUDGMENT, Completion.NONE, False),
    ],
)
def test_the_files_own_rule_is_understood(name, rule, completion, comparison):
    named = settings_of(name)
    settings = named.settings
    assert (settings.rule, settings.completion, settings.comparison) == (
        rule,
        completion,
        comparison,
    )
    assert named.note == ""


@hypothesis_settings(deadline=None, max_examples=300)
@given(st.sampled_from(Kind), st.data())
def test_however_it_is_counted_the_file_says_so_and_its_readers_find_the_winners(kind, data):
    election = data.draw(elections(kind))
    asked = replace(data.draw(asked_of(kind)), ties="seed:c0ffee")
    told = told_of(election, asked)
    assert told.name in Checker.VALID_RULES
    lot = "Equal, decided by lot from the published seed c0ffee: p1 and p2"
    comment = " ".join(f"#{n}: {one}." for n, one in enumerate((*told.remarks, lot), start=1))
    about = About({**META, "rule": told.name, "comment": comment})
    again = read(write(replace(election, threshold=told.threshold), about))
    assert again.rule.note == ""
    here, there = count(election, asked), count(again.election, again.rule.settings)
    assert (there.winners, there.partial) == (here.winners, here.partial)


@pytest.mark.parametrize(
    "comment",
    ["#1: Counted by hand.", "#1: Counted by equalshares (as always, utility joy).", "#1: By lot."],
)
def test_a_comment_of_others_is_no_rule_of_ours(comment):
    settings = settings_of("equalshares", comment).settings
    assert settings == Settings(rule=Rule.EQUAL_SHARES)


def test_a_rule_that_a_file_does_not_explain_is_counted_as_greedy_and_says_so():
    assert settings_of("greedy-custom").note == (
        "greedy-custom: the conditions of the place are not in the file; counted as greedy"
    )
    assert settings_of("unknown").note == (
        "the file's rule « unknown » is none we know; counted as greedy"
    )


def test_a_written_file_says_the_winners_and_no_voter():
    election = read(FILE).election
    written = write(election, About(META, columns=read(FILE).columns, funded=("park",)))
    assert written == (
        "META\nkey;value\ndescription;A square of its own\ncountry;France\nunit;Parvis\n"
        "instance;2026\nnum_projects;3\nnum_votes;4\nbudget;100.5\nvote_type;approval\n"
        "rule;greedy\ndate_begin;01.09.2026\ndate_end;15.09.2026\n"
        "PROJECTS\nproject_id;cost;votes;name;selected\n"
        'park;60;3;"The ""green"" park; new";1\npool;50;2;Pool;0\nbench;40.5;1;Bench;0\n'
        "VOTES\nvoter_id;vote\n1;\n2;bench,park\n3;park,pool\n4;park,pool\n"
    )


def test_a_file_without_what_the_format_requires_is_not_written():
    with pytest.raises(ValueError, match="META must say date_begin, date_end"):
        write(read(FILE).election, About({k: v for k, v in META.items() if "date" not in k}))


@hypothesis_settings(deadline=None, max_examples=60)
@given(st.sampled_from([Kind.APPROVAL, Kind.ORDINAL, Kind.CUMULATIVE, Kind.SCORING]), st.data())
def test_what_is_written_is_read_as_the_same_election(kind, data):
    election = data.draw(elections(kind))
    told = read(write(election, About(META)))
    assert told.election.projects == election.projects
    assert (told.election.budget, told.election.kind) == (election.budget, kind)
    assert count(told.election) == count(election)
    again = write(told.election, About(told.meta, told.columns))
    assert again == write(election, About(META))
