"""Where the city builds: what was paid for operations in each arrondissement, in one year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parvis.opendata.queries import budget as budgets, versions
from parvis.opendata.queries.engine import VersionFile, engine
from parvis.opendata.queries.pages import cells
from parvis.opendata.rules.odsql import tree
from parvis.territory.public import District, arrondissements, city_outline
from parvis.ui.wording import number

NEEDED = frozenset({"annee", "arrondissement", "montant", "nom_projet"})
"""Fields a dataset must have to tell where the city builds."""
_HIGH, _MIDDLE = 2 / 3, 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """An arrondissement on the map: its tone says how much."""

    district: District
    amount: float
    text: str
    count: str
    tone: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Investments:
    """The operations of one year: `asked` is the year one looked for."""

    dataset_id: str
    title: str
    warnings: tuple[str, ...]
    year: int
    asked: int
    box: str
    areas: tuple[Area, ...]
    ranked: tuple[Area, ...]
    bounds: tuple[str, str]
    total: str
    elsewhere: str
    elsewhere_url: str


def investments(year: int) -> Investments | None:
    """Return the operations of a year, or of the last before it that is told; None if none are
    held or the city is not drawn."""
    dataset_id = budgets.holder(NEEDED)
    districts = arrondissements()
    if dataset_id is None or not districts:
        return None
    version = versions.current(dataset_id)
    known = _by_year(version)
    shown = max((one for one in known if one <= year), default=max(known, default=None))
    if shown is None:
        return None
    return _drawn(version, districts, shown, year, known[shown])


_Counted = dict[int | None, tuple[float, int]]
"""Euros and operations by arrondissement."""


def _by_year(version: VersionFile) -> dict[int, _Counted]:
    year = tree.Call(function="year", arguments=(tree.Name(name="annee"),))
    amount = tree.Aggregate(function="sum", value=tree.Name(name="montant"))
    query = tree.Query(
        select=(
            tree.Selected(value=amount, label="total"),
            tree.Selected(value=tree.Aggregate(function="count", value=None), label="n"),
        ),
        group_by=(
            tree.Grouped(value=year, label="y"),
            tree.Grouped(value=tree.Name(name="arrondissement"), label="a"),
        ),
        limit=20_000,
    )
    found: dict[int, _Counted] = {}
    for row in engine().rows(version, query).rows:
        if row["y"] is not None:
            counted = found.setdefault(int(row["y"]), {})
            counted[row["a"]] = (float(row["total"] or 0), int(row["n"]))
    return found


def _drawn(
    version: VersionFile, districts: Sequence[District], year: int, asked: int, known: _Counted
) -> Investments:
    outline = city_outline()
    amounts = {one.number: known.get(one.number, (0.0, 0)) for one in districts}
    most = max((amount for amount, _count in amounts.values()), default=0.0)
    areas = [_area(version, one, amounts[one.number], most, year) for one in districts]
    total = sum(amount for amount, _count in known.values())
    located = sum(amount for amount, _count in amounts.values())
    ((title, warnings),) = budgets.said_of([version.dataset_id])
    return Investments(
        dataset_id=version.dataset_id,
        title=title,
        warnings=warnings,
        year=year,
        asked=asked,
        box=outline.view_box,
        areas=tuple(areas),
        ranked=tuple(sorted(areas, key=lambda one: -one.amount)),
        bounds=(cells.short(most * _HIGH, "€"), cells.short(most * _MIDDLE, "€")),
        total=cells.short(total, "€"),
        elsewhere=cells.short(total - located, "€") if total - located >= 1 else "",
        elsewhere_url=budgets.address(version.dataset_id, {"annee": [str(year)]}),
    )


def _area(
    version: VersionFile, one: District, known: tuple[float, int], most: float, year: int
) -> Area:
    amount, count = known
    share = amount / most if most > 0 else 0
    kept = {"annee": [str(year)], "arrondissement": [str(one.number)]}
    return Area(
        district=one,
        amount=amount,
        text=cells.short(amount, "€"),
        count=number(count),
        tone="d1" if share > _HIGH else "d2" if share > _MIDDLE else "d4" if amount else "lot",
        href=budgets.address(version.dataset_id, kept),
    )
