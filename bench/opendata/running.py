"""The run: a city of its own, the rivals beside it, samples taken in turn."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import psutil
from rich.console import Console

from bench import city as cities
from bench.opendata import asking, questions, rivals
from bench.opendata.asking import Asker, Crowd, Download, Times
from bench.opendata.questions import Draw, Question
from config.environment import ROOT

SAMPLES, FEWER, WARMING = 200, 60, 12
ROUNDS, CLIENTS, SECONDS, DOWNLOADS = 3, 8, 4.0, 2
KINDS: dict[str, tuple[Callable[[Draw], Question], int]] = {
    "page": (questions.page, SAMPLES),
    "narrow page": (questions.narrow_page, SAMPLES),
    "groups": (questions.groups, FEWER),
    "window": (questions.groups_of_a_window, FEWER * 2),
    "one name": (questions.one_name, FEWER * 2),
}
console = Console()


@dataclass(kw_only=True)
class Figures:
    """All that was measured. `times` is by kind of question, then by rival."""

    load_before: float
    load_after: float = 0.0
    datasette: str = ""
    duckdb: str = duckdb.__version__
    times: dict[str, dict[str, Times]] = field(default_factory=dict)
    downloads: dict[str, Download] = field(default_factory=dict)
    crowds: dict[str, dict[int, Crowd]] = field(default_factory=dict)
    filling: float = 0.0
    inside: dict[str, float] = field(default_factory=dict)
    page_inside: float = 0.0


def run() -> Figures:
    """Open a city, publish ten times the rows in it, and measure."""
    figures = Figures(load_before=os.getloadavg()[0])
    with cities.folder() as home:
        home.mkdir(mode=0o755)
        console.print("[dim]a city of its own…[/dim]")
        with cities.running(home) as city:
            (rows,) = (home / "files" / "opendata" / questions.NAMES).glob("*.parquet")
            figures.filling = _fill(city, rows)
            with (
                rivals.datasette(rows, home.parent) as datasette,
                rivals.bare_duckdb(rows) as bare,
            ):
                figures.datasette = datasette.version
                _measure(figures, city, datasette, bare)
    figures.load_after = os.getloadavg()[0]
    return figures


def _measure(
    figures: Figures, city: cities.City, datasette: rivals.Datasette, bare: rivals.Run
) -> None:
    port = int(city.address.rpartition(":")[2])
    for kind, (ask, samples) in KINDS.items():
        console.print(f"[dim]{kind}…[/dim]")
        figures.times[kind] = _in_turn(ask, samples, port, datasette.port, bare)
    console.print("[dim]whole files…[/dim]")
    figures.downloads = _downloads(city, port, datasette)
    console.print("[dim]many clients…[/dim]")
    figures.crowds = _crowds({"Parvis": port, "Datasette": datasette.port})
    figures.page_inside, figures.inside = _inside(city)


def _fill(city: cities.City, rows: Path) -> float:
    """Publish ten times the rows; return how many seconds that took."""
    console.print("[dim]ten times the rows…[/dim]")
    began = time.monotonic()
    _in_the_city(city, "bench.opendata.fill", str(rows))
    taken = time.monotonic() - began
    time.sleep(5)  # the database finishes its own housekeeping
    return taken


def _inside(city: cities.City) -> tuple[float, dict[str, float]]:
    """Return the milliseconds of a page inside the server, and where they go, in shares of 1."""
    said = json.loads(_in_the_city(city, "bench.opendata.inside"))
    return said["page"], said["shares"]


def _in_the_city(city: cities.City, module: str, *given: str) -> str:
    environment = {
        **os.environ,
        "DATABASE_URL": city.database_url,
        "PARVIS_HOME": str(city.home),
        "PARVIS_SECRET_KEY": (city.home / "secret-key").read_text(encoding="utf-8"),
    }
    command = [sys.executable, "-m", module, *given]
    program = psutil.Popen(command, cwd=ROOT, env=environment, stdout=-1)
    said, _nothing = program.communicate()
    if program.returncode:
        sys.exit(f"{module} failed")
    return str(said.decode())


# --- one at a time --------------------------------------------------------------------------------


def _in_turn(
    ask: Callable[[Draw], Question],
    samples: int,
    parvis_port: int,
    datasette_port: int,
    bare: rivals.Run,
) -> dict[str, Times]:
    """Ask every rival each question, one after the other; return their times."""
    parvis, datasette = Asker(parvis_port), Asker(datasette_port)
    draw, taken = np.random.default_rng(20260302), defaultdict(list)
    for sample in range(WARMING + samples):
        asked = ask(draw)
        one = {"Parvis": parvis(asked.parvis), "Datasette": datasette(asked.datasette)}
        if asked.as_it_comes:
            one["Datasette, as it comes"] = datasette(asked.as_it_comes)
        if asked.times_ten:
            one["Parvis, ten times the rows"] = parvis(asked.times_ten)
        one["DuckDB, bare"] = bare(asked.statements, asked.values)
        if sample >= WARMING:
            for name, milliseconds in one.items():
                taken[name].append(milliseconds)
    return {name: Times.of(times) for name, times in taken.items()}


# --- whole files ----------------------------------------------------------------------------------


def _downloads(city: cities.City, port: int, datasette: rivals.Datasette) -> dict[str, Download]:
    """Return the middle one of several downloads of each, with the greatest growth of all."""
    (web, _created) = json.loads((city.home / "pids.json").read_text("utf-8"))["web"]
    parvis = psutil.Process(web).children(recursive=True) or [psutil.Process(web)]
    taken: dict[str, list[Download]] = {"Parvis": [], "Datasette": []}
    for _round in range(DOWNLOADS):
        taken["Parvis"].append(asking.download(port, questions.PARVIS_CSV, parvis))
        taken["Datasette"].append(
            asking.download(datasette.port, questions.DATASETTE_CSV, [datasette.process])
        )
    return {name: _middle(downloads) for name, downloads in taken.items()}


def _middle(downloads: list[Download]) -> Download:
    return Download(
        rows=downloads[0].rows,
        first_byte=statistics.median(one.first_byte for one in downloads),
        seconds=statistics.median(one.seconds for one in downloads),
        growth=max(one.growth for one in downloads),
    )


# --- many at once ---------------------------------------------------------------------------------


def _crowds(ports: dict[str, int]) -> dict[str, dict[int, Crowd]]:
    """Let one client ask, then several, round after round; return what they saw."""
    taken: dict[str, dict[int, list[float]]] = {name: {1: [], CLIENTS: []} for name in ports}
    paths = {"Parvis": asking.parvis_path, "Datasette": asking.datasette_path}
    for _round in range(ROUNDS):
        for clients in (1, CLIENTS):
            for name, port in ports.items():
                taken[name][clients] += asking.crowd(clients, SECONDS, port, paths[name])
    return {
        name: {
            clients: Crowd(times=Times.of(times), per_second=len(times) / (ROUNDS * SECONDS))
            for clients, times in by_clients.items()
        }
        for name, by_clients in taken.items()
    }
