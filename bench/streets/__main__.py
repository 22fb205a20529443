"""`python -m bench.streets`: a hundred thousand reports, then a million; writes
docs/benchmarks-streets.md."""

from __future__ import annotations

import os
import time
from typing import Any

from rich.console import Console

from bench import city as cities, load
from bench.report import machine
from config.environment import ROOT

FEW, MANY, TIMES, SECONDS = 100_000, 1_000_000, 400, 20
NEAR_MS, MAP_MS, RATIO, PER_SECOND, PAGE_BYTES = 50.0, 80.0, 1.5, 100.0, 150_000
BULK = 5_000
"""As many as an agent may choose at once."""
GROUND_BYTES = 60_000
"""What the map itself adds to a page, fetched once: a test weighs it."""
console = Console()
Figures = dict[str, Any]


def main() -> None:
    """Run everything and write the report."""
    before = os.getloadavg()[0]
    with cities.folder() as home:
        home.mkdir(mode=0o755)
        console.print("[dim]a city of its own…[/dim]")
        with cities.running(home) as city:
            figures = _measured(city)
    target = ROOT / "docs" / "benchmarks-streets.md"
    target.write_text(_written(figures, before), encoding="utf-8")
    console.print(f"Written to {target.relative_to(ROOT)}")


def _measured(city: cities.City) -> Figures:
    figures: Figures = {}
    for name, first, last in (("few", 1, FEW), ("many", FEW + 1, MANY)):
        console.print(f"[dim]{last:,} reports…[/dim]")
        began = time.monotonic()
        _inside(city, "fill", str(first), str(last))
        figures[f"filling {name}"] = time.monotonic() - began
        figures[name] = _inside(city, "ask", str(TIMES))
    figures["page"] = load.measure(city.address, "/en/reports/map/", times=100)
    figures["counts"] = load.measure(
        city.address, "/en/reports/map/counts/?box=2.33,48.84,2.38,48.87&cells=100", times=100
    )
    console.print("[dim]reports with photos…[/dim]")
    figures["intake"] = _inside(city, "intake", str(SECONDS))["per_second"]
    console.print(f"[dim]one thing done to {BULK:,}…[/dim]")
    figures["bulk"] = _inside(city, "bulk", str(BULK))
    return figures


def _inside(city: cities.City, *given: str) -> Figures:
    found: Figures = city.ask("bench.streets.inside", *given)
    return found


def _written(figures: Figures, before: float) -> str:
    few, many = figures["few"], figures["many"]
    page, counts, bulk = figures["page"], figures["counts"], figures["bulk"]
    weight = page.bytes_on_the_wire + GROUND_BYTES
    rows = [
        _row("what is near, p95 at 1,000,000, ms", many["near"]["p95"], NEAR_MS),
        _row("what the map shows, p95 at 1,000,000, ms", many["map"]["p95"], MAP_MS),
        _row("near, times that at 100,000", many["near"]["p95"] / few["near"]["p95"], RATIO),
        _row("map, times that at 100,000", many["map"]["p95"] / few["map"]["p95"], RATIO),
        _row("reports a second, photos queued", figures["intake"], PER_SECOND, at_least=True),
        _row("page of the map, bytes with the map itself", weight, PAGE_BYTES),
    ]
    lines = [
        "# How fast is the street?",
        "",
        f"Measured by `python -m bench.streets` on {time.strftime('%d %B %Y')}: {machine()}, load"
        f" average {before:.1f} as it began. Cases stand around the known addresses, of kinds as"
        " often as they are reported, over a thousand days; those of the last sixty are open. The"
        f" questions are asked {TIMES} times one after another inside the program, the maps at"
        " places where there are reports, from a street corner to the whole city. Four processes"
        f" report for {SECONDS} seconds, each report with a photo of 1,600 by 1,200 pixels.",
        "",
        "| target | measured | wanted | |",
        "|---|---|---|---|",
        *rows,
        "",
        "| question | at 100,000: p50, p95 ms | at 1,000,000: p50, p95 ms |",
        "|---|---|---|",
        *(_both(name, few[name], many[name]) for name in few),
        "",
        f"Over HTTP, at a million: the counts of a map p50 {counts.p50:.1f} ms, p95"
        f" {counts.p95:.1f} ms; its page with the list p50 {page.p50:.1f} ms.",
        "",
        f"One thing done to {bulk['asked']:,.0f} reports at once, a line each, by the worker:"
        f" {bulk['done']:,.0f} done in {bulk['seconds']:.0f} s; taken back:"
        f" {bulk['undone']:,.0f} in {bulk['seconds back']:.0f} s.",
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, measured: float, wanted: float, *, at_least: bool = False) -> str:
    is_met = measured >= wanted if at_least else measured <= wanted
    said = f"{'at least' if at_least else 'at most'} {wanted:,g}"
    return f"| {name} | {measured:,.1f} | {said} | {'met' if is_met else '**missed**'} |"


def _both(name: str, few: dict[str, float], many: dict[str, float]) -> str:
    return f"| {name} | {few['p50']:.1f}, {few['p95']:.1f} | {many['p50']:.1f}, {many['p95']:.1f} |"


if __name__ == "__main__":
    main()
