"""Real elections: what cities decided, and what another program found on the same files.

The files may be used but not shipped: PARVIS_DATA, or `shared/data` beside the checkout.
"""

from __future__ import annotations

import csv
import json
import os
import tarfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from pabulib.checker import Checker

from parvis.budget.rules.counting import Ballot, Completion, Rule, Settings, Utility, count
from parvis.budget.rules.pabulib import About, read, read_bytes, settings_of, write

DATA = Path(os.environ.get("PARVIS_DATA", settings.BASE_DIR.parent / "shared" / "data"))
FOLDER = DATA / "participation"
OFFICIAL = FOLDER / "official_results.csv"
ORACLE = FOLDER / "oracle_pabutools_1.2.3.json"
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason=f"outside data absent: {FOLDER}")
SMALL = "pb_official_small.tar.xz"
SAVED = {"pb/", SMALL}
# The format's checker is slow with larger files, and says nothing else of them.
MOST_BYTES = 60_000

SHARES = Settings(rule=Rule.EQUAL_SHARES, utility=Utility.COST)
BY_THE_ORACLES_NAME = {
    "greedy by votes (": Settings(rule=Rule.GREEDY),
    "greedy by votes/cost": Settings(rule=Rule.VOTES_PER_COST),
    "greedy Additive_Cardinal_Sat": Settings(rule=Rule.VOTES_PER_COST),
    "MES Cost_Sat, no completion": SHARES,
    "MES Cardinality_Sat": replace(SHARES, utility=Utility.CARDINALITY),
    "MES Additive_Cardinal_Sat": replace(SHARES, utility=Utility.POINTS),
    "MES Cost_Sat + add1 (stop when infeasible OR exhaustive": replace(
        SHARES, completion=Completion.ADD1_EXHAUSTIVE
    ),
    "MES Cost_Sat + add1 (stop only when infeasible": replace(SHARES, completion=Completion.ADD1),
    "sequential Phragmen": Settings(rule=Rule.PHRAGMEN),
}


def official_rows():
    with OFFICIAL.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def official_files():
    """Yield the name and the bytes of every file of real ballots that is here."""
    for path in sorted((FOLDER / "pb").glob("*.pb")):
        yield path.name, path.read_bytes()
    with tarfile.open(FOLDER / SMALL) as archive:
        for member in filter(tarfile.TarInfo.isfile, archive):
            yield Path(member.name).name, archive.extractfile(member).read()


def a_file(name):
    return read_bytes((FOLDER / "pb" / name).read_bytes())


def test_a_plain_recount_gives_the_official_winners():
    expected = {
        row["file"]: set(row["selected_ids"].split())
        for row in official_rows()
        if row["reproduced_by_plain_greedy"] == "yes" and row["where"] in SAVED
    }
    wrong, counted = [], set()
    for name, raw in official_files():
        if name in expected:
            told = read_bytes(raw, as_cast=True)
            counted.add(name)
            if set(count(told.election, told.rule.settings).winners) != expected[name]:
                wrong.append(name)
    assert (wrong, counted) == ([], set(expected))
    assert len(counted) > 700


@pytest.mark.parametrize(
    ("name", "winners"),
    [("Netherlands_Assen_2024.pb", 9), ("Poland_Wieliczka_2023_Green_Budget.pb", 30)],
)
def test_cities_that_used_equal_shares_get_their_own_winners(name, winners):
    told = a_file(name)
    result = count(told.election, told.rule.settings)
    assert told.rule.settings.rule is Rule.EQUAL_SHARES
    assert set(result.winners) == set(told.selected)
    assert len(result.winners) == winners


def oracle_rows():
    return json.loads(ORACLE.read_text(encoding="utf-8"))


def test_another_exact_program_finds_the_same_winners():
    files = {name: a_file(name) for name in {row["file"] for row in oracle_rows()}}
    agreed = Counter()
    for row in oracle_rows():
        named = [s for name, s in BY_THE_ORACLES_NAME.items() if row["rule"].startswith(name)]
        assert len(named) == 1
        asked = replace(named[0], ties="project-id", threshold=0)
        result = count(files[row["file"]].election, asked)
        assert (row["file"], row["rule"], set(result.winners)) == (
            row["file"],
            row["rule"],
            set(row["selected"]),
        )
        assert str(result.cost) == row["total_cost"]
        agreed[asked.rule] += 1
    assert agreed == {
        Rule.GREEDY: 10,
        Rule.VOTES_PER_COST: 15,
        Rule.EQUAL_SHARES: 29,
        Rule.PHRAGMEN: 10,
    }


@pytest.mark.parametrize("rule", [Rule.GREEDY, Rule.EQUAL_SHARES, Rule.PHRAGMEN])
def test_real_ballots_in_another_order_give_the_same_result(rule):
    election = a_file("Poland_Wieliczka_2023_Green_Budget.pb").election
    ballots = Counter()
    for ballot, times in reversed(election.ballots.items()):
        ballots[Ballot(ballot.choices[::-1])] += times
    asked = Settings(rule=rule, completion=Completion.ADD1)
    assert count(replace(election, ballots=ballots), asked) == count(election, asked)


@pytest.mark.parametrize(
    "name",
    [
        "Netherlands_Assen_2024.pb",
        "Switzerland_Zurich_D10.pb",
        "France_Toulouse_2019.pb",
        "Poland_Wieliczka_2023_Green_Budget.pb",
    ],
)
def test_a_real_file_written_and_read_again_is_the_same_election(name):
    told = a_file(name)
    again = read(write(told.election, About(told.meta, told.columns, told.selected)))
    assert count(again.election) == count(told.election)
    assert again.rule == told.rule
    assert again.selected == told.selected
    assert set(again.meta) == set(told.meta)


def test_what_is_written_passes_the_checker_of_the_format(tmp_path, capsys):
    checked = 0
    for path in sorted((FOLDER / "pb").glob("*.pb")):
        if path.stat().st_size > MOST_BYTES:
            continue
        told = read_bytes(path.read_bytes())
        named = settings_of(told.meta["rule"])
        won = count(told.election, named.settings).winners
        about = About(told.meta, columns=told.columns, funded=tuple(won), keeps_blank=False)
        written = tmp_path / "written.pb"
        written.write_text(write(told.election, about), encoding="utf-8")
        said = Checker().process_files([str(written)])["written"]["results"]
        assert not said["errors"], (path.name, said["errors"])
        assert set(said["warnings"]) <= {"rule validation skipped"}, (path.name, said["warnings"])
        checked += 1
    assert checked > 10
    capsys.readouterr()
