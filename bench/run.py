"""Measures the city and writes docs/benchmarks.md, then each capability with targets: `make bench`.

Starts a city of its own cold and warm, fills its consultation with 1,000 and then 100,000
contributions, asks the pages people ask most, and in the same run asks the same web server for as
many bytes without any work: each page is also given as a ratio to that limit.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from rich.console import Console

from bench import city as cities, counting, load, report
from bench.account import __main__ as account
from bench.ballots import __main__ as ballots
from bench.opendata import __main__ as opendata
from config.environment import ROOT

SLUG = "plan-2015"
LIST = f"/concertations/{SLUG}/contributions/"
FEW, MANY, REMARKS = 1_000, 100_000, 500
console = Console()


def main() -> None:
    """Run everything and write the report."""
    load_before = os.getloadavg()[1]
    with cities.folder() as home:
        home.mkdir(mode=0o755)
        with cities.running(home) as cold:
            cold_start = cold.opened_in
        with cities.running(home) as city:
            figures = report.Figures(
                cold_start=cold_start, warm_start=city.opened_in, load=load_before
            )
            _measure(city, figures)
    target = ROOT / "docs" / "benchmarks.md"
    target.write_text(report.written(figures, today=time.strftime("%d %B %Y")), encoding="utf-8")
    console.print(f"Written to {target.relative_to(ROOT)}")
    account.main()
    opendata.main()
    ballots.main()
    counting.main()


def _measure(city: cities.City, figures: report.Figures) -> None:
    with _limit() as address:
        figures.limit = load.measure(address, "/", times=500)
    _fill(city, FEW, 0)
    figures.list_with_few = _ask(city, LIST)
    discussed = _fill(city, MANY - FEW, REMARKS)
    pages = {
        "home": "/",
        "plan": "/plan/",
        "consultation": f"/concertations/{SLUG}/",
        "list of 100,000 contributions": LIST,
        "the list, by most supported": f"{LIST}?sort=supported",
        "the list, searched for « vélo »": f"{LIST}?q=v%C3%A9lo",
        "one contribution with 500 comments": f"/concertations/contributions/{discussed}/",
        "search of the whole site": "/recherche/?q=budget",
        "address suggestions": "/adresses/search/?q=12+r+de+la+rokette",
    }
    for name, path in pages.items():
        figures.pages[name] = _ask(city, path)


def _ask(city: cities.City, path: str) -> load.Measure:
    console.print(f"[dim]{path}[/dim]")
    return load.measure(city.address, path)


def _fill(city: cities.City, contributions: int, remarks: int) -> str:
    """Fill the city's consultation; return the id of the contribution with the remarks."""
    console.print(f"[dim]{contributions:,} more contributions…[/dim]")
    command = [sys.executable, "-m", "bench.fill", SLUG, str(contributions), str(remarks)]
    environment = {**os.environ, "DATABASE_URL": city.database_url, "PARVIS_HOME": str(city.home)}
    filling = psutil.Popen(command, cwd=ROOT, env=environment, stdout=-1)
    said, _nothing = filling.communicate()
    if filling.returncode:
        sys.exit("the consultation could not be filled")
    time.sleep(5)  # the database finishes its own housekeeping
    return str(said.decode().strip())


@contextlib.contextmanager
def _limit() -> Iterator[str]:
    """Run the web server on an application that does nothing; give its address."""
    port = cities.free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "bench.hello:application"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--no-ws"]
    with Path(os.devnull).open("wb") as nowhere:
        server = psutil.Popen(command, cwd=ROOT, stdout=nowhere, stderr=nowhere)
    try:
        time.sleep(3)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
