"""A chart of a dataset: what is counted, by what, drawn on the server with its table beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from parvis.opendata.queries.engine import VersionFile, engine
from parvis.opendata.queries.pages import calls, cells, controls, curve, filters, tiles
from parvis.opendata.queries.pages.calls import Call
from parvis.opendata.queries.pages.controls import Chip
from parvis.opendata.queries.pages.curve import Curve
from parvis.opendata.queries.pages.dimensions import (
    ADDS_UP,
    CALCULATIONS,
    GROUP,
    VALUE,
    Dimension,
    aggregate,
    dimensions,
    measures,
)
from parvis.opendata.queries.pages.filters import NONE, Filters, Kept
from parvis.opendata.queries.pages.tiles import Item, Tile
from parvis.opendata.rules.fields import Field, Schema
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.profile import Profile, budget_fields
from parvis.opendata.rules.sieve import IS

BARS, LINE, TILES = "barres", "courbe", "tuiles"
SHAPES = {
    BARS: gettext_lazy("bars"),
    LINE: gettext_lazy("a curve"),
    TILES: gettext_lazy("surfaces"),
}
_MOST = {BARS: 12, LINE: 400, TILES: 13}
"""Groups that are drawn; the others are put together where they add up."""
_LABEL = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an address asks of a chart: `measure` empty counts rows."""

    filters: Filters = NONE
    measure: str = ""
    calculation: str = ""
    dimension: str = ""
    shape: str = ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Return the parameters that say what is drawn, whatever rows are kept."""
        said = [
            ("quoi", self.measure),
            ("calcul", self.calculation),
            ("par", self.dimension),
            ("forme", self.shape),
        ]
        return [pair for pair in said if pair[1]]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters that ask for the same chart."""
        return self.choices + self.filters.pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of rows as the query gives it; `filter` is its value in an address."""

    label: str
    value: float
    filter: str = ""
    is_rest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the table beside a drawing."""

    rank: int
    item: Item
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart as it is drawn, with its table and its sources."""

    wanted: Wanted
    caption: str
    sentence: str
    head: str
    unit: str
    rows: tuple[Row, ...]
    bars: tuple[tuple[str, float, str], ...]
    tiles: tuple[Tile, ...]
    curve: Curve | None
    chips: tuple[Chip, ...]
    problems: tuple[str, ...]
    call: Call
    csv: str
    address: str
    frame: str
    rows_url: str

    @property
    def has_shares(self) -> bool:
        """Tell whether the parts are of one whole."""
        return bool(self.rows and self.rows[0].share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """The choices of the form that makes charts."""

    measures: tuple[tuple[str, str], ...]
    calculations: tuple[tuple[str, str], ...]
    dimensions: tuple[tuple[str, str], ...]
    shapes: tuple[tuple[str, str], ...]


def builder(version: VersionFile, known: Profile) -> Builder:
    """Return what a chart of this version may be made of."""
    counted = [(name, one.label or name) for name, one in measures(version.schema).items()]
    grouped = dimensions(version.schema, known)
    return Builder(
        measures=(("", _("the number of rows")), *counted),
        calculations=tuple((key, str(words)) for key, (_name, words) in CALCULATIONS.items()),
        dimensions=tuple((key, one.label) for key, one in grouped.items()),
        shapes=tuple((key, str(words)) for key, words in SHAPES.items()),
    )


def settled(wanted: Wanted, version: VersionFile, known: Profile) -> Wanted | None:
    """Return what is asked with every gap filled and every impossible choice replaced; None if no
    chart can be made of this version."""
    grouped = dimensions(version.schema, known)
    if not grouped:
        return None
    counted = measures(version.schema)
    measure = wanted.measure if wanted.measure in counted else ""
    calculation = wanted.calculation if wanted.calculation in CALCULATIONS else "somme"
    key = wanted.dimension if wanted.dimension in grouped else next(iter(grouped))
    shape = wanted.shape if wanted.shape in SHAPES else BARS
    if shape == TILES and measure and calculation not in ADDS_UP:
        shape = BARS
    if shape == LINE and not grouped[key].is_time:
        shape = BARS
    return replace(
        wanted,
        measure=measure,
        calculation=calculation if measure else "",
        dimension=key,
        shape=shape,
    )


def chart(version: VersionFile, known: Profile, wanted: Wanted) -> Chart | None:
    """Return the chart that is asked for, or None if none can be made of this version."""
    plan = settled(wanted, version, known)
    if plan is None:
        return None
    kept = filters.keep(plan.filters, version.schema, has_index=bool(version.index))
    plan = replace(plan, filters=kept.understood)
    dimension = dimensions(version.schema, known)[plan.dimension]
    measure = measures(version.schema).get(plan.measure)
    query = _query(version, plan, kept, dimension, measure)
    found = engine().rows(version, query).rows
    groups = [_group(dimension, row) for row in found if row[VALUE] is not None]
    rest = _rest(version, query, groups, plan)
    items = _items(version, plan, dimension, [*groups, *rest], measure)
    return _drawn(version, plan, query, (dimension, measure, kept), items)


def _query(
    version: VersionFile, plan: Wanted, kept: Kept, dimension: Dimension, measure: Field | None
) -> tree.Query:
    value = aggregate(measure, plan.calculation)
    by_value = tree.Ordered(value=tree.Name(name=VALUE), descending=True)
    by_group = tree.Ordered(value=tree.Name(name=GROUP))
    return tree.Query(
        select=(tree.Selected(value=value, label=VALUE),),
        where=kept.condition,
        group_by=(tree.Grouped(value=dimension.value, label=GROUP),),
        order_by=(by_group,) if dimension.is_time and plan.shape != TILES else (by_value,),
        limit=_MOST[LINE] if dimension.is_time else _MOST[plan.shape],
        timezone=calls.timezone_of(version.schema),
    )


def _group(dimension: Dimension, row: Mapping[str, Any]) -> Group:
    key, value = row[GROUP], float(row[VALUE])
    if key is None or key == "":
        return Group(label=_("not told"), value=value)
    if isinstance(key, bool):
        return Group(label=_("yes") if key else _("no"), value=value, filter=str(key).lower())
    text = str(key)[: cells.LENGTHS.get(cells.precision(dimension.field))]
    label = text if len(text) <= _LABEL else f"{text[:_LABEL].rstrip()}…"
    return Group(label=label, value=value, filter=text)


def _rest(
    version: VersionFile, query: tree.Query, groups: Sequence[Group], plan: Wanted
) -> list[Group]:
    """Return what is left over beside the groups that are drawn, where they add up."""
    if len(groups) < (query.limit or 0) or plan.calculation not in ADDS_UP:
        return []
    whole = replace(query, group_by=(), order_by=(), limit=1)
    (row,) = engine().rows(version, whole).rows
    left = float(row[VALUE] or 0) - sum(one.value for one in groups)
    count = engine().count(version, replace(query, limit=None)) - len(groups)
    if count <= 0:
        return []
    label = _("%(count)s others") % {"count": cells.counted(count)}
    return [Group(label=label, value=left, is_rest=True)]


def _items(
    version: VersionFile,
    plan: Wanted,
    dimension: Dimension,
    groups: Sequence[Group],
    measure: Field | None,
) -> list[Item]:
    unit = cells.unit(measure) if measure else ""
    return [
        Item(
            label=one.label,
            value=one.value,
            text=cells.short(one.value, unit),
            href=_rows_of(version, plan, dimension, one.filter),
            is_rest=one.is_rest,
        )
        for one in groups
    ]


def _rows_of(version: VersionFile, plan: Wanted, dimension: Dimension, value: str) -> str:
    """Return where the rows of a group are, nothing for those that have no value."""
    if not value:
        return ""
    pairs = [*plan.filters.pairs, *filters.link(dimension.field.name, value)]
    return f"{reverse('opendata:table', args=[version.dataset_id])}?{urlencode(pairs)}"


def _drawn(
    version: VersionFile,
    plan: Wanted,
    query: tree.Query,
    parts: tuple[Dimension, Field | None, Kept],
    items: list[Item],
) -> Chart:
    dimension, measure, kept = parts
    labels = filters.labels(version.schema)
    chips = controls.chips(plan.filters, labels, plan.choices)
    caption = _caption(dimension, measure, plan, chips)
    asked = calls.parameters(query, with_page=False)
    address = f"?{urlencode(plan.pairs)}"
    return Chart(
        wanted=plan,
        caption=caption,
        sentence=_sentence(caption, items),
        head=dimension.label,
        unit=(cells.unit(measure) or measure.label or measure.name) if measure else _("Rows"),
        rows=_table(items, plan),
        bars=tuple((one.label, one.value, one.text) for one in items) if plan.shape == BARS else (),
        tiles=tiles.treemap(items) if plan.shape == TILES and items else (),
        curve=curve.curve(items) if plan.shape == LINE and items else None,
        chips=tuple(chips),
        problems=(*kept.problems, *_mixed(version, plan, measure, dimension)),
        call=calls.records(version, query),
        csv=calls.export(version, "csv", asked),
        address=f"{reverse('opendata:chart', args=[version.dataset_id])}{address}",
        frame=f"{reverse('opendata:frame', args=[version.dataset_id])}{address}",
        rows_url=f"{reverse('opendata:table', args=[version.dataset_id])}"
        f"?{urlencode(plan.filters.pairs)}",
    )


def _sides_of(schema: Schema) -> Field | None:
    known = budget_fields(schema, named="budget")
    return known.direction if known else None


def _mixed(
    version: VersionFile, plan: Wanted, measure: Field | None, dimension: Dimension
) -> list[str]:
    """Return the warning that what comes in and what goes out are added up together."""
    sides = _sides_of(version.schema)
    if measure is None or sides is None or not cells.unit(measure):
        return []
    if dimension.field.name == sides.name or plan.filters.of(IS, sides.name):
        return []
    label = {"field": sides.label or sides.name}
    return [
        _("What comes in and what goes out are added up together: filter by “%(field)s”.") % label
    ]


def _caption(
    dimension: Dimension, measure: Field | None, plan: Wanted, chips: Sequence[Chip]
) -> str:
    counted = _("Number of rows")
    if measure is not None:
        counted = measure.label or measure.name
        if plan.calculation != "somme":
            words = str(CALCULATIONS[plan.calculation][1])
            counted = f"{words[:1].upper()}{words[1:]} {counted[:1].lower()}{counted[1:]}"
    told = _("%(counted)s by %(group)s") % {"counted": counted, "group": _lower(dimension.label)}
    return f"{told} ({', '.join(one.text for one in chips)})" if chips else told


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def _sentence(caption: str, items: Sequence[Item]) -> str:
    """Return what the picture says, in words."""
    if not items:
        return caption
    first = max(items, key=lambda one: one.value)
    return _("%(caption)s. The largest: %(label)s, %(text)s; all figures are in the table.") % {
        "caption": caption,
        "label": first.label,
        "text": first.text,
    }


def _table(items: Sequence[Item], plan: Wanted) -> tuple[Row, ...]:
    total = sum(one.value for one in items)
    adds_up = plan.calculation in ADDS_UP and total > 0 and plan.shape != LINE
    return tuple(
        Row(
            rank=rank,
            item=one,
            share=cells.percent(one.value / total) if adds_up else "",
        )
        for rank, one in enumerate(items, start=1)
    )


# --- charts nobody asked for ----------------------------------------------------------------------


def suggested(version: VersionFile, known: Profile, wanted: Sequence[Wanted]) -> list[Chart]:
    """Return the charts of a page that explains, without those that would show a single group."""
    made = [chart(version, known, one) for one in wanted]
    return [one for one in made if one is not None and len(one.rows) > 1]
