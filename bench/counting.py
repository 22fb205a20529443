"""`python -m bench.counting`: how fast elections are counted; writes docs/benchmarks-counting.md.

Each case runs in a program of its own, so that its memory is its own. The files may be used but
not shipped: PARVIS_DATA, or `shared/data` beside the checkout. PARVIS_PEER_PYTHON may name a Python
that has pabutools: it then counts the same files in the same run.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from bench.report import machine
from config.environment import ROOT
from parvis.budget.rules.counting import Completion, Rule, Settings, Utility, count
from parvis.budget.rules.pabulib import read_bytes

DATA = Path(os.environ.get("PARVIS_DATA", ROOT.parent / "shared" / "data")) / "participation"
ADD1 = Settings(rule=Rule.EQUAL_SHARES, utility=Utility.COST, completion=Completion.ADD1)
PLAIN = Settings(rule=Rule.EQUAL_SHARES, utility=Utility.COST)
CASES = {
    "Wrocław 2015, greedy": ("Poland_Wroclaw_2015_150_-_500.pb", Settings()),
    "Warsaw 2026, equal shares + add1": ("Poland_Warszawa_2026.pb", ADD1),
    "Toulouse 2022, greedy": ("France_Toulouse_2022.pb", Settings()),
    "Toulouse 2022, equal shares": ("France_Toulouse_2022.pb", PLAIN),
    "Toulouse 2022, equal shares + add1": ("France_Toulouse_2022.pb", ADD1),
    "Wieliczka 2023, equal shares + add1": ("Poland_Wieliczka_2023_Green_Budget.pb", ADD1),
}
# What pabutools can count, by the name that `bench.peer_count` has for the rule.
PEER = os.environ.get("PARVIS_PEER_PYTHON", "")
PEER_RULES = {
    "Toulouse 2022, greedy": "greedy",
    "Toulouse 2022, equal shares": "shares",
    "Toulouse 2022, equal shares + add1": "add1",
    "Wieliczka 2023, equal shares + add1": "add1",
}
# Seconds that pabutools 1.2.3 took, as recorded with its results; not measured here.
RECORDED = {
    "Toulouse 2022, greedy": "greedy by votes (",
    "Toulouse 2022, equal shares": "MES Cost_Sat, no",
    "Wieliczka 2023, equal shares + add1": "MES Cost_Sat + add1 (stop only",
}
_KIB = 1024
_ONE_CASE = 2


def main() -> None:
    """Measure every case in a child, recount the official results, write the report."""
    if len(sys.argv) == _ONE_CASE:
        sys.stdout.write(json.dumps(_measured(sys.argv[1])))
        return
    before = os.getloadavg()[0]
    rows = {name: _in_a_child(name) for name in CASES}
    target = ROOT / "docs" / "benchmarks-counting.md"
    theirs = _peer() if PEER else _recorded()
    target.write_text(_written(rows, theirs, _recounted(), before), encoding="utf-8")
    sys.stdout.write(f"Written to {target.relative_to(ROOT)}\n")


def _measured(name: str) -> dict[str, Any]:
    """Return processor seconds of reading and of counting, and the peak of memory in MB."""
    file, settings = CASES[name]
    raw = (DATA / "pb" / file).read_bytes()
    began = time.process_time()
    election = read_bytes(raw, as_cast=True).election
    read = time.process_time() - began
    counting = []
    for _turn in range(3):
        began = time.process_time()
        result = count(election, settings)
        counting.append(time.process_time() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _KIB
    size = f"{election.voters:,} by {len(election.projects)}"
    return {
        "size": size,
        "read": read,
        "count": min(counting),
        "memory": peak,
        "winners": len(result.winners),
    }


def _in_a_child(name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.counting", name]
    child = psutil.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    said, _nothing = child.communicate()
    told: dict[str, Any] = json.loads(said)
    return told


def _recounted() -> Counter[tuple[str, str, bool]]:
    """Return how many official results agree, by rule and by what a plain recount once gave."""
    with (DATA / "official_results.csv").open(encoding="utf-8") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    told: Counter[tuple[str, str, bool]] = Counter()
    for name, raw in _files():
        if name in rows:
            read, row = read_bytes(raw, as_cast=True), rows[name]
            winners = set(count(read.election, read.rule.settings).winners)
            agrees = winners == set(row["selected_ids"].split())
            told[row["rule"], row["reproduced_by_plain_greedy"], agrees] += 1
    return told


def _files() -> Iterator[tuple[str, bytes]]:
    with tarfile.open(DATA / "pb_official_small.tar.xz") as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                yield Path(member.name).name, file.read()
    for path in sorted((DATA / "pb").glob("*.pb")):
        yield path.name, path.read_bytes()


def _peer() -> dict[str, float]:
    """Return the processor seconds of pabutools, counting only."""
    taken = {}
    for name, rule in PEER_RULES.items():
        file = str(DATA / "pb" / CASES[name][0])
        command = [PEER, str(ROOT / "bench" / "peer_count.py"), file, rule]
        child = psutil.Popen(command, stdout=subprocess.PIPE)
        said, _nothing = child.communicate()
        taken[name] = float(json.loads(said)["seconds"])
    return taken


def _recorded() -> dict[str, float]:
    told = json.loads((DATA / "oracle_pabutools_1.2.3.json").read_text(encoding="utf-8"))
    return {
        name: row["seconds"]
        for name, rule in RECORDED.items()
        for row in told
        if row["file"] == CASES[name][0] and row["rule"].startswith(rule)
    }


def _written(
    rows: dict[str, dict[str, Any]],
    theirs: dict[str, float],
    agreed: Counter[tuple[str, str, bool]],
    before: float,
) -> str:
    peer = (
        "pabutools 1.2.3 counted the same files in this run; its seconds are counting only. Its"
        " add1 also stops once nothing more fits, where ours goes on: it has no more"
        " to do than ours."
        if PEER
        else "pabutools 1.2.3 was not run here: its seconds are those recorded with its results, on"
        " another occasion, counting only."
    )
    lines = [
        "# How fast is an election counted?",
        "",
        f"Measured by `python -m bench.counting` on {time.strftime('%d %B %Y')}: {machine()}, load"
        f" average {before:.1f} as it began. Seconds are processor time, reading once, counting the"
        f" best of three; memory is the peak of the whole program. {peer}",
        "",
        "| election and rule | ballots by projects | reading, s | counting, s | MB | winners"
        " | pabutools, s | times faster |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(name, row, theirs.get(name)) for name, row in rows.items()),
        "",
        "## Do cities' own results come out?",
        "",
        "Official winners of the files at hand, by the file's own rule. « No » are elections that a"
        " plain count did not reproduce before: changes by hand, conditions of the place.",
        "",
        "| rule | reproducible | same winners | other winners |",
        "|---|---|---|---|",
    ]
    for rule, known in sorted({(rule, known) for rule, known, _agrees in agreed}):
        yes, no = agreed[rule, known, True], agreed[rule, known, False]
        lines.append(f"| {rule} | {known} | {yes} | {no} |")
    return "\n".join(lines) + "\n"


def _row(name: str, row: dict[str, Any], theirs: float | None) -> str:
    beside = "not measured | " if theirs is None else f"{theirs:.2f} | {theirs / row['count']:.0f}"
    return (
        f"| {name} | {row['size']} | {row['read']:.2f} | {row['count']:.3f} | {row['memory']}"
        f" | {row['winners']} | {beside} |"
    )


if __name__ == "__main__":
    main()
