"""What the measurements say, in plain words and one table."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import Measure

TARGET_MS, TARGET_BYTES, TARGET_RATIO, TARGET_COLD, TARGET_WARM = 60.0, 60_000, 1.3, 90.0, 5.0
# Style sheet and htmx, compressed: fetched once, then kept by the browser.
STYLES = 25_000
_HOW = (
    "One web server with two processes, one worker and the embedded PostgreSQL share the machine"
    " with the measuring program. p50 and p95 are milliseconds of 200 requests one after another"
    " over a kept-alive connection; pages per second are those of four callers at once; bytes are"
    " as transferred, compressed, headers included. « Times the limit » divides p50 by that of the"
    " same web server answering 9 kB without any work."
)


@dataclass(kw_only=True)
class Figures:
    """Everything measured in one run; starts in seconds, `load` the load average as it began."""

    cold_start: float
    warm_start: float
    load: float
    limit: Measure | None = None
    list_with_few: Measure | None = None
    pages: dict[str, Measure] = field(default_factory=dict)


def written(figures: Figures, *, today: str) -> str:
    """Return the report as Markdown."""
    limit, few = figures.limit, figures.list_with_few
    if limit is None or few is None:
        message = "the run did not finish"
        raise ValueError(message)
    lines = [
        "# How fast and how heavy is Parvis?",
        "",
        f"Measured by `make bench` on {today}: {machine()}, load average {figures.load:.1f} as it"
        f" began (above {os.cpu_count()}, other programs were running too). {_HOW}",
        "",
        "| page | p50 ms | p95 ms | pages/s | bytes | times the limit | p95 within 60 ms |",
        "|---|---|---|---|---|---|---|",
        _row("the limit", limit, limit),
        _row("list of 1,000 contributions", few, limit),
        *(_row(name, measure, limit) for name, measure in figures.pages.items()),
        "",
        *_verdicts(figures, few),
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, measure: Measure, limit: Measure) -> str:
    kept = "yes" if measure.p95 <= TARGET_MS else "**missed**"
    return (
        f"| {name} | {measure.p50:.1f} | {measure.p95:.1f} | {measure.per_second:.0f}"
        f" | {measure.bytes_on_the_wire:,} | {measure.p50 / limit.p50:.0f} | {kept} |"
    )


def _verdicts(figures: Figures, few: Measure) -> list[str]:
    many = figures.pages["list of 100,000 contributions"]
    ratio = many.p50 / few.p50
    home = figures.pages["home"].bytes_on_the_wire
    cold, warm = figures.cold_start, figures.warm_start
    return [
        f"* The list at 100,000 contributions takes {ratio:.2f} times what it takes at 1,000"
        f" (target: at most {TARGET_RATIO}; {_word(ratio <= TARGET_RATIO)}).",
        f"* The home page is {home:,} bytes on the wire, its style sheet fetched once apart"
        f" (target: at most {TARGET_BYTES:,}; {_word(home + STYLES <= TARGET_BYTES)}).",
        f"* Start on an empty folder, packages installed: {cold:.1f} s"
        f" (target: under {TARGET_COLD:.0f}; {_word(cold < TARGET_COLD)});"
        f" second start: {warm:.1f} s"
        f" (target: under {TARGET_WARM:.0f}; {_word(warm < TARGET_WARM)}).",
    ]


def _word(kept: object) -> str:
    return "kept" if kept else "**missed**"


def machine() -> str:
    """Return what this machine is, in a few words."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = named[0].partition(": ")[2] if named else model
    python = platform.python_version()
    return f"{os.cpu_count()} cores of {model}, {platform.system()}, Python {python}"
