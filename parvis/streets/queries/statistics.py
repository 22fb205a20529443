"""What became of the reports: figures by month, by place and by type, from counts that are kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet, Sum

from parvis.streets.models import Category, Tally
from parvis.streets.queries.catalogue import label_of
from parvis.territory.public import arrondissements, quartiers

_MONTHS = 12
_SUMS = (
    "opened",
    "closed",
    "done",
    "in_time",
    "contradicted",
    "reports",
    "worked_minutes",
)
_QUARTIERS_EACH = 4
"""The quartiers of an arrondissement are numbered on: those of the 3rd are 9 to 12."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts of cases, and shares in per cent (None where there is nothing to share).

    `hours` are working hours to close one, on average. A case without a promise is not late.
    """

    opened: int = 0
    closed: int = 0
    done: int = 0
    contradicted: int = 0
    reports: int = 0
    done_share: int | None = None
    in_time_share: int | None = None
    contradicted_share: float | None = None
    hours: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The figures of a place, a type or a month; `key` is its number, its code or its first day."""

    key: str
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Everything that the page says. `until` is when it was last counted."""

    whole: Figures
    months: tuple[Line, ...]
    places: tuple[Line, ...]
    types: tuple[Line, ...]
    until: dt.datetime | None


def statistics(*, arrondissement: int | None, months: int, today: dt.date) -> Statistics:
    """Return the figures of the last months, of the city or of one arrondissement."""
    rows = Tally.objects.filter(month__gte=first_month(today, months))
    if arrondissement is not None:
        last = arrondissement * _QUARTIERS_EACH
        rows = rows.filter(quartier__gt=last - _QUARTIERS_EACH, quartier__lte=last)
    return Statistics(
        whole=_figures(rows.aggregate(**_sums())),
        months=_by_month(rows),
        places=_by_quartier(rows, arrondissement) if arrondissement else _by_arrondissement(rows),
        types=_by_type(rows),
        until=rows.aggregate(last=Max("counted_at"))["last"],
    )


def first_month(today: dt.date, months: int) -> dt.date:
    """Return the first day of the month with which so many months begin, this one the last."""
    rank = today.year * _MONTHS + today.month - months
    return dt.date(rank // _MONTHS, rank % _MONTHS + 1, 1)


def _sums() -> dict[str, Sum]:
    return {name: Sum(name, default=0) for name in _SUMS}


def _grouped(rows: QuerySet[Tally], by: str) -> list[dict[str, Any]]:
    return [dict[str, Any](row) for row in rows.values(by).annotate(**_sums()).order_by(by)]


def _figures(row: dict[str, Any]) -> Figures:
    opened, closed = row["opened"], row["closed"]
    return Figures(
        opened=opened,
        closed=closed,
        done=row["done"],
        contradicted=row["contradicted"],
        reports=row["reports"],
        done_share=_share(row["done"], closed),
        in_time_share=_share(row["in_time"], closed),
        contradicted_share=round(100 * row["contradicted"] / closed, 1) if closed else None,
        hours=round(row["worked_minutes"] / closed / 60) if closed else None,
    )


def _share(part: int, of: int) -> int | None:
    return round(100 * part / of) if of else None


def _by_month(rows: QuerySet[Tally]) -> tuple[Line, ...]:
    return tuple(
        Line(key=row["month"].isoformat(), label=f"{row['month']:%m/%Y}", figures=_figures(row))
        for row in _grouped(rows, "month")
    )


def _by_quartier(rows: QuerySet[Tally], arrondissement: int) -> tuple[Line, ...]:
    found = {row["quartier"]: row for row in _grouped(rows, "quartier")}
    return tuple(
        Line(
            key=str(one.number),
            label=one.name,
            figures=_figures(found[one.number]) if one.number in found else Figures(),
        )
        for one in quartiers(arrondissement)
    )


def _by_arrondissement(rows: QuerySet[Tally]) -> tuple[Line, ...]:
    sums: dict[int, dict[str, int]] = {}
    for row in _grouped(rows, "quartier"):
        number = (row["quartier"] - 1) // _QUARTIERS_EACH + 1
        known = sums.setdefault(number, dict.fromkeys(_SUMS, 0))
        for name in _SUMS:
            known[name] += row[name]
    return tuple(
        Line(
            key=str(one.number),
            label=str(one.number),
            figures=_figures(sums[one.number]) if one.number in sums else Figures(),
        )
        for one in arrondissements()
    )


def _by_type(rows: QuerySet[Tally]) -> tuple[Line, ...]:
    found = {row["subtype__type"]: row for row in _grouped(rows, "subtype__type")}
    lines = [
        Line(key=one.code, label=label_of(one), figures=_figures(found[one.pk]))
        for one in Category.objects.filter(pk__in=found)
    ]
    return tuple(sorted(lines, key=lambda line: (-line.figures.opened, line.label)))
