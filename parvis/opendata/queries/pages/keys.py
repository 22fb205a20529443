"""« Les clés du budget » as a page: what is drawn, what it says, where its rows are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from parvis.opendata.queries import budget as budgets
from parvis.opendata.queries.budget import (
    BUILDING,
    INSIDE,
    RECEIVED,
    RUNNING,
    SPENT,
    Budget,
    Sum,
)
from parvis.opendata.queries.pages import cells, tiles
from parvis.opendata.queries.pages.charts import Row
from parvis.opendata.queries.pages.flow import Flow, Stop, Stream, flow
from parvis.opendata.queries.pages.investments import Investments, investments
from parvis.opendata.queries.pages.tiles import Item, Tile
from parvis.ui.wording import euros, number

_MOST_CHAPTERS = 18
_FEWEST_SHARES = 0.004
_STONE = 3.7
"""Per cent of the width that one euro takes."""
_NOTHING = 1.0
"""Euros below which two sides are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one hundred euros pay for: so many, drawn as paving stones."""

    label: str
    text: str
    href: str
    stones: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The page."""

    budget: Budget
    title: str
    warnings: tuple[str, ...]
    spent: str
    received: str
    gap: str
    inside: str
    spent_url: str
    received_url: str
    flow: Flow
    sources: tuple[Row, ...]
    uses: tuple[Row, ...]
    chapters: tuple[Row, ...]
    tiles: tuple[Tile, ...]
    hundred: tuple[Share, ...]
    by_year: tuple[tuple[str, float, str], ...]
    investments: Investments | None


def keys(year: int | None, *, usual: int) -> Keys | None:
    """Return the page of a year, of the usual one if it is not told; None without a budget."""
    known = budgets.budget(year, usual=usual)
    if known is None:
        return None
    ((title, warnings),) = budgets.said_of([known.dataset_id])
    chapters = _chapters(known)
    apart = known.spent - known.received
    return Keys(
        budget=known,
        title=title,
        warnings=warnings,
        spent=cells.short(known.spent, "€"),
        received=cells.short(known.received, "€"),
        gap=cells.short(abs(apart), "€") if abs(apart) >= _NOTHING else "",
        inside=cells.short(known.inside, "€") if known.inside else "",
        spent_url=known.rows(SPENT),
        received_url=known.rows(RECEIVED),
        flow=_flow(known),
        sources=_rows(_merged(known.revenue), known, RECEIVED, first=1),
        uses=_rows(_merged(known.spending), known, SPENT, first=len(_merged(known.revenue)) + 1),
        chapters=tuple(
            Row(rank=rank, item=one, share=cells.percent(one.value / (known.spent - known.inside)))
            for rank, one in enumerate(chapters, start=1)
        ),
        tiles=tiles.treemap(chapters),
        hundred=_hundred(known),
        by_year=tuple(
            (str(one), spent, cells.short(spent, "€"))
            for one, (spent, _received) in sorted(known.totals.items())
        ),
        investments=investments(known.year),
    )


# --- by kind --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Merged:
    """The sums of one kind, over both sections."""

    key: str
    label: str
    amount: float
    sums: tuple[Sum, ...]


def _merged(sums: Sequence[Sum]) -> list[_Merged]:
    """Return the kinds, the largest first; what is left over and the internal entries last."""
    found: dict[str, list[Sum]] = {}
    for one in sums:
        found.setdefault(one.kind.key, []).append(one)
    merged = [
        _Merged(
            key=key,
            label=str(parts[0].kind.label),
            amount=sum(part.amount for part in parts),
            sums=tuple(parts),
        )
        for key, parts in found.items()
    ]
    last = {"other": 1, INSIDE.key: 2}
    merged.sort(key=lambda one: (last.get(one.key, 0), -one.amount))
    return merged


def _rows(merged: Sequence[_Merged], known: Budget, side: str, *, first: int) -> tuple[Row, ...]:
    total = sum(one.amount for one in merged) or 1
    return tuple(
        Row(
            rank=rank,
            item=Item(
                label=one.label,
                value=one.amount,
                text=cells.short(one.amount, "€"),
                href=known.rows(side, one.sums),
            ),
            share=cells.percent(one.amount / total),
        )
        for rank, one in enumerate(merged, start=first)
    )


def _flow(known: Budget) -> Flow:
    """Return the drawing from revenue to spending through the two sections, gaps included."""
    revenue, spending = _merged(known.revenue), _merged(known.spending)
    left = [_stop("in", one, known, RECEIVED) for one in revenue]
    right = [_stop("out", one, known, SPENT) for one in spending]
    streams = [
        Stream(start=f"in:{one.kind.key}", end=one.section, value=one.amount)
        for one in known.revenue
    ] + [
        Stream(start=one.section, end=f"out:{one.kind.key}", value=one.amount)
        for one in known.spending
    ]
    middle = []
    for section, label in ((RUNNING, _("Running costs")), (BUILDING, _("Investment"))):
        spent = sum(one.amount for one in known.spending if one.section == section)
        received = sum(one.amount for one in known.revenue if one.section == section)
        middle.append(Stop(key=section, label=label, text=cells.short(spent, "€")))
        missing = spent - received
        if abs(missing) < _NOTHING:
            continue
        gap = _gap(section, label, missing)
        start, end = (gap.key, section) if missing > 0 else (section, gap.key)
        (left if missing > 0 else right).append(gap)
        streams.append(Stream(start=start, end=end, value=abs(missing)))
    return flow(left, middle, right, streams)


def _stop(side: str, one: _Merged, known: Budget, direction: str) -> Stop:
    return Stop(
        key=f"{side}:{one.key}",
        label=one.label,
        text=cells.short(one.amount, "€"),
        href=known.rows(direction, one.sums),
    )


def _gap(section: str, label: str, missing: float) -> Stop:
    words = _("No revenue told (%(section)s)") if missing > 0 else _("No use told (%(section)s)")
    return Stop(
        key=f"gap:{section}",
        label=words % {"section": label[:1].lower() + label[1:]},
        text=cells.short(abs(missing), "€"),
        is_gap=True,
    )


# --- surfaces and stones --------------------------------------------------------------------------


def _chapters(known: Budget) -> list[Item]:
    """Return the chapters as printed, the small ones put together."""
    sections = {RUNNING: _("running costs"), BUILDING: _("investment")}
    shown = known.chapters[:_MOST_CHAPTERS]
    items = [
        Item(
            label=f"{one.label} ({sections.get(one.section, one.section)})",
            value=one.amount,
            text=cells.short(one.amount, "€"),
            href=known.chapter_rows(one),
        )
        for one in shown
    ]
    rest = known.chapters[_MOST_CHAPTERS:]
    if rest:
        left = sum(one.amount for one in rest)
        label = _("%(count)s other chapters") % {"count": number(len(rest))}
        items.append(Item(label=label, value=left, text=cells.short(left, "€"), is_rest=True))
    return items


def _hundred(known: Budget) -> tuple[Share, ...]:
    """Return what a hundred euros of real spending pay, the largest first."""
    merged = [one for one in _merged(known.spending) if one.key != INSIDE.key]
    total = sum(one.amount for one in merged)
    if total <= 0:
        return ()
    return tuple(
        Share(
            label=one.label,
            text=euros(round(10_000 * one.amount / total)),
            href=known.rows(SPENT, one.sums),
            stones=_stones(100 * one.amount / total),
        )
        for one in merged
    )


def _stones(count: float) -> tuple[tuple[str, str], ...]:
    """Return where each stone begins and how wide it is: the last may be a part of one."""
    whole = int(count)
    widths = [1.0] * whole + ([count - whole] if count - whole > _FEWEST_SHARES else [])
    return tuple(
        (f"{rank * _STONE:.2f}%", f"{width * (_STONE - 0.4):.2f}%")
        for rank, width in enumerate(widths)
    )
