"""What the measurements say: each target with its ratio, met or missed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from bench import report as pages
from bench.opendata.asking import Crowd, Download, Times
from bench.opendata.running import CLIENTS, ROUNDS, SAMPLES, SECONDS, Figures

_OURS, _THEIRS, _DEFAULT = "Parvis", "Datasette", "Datasette, as it comes"
_TEN, _LIMIT = "Parvis, ten times the rows", "DuckDB, bare"
_NAMES = {
    "page": "a page: one sex in twenty years, most given first, 50 of them and how many there are",
    "narrow page": "a page: one sex in one year, most given first",
    "groups": "all rows grouped by year and sex",
    "window": "twenty years grouped by year",
    "one name": "a page: every year of one name",
}
_HOW = (
    "One city with two web processes on the 648,370 rows of `prenoms-france-1900-2021`, and the"
    " same rows ten times over with other years; Datasette in an environment of its own over"
    " SQLite with indexes on (annee, sexe), nombre and prenom, once without suggestions of facets,"
    " once as it comes; DuckDB bare on the same Parquet file, in the measuring program: the limit,"
    " without a server, a query language or JSON. Each question is drawn anew and put to all of"
    f" them one after the other over kept-alive connections, {SAMPLES} times for a page. « Many"
    " clients » asks mixed questions (of ten, four pages, two narrow ones, two windows, one whole"
    " grouping, one name),"
    f" {ROUNDS} rounds of {SECONDS:.0f} seconds in turn, each client its next question as soon as"
    " it has an answer. Server and clients share the cores."
)


def written(figures: Figures, *, today: str) -> str:
    """Return the report as Markdown."""
    return "\n".join(_lines(figures, today)) + "\n"


def _lines(figures: Figures, today: str) -> Iterator[str]:
    yield "# How fast is the open data, beside Datasette and bare DuckDB?"
    yield ""
    yield (
        f"Measured by `make bench` on {today}: {pages.machine()}, load average"
        f" {figures.load_before:.1f} as it began and {figures.load_after:.1f} at the end, with"
        f" DuckDB {figures.duckdb} and Datasette {figures.datasette}. **Read ratios, not"
        f" milliseconds**: other programs hit all of them alike. {_HOW}"
    )
    yield ""
    yield "| target | measured | wanted | |"
    yield "|---|---|---|---|"
    targets = list(_targets(figures))
    yield from (one.line for one in targets)
    missed = [one for one in targets if not one.is_met]
    if missed:
        yield ""
        yield "Why what was missed was missed:"
        yield ""
        yield from (f"* {one.name}: {one.why}." for one in missed)
    yield ""
    yield "## One client at a time"
    yield ""
    yield "| question | who | p50 ms | p95 ms |"
    yield "|---|---|---|---|"
    for kind, times in figures.times.items():
        for place, (who, one) in enumerate(times.items()):
            name = "" if place else _NAMES[kind]
            yield f"| {name} | {who} | {one.p50:.1f} | {one.p95:.1f} |"
    yield from _files(figures)
    yield from _many(figures)
    yield from _inside(figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """What was measured against what was wanted; `why` is for one that was missed."""

    name: str
    measured: float
    least: float | None = None
    most: float | None = None
    why: str

    @property
    def is_met(self) -> bool:
        above = self.least is None or self.measured >= self.least
        return above and (self.most is None or self.measured <= self.most)

    @property
    def line(self) -> str:
        wanted = f"at most {self.most:g}" if self.least is None else f"at least {self.least:g}"
        met = "met" if self.is_met else "**missed**"
        return f"| {self.name} | {self.measured:,.2f} | {wanted} | {met} |"


def _targets(figures: Figures) -> Iterator[_Target]:
    for kind, name in (("page", "page"), ("narrow page", "narrow page")):
        yield _against(figures.times[kind], f"{name}, p95", "p95", _THEIRS)
        yield _against(figures.times[kind], f"{name}, p95, as Datasette comes", "p95", _DEFAULT)
    for kind, name in (("groups", "all rows grouped"), ("window", "twenty years grouped")):
        yield _against(figures.times[kind], f"{name}, p50", "p50", _THEIRS)
    yield from _of_files(*figures.downloads.values())
    crowd = figures.crowds[_OURS]
    yield _Target(
        name=f"{CLIENTS} clients, p95, times that of one",
        measured=crowd[CLIENTS].times.p95 / crowd[1].times.p95,
        most=3,
        why=f"{CLIENTS} clients who never pause keep {os.cpu_count()} cores busy: of"
        f" {crowd[1].per_second:.0f} answers a second for one, {crowd[CLIENTS].per_second:.0f} for"
        f" all; Datasette's p95 grows"
        f" {_growth(figures.crowds[_THEIRS]):.1f} times in the same rounds",
    )
    for name in ("page", "narrow page"):
        yield from _limits(name, figures.times[name])


def _growth(crowd: dict[int, Crowd]) -> float:
    return crowd[CLIENTS].times.p95 / crowd[1].times.p95


def _against(times: dict[str, Times], name: str, quantile: str, who: str) -> _Target:
    ours, theirs, bare = (float(getattr(times[one], quantile)) for one in (_OURS, who, _LIMIT))
    return _Target(
        name=f"{name}, times faster than Datasette",
        measured=theirs / ours,
        least=2,
        why=f"bare DuckDB alone is {theirs / bare:.2f} times as fast as Datasette here, and Parvis"
        f" takes {ours / bare:.2f} times what bare DuckDB takes",
    )


def _of_files(ours: Download, theirs: Download) -> Iterator[_Target]:
    why = "the cores were shared with the client that reads and with other programs"
    quicker = ours.rows_per_second / theirs.rows_per_second
    thousands, megabytes = ours.rows_per_second / 1000, ours.growth / 1e6
    yield _Target(
        name="full CSV, times the rows per second of Datasette", measured=quicker, least=20, why=why
    )
    yield _Target(name="full CSV, thousand rows per second", measured=thousands, least=300, why=why)
    yield _Target(
        name="full CSV, seconds to the first byte", measured=ours.first_byte, most=1, why=why
    )
    why = "batches of rows, their text and what the allocator keeps"
    yield _Target(
        name="full CSV, MB the serving process grew", measured=megabytes, most=100, why=why
    )


def _limits(name: str, times: dict[str, Times]) -> Iterator[_Target]:
    ours, ten, bare = times[_OURS].p50, times[_TEN].p50, times[_LIMIT].p50
    yield _Target(
        name=f"{name} of ten times the rows, p50, times that of one",
        measured=ten / ours,
        most=1.5,
        why="DuckDB looks at the least and greatest value of every column of ten times as many row"
        " groups before it leaves them out",
    )
    yield _Target(
        name=f"{name}, p50, times bare DuckDB",
        measured=ours / bare,
        most=2,
        why=f"the {ours - bare:.1f} ms beside DuckDB are those of the table at the end",
    )


def _files(figures: Figures) -> Iterator[str]:
    yield ""
    yield "## The whole file as CSV"
    yield ""
    yield "| who | rows | rows/s | first byte s | whole file s | growth of the process MB |"
    yield "|---|---|---|---|---|---|"
    for who, one in figures.downloads.items():
        yield (
            f"| {who} | {one.rows:,} | {one.rows_per_second:,.0f} | {one.first_byte:.3f}"
            f" | {one.seconds:.2f} | {one.growth / 1e6:.0f} |"
        )


def _many(figures: Figures) -> Iterator[str]:
    yield ""
    yield "## Many clients"
    yield ""
    yield "| who | clients | p50 ms | p95 ms | answers/s |"
    yield "|---|---|---|---|---|"
    for who, by_clients in figures.crowds.items():
        for clients, crowd in by_clients.items():
            times = crowd.times
            yield (
                f"| {who} | {clients} | {times.p50:.1f} | {times.p95:.1f}"
                f" | {crowd.per_second:.0f} |"
            )


def _inside(figures: Figures) -> Iterator[str]:
    yield ""
    yield "## Where the time of a page goes"
    yield ""
    yield (
        f"Inside the server, without HTTP, {figures.page_inside:.1f} ms (p50). Publishing ten times"
        f" the rows, start of the program included, took {figures.filling:.0f} s."
    )
    yield ""
    yield "| layer | share | ms |"
    yield "|---|---|---|"
    for layer, share in figures.inside.items():
        yield f"| {layer} | {share:.0%} | {share * figures.page_inside:.1f} |"
