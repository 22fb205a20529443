"""The rows of a dataset on the map: a dot for each point, a number for those of the list."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import ngettext

from parvis.opendata.queries.engine import VersionFile, engine
from parvis.opendata.queries.pages import calls, cells, controls, filters, ground
from parvis.opendata.queries.pages.calls import Call
from parvis.opendata.queries.pages.controls import Chip, Controls
from parvis.opendata.queries.pages.filters import Filters
from parvis.opendata.queries.pages.ground import Ground, Point
from parvis.opendata.rules.fields import Field, FieldType
from parvis.opendata.rules.odsql import facets, tree
from parvis.opendata.rules.profile import Profile
from parvis.ui.wording import number

Where = tuple[int, int]
POINTS, NUMBERED = 6_000, 20
_FAR = 1.7
"""Radii between two numbers of the map, so that both can be read."""
_STEP = 3
"""Units of the drawing in which points become one dot."""
_DETAILS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A number on the map and what stands there; a place outside the drawing has none."""

    rank: int
    x: int
    y: int
    title: str
    text: str
    is_drawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMap:
    """A map and the list it numbers. `dots` is the `d` of a path; `located` rows of `total` have a
    point, of which the first `drawn` are on it."""

    box: str
    ground: Ground | None
    dots: str
    dot: int
    radius: int
    letters: int
    spots: tuple[Spot, ...]
    total: int
    located: int
    drawn: int
    chips: tuple[Chip, ...]
    problems: tuple[str, ...]
    controls: Controls
    call: Call
    pairs: str


def places(version: VersionFile, known: Profile, asked: Filters) -> PlaceMap | None:
    """Return the map of the rows that are kept; None if no field is a point."""
    field = next((one for one in version.schema.fields if one.type is FieldType.GEO_POINT), None)
    if field is None:
        return None
    kept = filters.keep(asked, version.schema, has_index=bool(version.index))
    told = _told(version, known)
    query = _query(version, field, told, kept.condition)
    rows = engine().rows(version, query).rows
    everything = tree.Query(where=kept.condition)
    points = [(row["point"]["lon"], row["point"]["lat"]) for row in rows]
    drawing, box, placed = _frame(points)
    width = int(box.split()[2])
    radius = max(8, width // 46)
    return PlaceMap(
        box=box,
        ground=drawing,
        dots=_dots(placed),
        dot=max(4, width // 130),
        radius=radius,
        letters=max(9, width // 40),
        spots=tuple(_spots(told, rows, placed, box, apart=radius * _FAR)),
        total=engine().count(version, everything),
        located=engine().count(version, query),
        drawn=len(rows),
        chips=tuple(controls.chips(kept.understood, filters.labels(version.schema))),
        problems=kept.problems,
        controls=controls.controls(version, known, kept.understood),
        call=calls.records(version, replace(query, select=(), limit=NUMBERED)),
        pairs=urlencode(kept.understood.pairs),
    )


def _query(
    version: VersionFile, field: Field, told: Sequence[Field], condition: tree.Condition | None
) -> tree.Query:
    """Return the query of the rows with a point, the largest amounts first where there are any."""
    name = tree.Name(name=field.name)
    amounts = [tree.Name(name=one.name) for one in told if cells.unit(one)]
    return tree.Query(
        select=(
            tree.Selected(value=name, label="point"),
            *(tree.Selected(value=tree.Name(name=one.name)) for one in told),
        ),
        where=facets.both(condition, tree.IsNull(value=name, negated=True)),
        order_by=tuple(tree.Ordered(value=one, descending=True) for one in amounts),
        limit=POINTS,
        timezone=calls.timezone_of(version.schema),
    )


def _told(version: VersionFile, known: Profile) -> list[Field]:
    """Return the fields that tell what stands at a point: words that are no codes, then an
    amount."""
    examples = {one.name: one.examples for one in known.fields}
    words = [one for one in version.schema.fields if one.type is FieldType.TEXT]
    plain = [one for one in words if not cells.is_code(one, examples.get(one.name, ()))]
    figures = [one for one in version.schema.fields if cells.unit(one)]
    return [*(plain or words)[: _DETAILS + 1], *figures[:1]]


def _frame(points: Sequence[Point]) -> tuple[Ground | None, str, list[Where]]:
    """Return the ground, its box, and where points stand: on the city if most of them are in it."""
    city = ground.city()
    if city is not None:
        placed = city.place(points)
        inside = sum(1 for one in placed if _is_in(city.box, one))
        if inside * 2 >= len(points):
            return city, city.box, placed
    if not points:
        return None, "0 0 1000 640", []
    box, place = ground.of_points(points)
    return None, box, place(points)


def _is_in(box: str, where: Where) -> bool:
    west, north, width, height = map(int, box.split())
    return west <= where[0] <= west + width and north <= where[1] <= north + height


def _dots(placed: Sequence[Where]) -> str:
    """Return a path of dots, one for the points that would lie on each other."""
    found = {(round(x / _STEP) * _STEP, round(y / _STEP) * _STEP) for x, y in placed}
    return "".join(f"M{x} {y}h0" for x, y in sorted(found))


def _spots(
    told: Sequence[Field],
    rows: Sequence[dict[str, Any]],
    placed: Sequence[Where],
    box: str,
    *,
    apart: float,
) -> list[Spot]:
    """Return the first places that are far enough apart to be told from each other, with how many
    rows stand at each."""
    chosen: dict[Where, int] = {}
    standing: dict[Where, int] = {}
    for rank, where in enumerate(placed):
        standing[where] = standing.get(where, 0) + 1
        is_far = all(math.dist(where, other) >= apart for other in chosen)
        if len(chosen) < NUMBERED and where not in chosen and is_far:
            chosen[where] = rank
    return [
        _spot(number, told, rows[rank], where, standing[where], is_drawn=_is_in(box, where))
        for number, (where, rank) in enumerate(chosen.items(), start=1)
    ]


def _spot(
    rank: int,
    told: Sequence[Field],
    row: dict[str, Any],
    where: Where,
    count: int,
    *,
    is_drawn: bool,
) -> Spot:
    texts = []
    for field in told:
        one = cells.cell(field, row.get(field.name))
        if not one.is_empty:
            texts.append(f"{one.text}\u00a0{cells.unit(field)}" if cells.unit(field) else one.text)
    more = ngettext("and %(count)s more here", "and %(count)s more here", count - 1)
    others = [more % {"count": number(count - 1)}] if count > 1 else []
    return Spot(
        rank=rank,
        x=where[0],
        y=where[1],
        title=texts[0] if texts else str(rank),
        text=" · ".join([*texts[1:], *others]),
        is_drawn=is_drawn,
    )
