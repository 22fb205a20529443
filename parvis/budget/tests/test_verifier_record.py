"""The file served to outsiders finds whatever was altered in a record, and says what."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings as hypothesis_settings, strategies as st

from parvis.budget.rules.counting import Completion, Kind, Rule, Settings, Utility
from parvis.budget.tests.elections import a_graded_election, an_election
from parvis.budget.tests.records import VERIFIER, Making, as_contest, ballot, digest, the_verifier

verifier = the_verifier()
FOUND = "contest 75111: {} ballots are published, 4 people voted online and 0 valid paper ballots"
ONE_LESS, ONE_MORE = (f"{FOUND.format(number)} were found" for number in (3, 5))
SHARES = Settings(
    rule=Rule.EQUAL_SHARES,
    utility=Utility.COST,
    completion=Completion.ADD1,
    ties="project-id",
)
GRADES = Settings(rule=Rule.MAJORITY_JUDGMENT, ties="project-id")


@pytest.fixture
def making():
    """Two contests: a quarter counted by equal shares, the city by grades, two papers spoilt."""
    quarter = an_election(
        {"park": 24, "bench": 9, "tree": 7},
        ["park bench", "park tree", "park tree", "bench"],
        budget=40,
    )
    city = a_graded_election(
        {"pool": 60, "lane": 30}, [{"pool": 3, "lane": 1}, {"pool": 2}, {"lane": 3}], budget=80
    )
    local, chosen = as_contest(quarter, SHARES, key="75111")
    local["rule"]["step"] = 1
    whole, graded = as_contest(city, GRADES, key="paris", kind="grades")
    return Making([(local, chosen, ["park", "tree", "bench"]), (whole, graded, ["pool"])], spoilt=2)


def run(*arguments):
    """Run the file as Chloé does: a Python without anything installed, away from the city."""
    words = [sys.executable, "-I", "-S", str(VERIFIER), *map(str, arguments)]
    process = psutil.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said, error = process.communicate(timeout=60)
    return process.returncode, said, error


def wrongs(path):
    """Return what is said to be wrong, having seen that the file ends with 1."""
    status, said, error = run(path)
    assert (status, error) == (1, "")
    return [line.removeprefix("WRONG ") for line in said.splitlines() if line.startswith("WRONG")]


def test_a_true_record_holds(making, tmp_path):
    status, said, error = run(making.write(tmp_path))
    assert (status, error) == (0, "")
    assert "WRONG" not in said
    assert said.count("ok   ") == 9
    assert "75111: 4 ballots, 3 options funded" in said
    assert "paris: 3 ballots, 1 options funded" in said


def test_a_receipt_is_found_however_it_is_written(making, tmp_path):
    path, receipt = making.write(tmp_path), digest(making.ballots["paris"][1])
    grouped = " ".join(receipt[at : at + 4].upper() for at in range(0, 64, 4))
    status, said, _error = run(path, grouped)
    assert status == 0
    assert "its ballot is counted in contest paris" in said
    status, said, _error = run(path, "ab" * 32)
    assert status == 1
    assert "is not in the log" in said


def test_before_the_box_is_opened_only_the_log_is_checked(making, tmp_path):
    late = dict.fromkeys(
        (
            "replaced.txt",
            "turnout.json",
            "paper.jsonl",
            "results.json",
            "ballots-75111.jsonl",
            "ballots-paris.jsonl",
        )
    )
    status, said, _error = run(making.write(tmp_path, **late), making.log[0])
    assert status == 0
    assert "not opened yet" in said
    assert "is number 1 of the log" in said


def test_one_ballot_flipped(making, tmp_path):
    flipped = json.loads(making.ballots["75111"][3])
    flipped["choice"] = ["tree"]
    making.ballots["75111"][3] = json.dumps(flipped, sort_keys=True, separators=(",", ":"))
    found = wrongs(making.write(tmp_path))
    assert found[0].startswith("1 published ballots whose receipt is not in the log")
    assert found[1].startswith("1 receipts of the log without a ballot")


def test_one_ballot_dropped(making, tmp_path):
    making.ballots["75111"].pop()
    found = wrongs(making.write(tmp_path))
    assert found[0].startswith("1 receipts of the log without a ballot")
    assert ONE_LESS in found


def test_one_ballot_dropped_as_if_it_had_been_replaced(making, tmp_path):
    making.replaced.append(digest(making.ballots["75111"].pop()))
    found = wrongs(making.write(tmp_path))
    assert "1 receipts are said to be replaced, and no ballot replaces any" in found
    assert ONE_LESS in found


def test_one_ballot_added(making, tmp_path):
    making.ballots["75111"].append(ballot("75111", ["tree"], 99))
    found = wrongs(making.write(tmp_path))
    assert found[0].startswith("1 published ballots whose receipt is not in the log")
    assert ONE_MORE in found


def test_one_ballot_added_with_its_receipt_and_a_new_root(making, tmp_path):
    making.ballots["75111"].append(ballot("75111", ["tree"], 99))
    making.log.append(digest(making.ballots["75111"][-1]))
    making.roots.append(making.root(len(making.log)))
    assert wrongs(making.write(tmp_path))[0] == (ONE_MORE)


def test_the_same_ballot_published_twice(making, tmp_path):
    making.ballots["75111"].append(making.ballots["75111"][0])
    assert wrongs(making.write(tmp_path))[0].startswith("the ballots holds twice")


def test_one_root_changed(making, tmp_path):
    told = json.loads(making.roots[0]["signed"])
    told["root"] = "0" * 64
    making.roots[0]["signed"] = json.dumps(told, sort_keys=True, separators=(",", ":"))
    assert wrongs(making.write(tmp_path)) == [
        "root 1 is not signed by the vote's key",
        "root 1 is not the root of the first 2 receipts of log.txt",
    ]


def test_a_root_signed_by_somebody_else(making, tmp_path):
    making.key = Ed25519PrivateKey.generate()
    making.roots[1] = making.root(len(making.log))
    assert wrongs(making.write(tmp_path)) == ["root 2 is not signed by the vote's key"]


def test_the_log_rewritten_after_its_first_root(making, tmp_path):
    making.log.reverse()
    making.roots[1] = making.root(len(making.log))
    assert wrongs(making.write(tmp_path)) == [
        "root 1 is not the root of the first 2 receipts of log.txt"
    ]


def test_one_receipt_missing(making, tmp_path):
    gone = making.log.pop()
    found = wrongs(making.write(tmp_path))
    assert found[0] == "root 2 was signed over 7 receipts; log.txt has fewer"
    assert any(gone[:16] in one for one in found)


def test_a_tick_too_many(making, tmp_path):
    making.totals[0][2] += 1
    assert wrongs(making.write(tmp_path)) == [
        "contest 75111: 4 ballots are published, 5 people voted online"
        " and 0 valid paper ballots were found"
    ]


def test_a_tick_too_many_on_paper(making, tmp_path):
    making.totals[1][2] += 1
    assert wrongs(making.write(tmp_path)) == [
        "contest 75111: the boxes do not name all people who voted on paper"
    ]


def test_a_box_with_more_people_than_ballots(making, tmp_path):
    making.totals[1][2] += 1
    making.paper[0]["ticks"] += 1
    assert wrongs(making.write(tmp_path)) == [
        "contest 75111, box 1: 3 people, 2 ballots, and nobody says why"
    ]
    making.paper[0]["difference"] = "One voter left with the sheet"
    status, said, _error = run(making.write(tmp_path))
    assert status == 0
    assert "75111, box 1: figures differ, signed off: One voter left with the sheet" in said


def test_a_box_that_is_open_and_not_counted_yet(making, tmp_path):
    assert wrongs(making.write(tmp_path, **{"results.json": None})) == [
        "the box was opened, and no results are published to compare the count with"
    ]


def test_a_result_changed(making, tmp_path):
    making.results["75111"]["winners"] = ["park", "bench"]
    making.results["paris"]["cost"] -= 1
    assert wrongs(making.write(tmp_path)) == [
        "contest 75111: the count gives ['park', 'tree', 'bench'],"
        " results.json says ['park', 'bench']",
        "contest paris: the winners cost 60 cents, results.json says 59",
    ]


def test_what_a_knapsack_leaves_changed(tmp_path):
    quarter = an_election({"park": 24, "bench": 9}, ["park", "park", "bench"], budget=30)
    asked = Settings(rule=Rule.KNAPSACK, ties="project-id")
    made = Making([(*as_contest(quarter, asked, kind="knapsack"), ["park"])])
    assert wrongs(made.write(tmp_path)) == [
        "contest 75111: ['bench', 6] is left in part, results.json says None"
    ]
    made.results["75111"]["partial"] = ["bench", 6]
    assert run(made.write(tmp_path))[0] == 0


def test_the_rules_changed_after_the_opening(making, tmp_path):
    told = making.files()
    making.configuration["contests"][0]["budget"] = 41
    path = making.write(tmp_path, **{"opening.json": told["opening.json"]})
    assert wrongs(path)[0].startswith("configuration.json has the SHA-256")


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (["pool"], "names an unknown option, or one twice"),
        (["park", "park"], "names an unknown option, or one twice"),
        (["park", "bench"], "is not in order"),
        (["bench", "park", "tree"], "chooses 3 options where 2 are allowed"),
    ],
)
def test_an_invalid_ballot(making, tmp_path, choice, sentence):
    making.configuration["contests"][0]["max_options"] = 2
    making.ballots["75111"][0] = ballot("75111", choice, 0)
    expected = f"contest 75111: 1 invalid ballots, the first {sentence}"
    assert expected in wrongs(making.write(tmp_path))


def test_a_grade_that_does_not_exist(making, tmp_path):
    making.ballots["paris"][0] = ballot("paris", [["pool", 4]], 0)
    expected = "contest paris: 1 invalid ballots, the first gives a grade above 3"
    assert expected in wrongs(making.write(tmp_path))


def a_change(making, *, replaces):
    """Let a voter of 75111 change their mind: the old ballot's receipt stays in the log."""
    old = making.ballots["75111"].pop(0)
    new = ballot("75111", json.loads(old)["choice"], 50, replaces)
    making.ballots["75111"].append(new)
    making.replaced.append(digest(old))
    making.log.append(digest(new))
    making.roots.append(making.root(len(making.log)))
    return digest(old)


def test_a_ballot_that_replaces_another_is_counted_once(making, tmp_path):
    old = digest(making.ballots["75111"][0])
    a_change(making, replaces=old)
    status, said, _error = run(making.write(tmp_path), old)
    assert status == 0
    assert "its ballot was replaced by a later one" in said


def test_a_ballot_that_replaces_one_which_still_counts(making, tmp_path):
    a_change(making, replaces=digest(making.ballots["75111"][1]))
    assert wrongs(making.write(tmp_path))[0].startswith("ballots replace others that were not left")


@pytest.mark.parametrize(
    "name",
    [
        "configuration.json",
        "opening.json",
        "log.txt",
        "roots.jsonl",
        "paper.jsonl",
        "turnout.json",
    ],
)
@pytest.mark.parametrize("content", [None, "{", "[1]\n", "\0"])
def test_a_record_that_is_none(making, tmp_path, name, content):
    status, said, error = run(making.write(tmp_path, **{name: content}))
    assert (status, said) == (2, "")
    assert error.startswith("The record cannot be read")


def test_what_is_no_zip_at_all(tmp_path):
    path = tmp_path / "record.zip"
    path.write_bytes(b"PK\3\4 broken")
    assert run(path)[0] == 2
    assert run(tmp_path / "nowhere.zip")[0] == 2


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_it_says_how_it_is_run_when_asked(word):
    status, said, error = run(word)
    assert (status, error) == (0, "")
    assert "python verify.py record.zip" in said
    assert "Ends with 0 if everything holds" in said


@pytest.mark.parametrize("inside", ["", "record"])
def test_the_folder_of_a_record_is_checked_as_its_zip_is(making, tmp_path, inside):
    path, folder = making.write(tmp_path), tmp_path / "unzipped"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / inside)
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / "__MACOSX").mkdir()
    assert run(folder) == run(path)
    assert run(folder)[0] == 0
    (folder / inside / "log.txt").unlink()
    status, said, error = run(folder)
    assert (status, said) == (2, "")
    assert "the record has no log.txt" in error


def test_an_empty_folder_is_no_record(tmp_path):
    status, _said, error = run(tmp_path)
    assert status == 2
    assert "the record has no configuration.json" in error


def test_without_a_record_it_says_how_it_is_run():
    status, said, error = run()
    assert (status, said) == (2, "")
    assert "python verify.py record.zip" in error


@hypothesis_settings(deadline=None, max_examples=15)
@given(st.binary(max_size=90), st.integers(0, 511), st.binary(min_size=32, max_size=32))
def test_signatures_are_checked_as_a_known_library_makes_them(said, bit, secret):
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = key.public_key().public_bytes_raw(), bytearray(key.sign(said))
    assert verifier.is_signed(public, said, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not verifier.is_signed(public, said, bytes(signature))


def test_a_contest_of_points_has_its_own_limits(making, tmp_path):
    election = a_graded_election({"a": 5, "b": 6}, [{"a": 3, "b": 2}], budget=8, kind=Kind.SCORING)
    contest, choices = as_contest(election, Settings(rule=Rule.POINTS, ties="project-id"))
    contest["points"] = 4
    wrong = wrongs(Making([(contest, choices, ["a"])]).write(tmp_path))
    assert wrong[:1] == [
        "contest 75111: 1 invalid ballots, the first gives 5 points where 4 are allowed"
    ]
