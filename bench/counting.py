"""`python -m bench.counting`: how fast elections are counted; writes docs/benchmarks-counting.md.

Each case runs in a program of its own, so that its memory is its own. The files may be used but
not shipped: PARVIS_DATA, or `shared/data` beside the checkout. If PARVIS_PEER_PYTHON names a Python
that has pabutools, it counts the same elections in the same run.
"""

from __future__ import annotations

import csv
import json
import math
import os
import resource
import signal
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
PEER = os.environ.get("PARVIS_PEER_PYTHON", "")
# Processor seconds after which the peer's count is ended.
PEER_LIMIT = 1_800
# Seconds that pabutools 1.2.3 took, as recorded with its results: told where it is not run.
RECORDED = {
    "Toulouse 2022, greedy": "greedy by votes (",
    "Toulouse 2022, equal shares": "MES Cost_Sat, no",
    "Wieliczka 2023, equal shares + add1": "MES Cost_Sat + add1 (stop only",
}
# Short counts are repeated until they take a second together: one alone is mostly noise.
_TURNS, _ENOUGH = 3, 1.0
_KIB = 1024
_ONE_CASE = 2


def main() -> None:
    """Measure every case in a child, recount the official results, write the report."""
    if len(sys.argv) == _ONE_CASE:
        sys.stdout.write(json.dumps(_measured(sys.argv[1])))
        return
    before = os.getloadavg()[0]
    rows = {name: _in_a_child(name) for name in CASES}
    theirs = {name: _of_the_peer(name) for name in CASES} if PEER else _recorded()
    target = ROOT / "docs" / "benchmarks-counting.md"
    target.write_text(_written(rows, theirs, _recounted(), before), encoding="utf-8")
    sys.stdout.write(f"Written to {target.relative_to(ROOT)}\n")


def _measured(name: str) -> dict[str, Any]:
    """Return processor seconds of reading and of counting, and the peak of memory in MB."""
    file, settings = CASES[name]
    raw = (DATA / "pb" / file).read_bytes()
    began = time.process_time()
    election = read_bytes(raw, as_cast=True).election
    read = time.process_time() - began
    counting: list[float] = []
    while len(counting) < _TURNS or sum(counting) < _ENOUGH:
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


def _of_the_peer(name: str) -> float:
    """Return the processor seconds that the peer takes to count; infinity if over the limit."""
    file, settings = CASES[name]
    rule = "/".join([settings.rule, *([settings.completion] if settings.completion.raises else [])])
    script, path = ROOT / "bench" / "peer.py", DATA / "pb" / file
    command = [PEER, str(script), str(path), rule, str(PEER_LIMIT)]
    child = psutil.Popen(command, stdout=subprocess.PIPE)
    said, _nothing = child.communicate()
    if child.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        return math.inf
    return float(json.loads(said)["seconds"])


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


def _recorded() -> dict[str, float]:
    told = json.loads((DATA / "oracle_pabutools_1.2.3.json").read_text(encoding="utf-8"))
    return {
        name: row["seconds"]
        for name, rule in RECORDED.items()
        for row in told
        if row["file"] == CASES[name][0] and row["rule"].startswith(rule)
    }


def _peer() -> str:
    """Say where the peer's seconds come from."""
    if not PEER:
        return (
            "pabutools 1.2.3 was not run here: its seconds are those recorded with its results, on"
            " another occasion, counting only."
        )
    asked = "import importlib.metadata as m; print(m.version('pabutools'))"
    child = psutil.Popen([PEER, "-c", asked], stdout=subprocess.PIPE)
    version = child.communicate()[0].decode().strip()
    return (
        f"pabutools {version} was run on the same machine after ours (bench/peer.py): processor"
        " time too, counting only, the best of three or more unless that takes a minute; it is"
        f" stopped after {PEER_LIMIT:,} seconds."
    )


def _written(
    rows: dict[str, dict[str, Any]],
    theirs: dict[str, float],
    agreed: Counter[tuple[str, str, bool]],
    before: float,
) -> str:
    lines = [
        "# How fast is an election counted?",
        "",
        f"Measured by `python -m bench.counting` on {time.strftime('%d %B %Y')}: {machine()}, load"
        f" average {before:.1f} as it began. Seconds are processor time, reading once, counting the"
        f" best of three or more; memory is the peak of the whole program. {_peer()}",
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
    if theirs is None:
        beside = "not measured | "
    elif math.isinf(theirs):
        beside = f"more than {PEER_LIMIT:,} | more than {PEER_LIMIT / row['count']:,.0f}"
    else:
        beside = f"{theirs:.2f} | {theirs / row['count']:,.0f}"
    return (
        f"| {name} | {row['size']} | {row['read']:.2f} | {row['count']:.3f} | {row['memory']}"
        f" | {row['winners']} | {beside} |"
    )


if __name__ == "__main__":
    main()
