"""A dataset explained: two charts of what it holds, its fields one by one, why it is so good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from parvis.opendata.queries.engine import VersionFile, engine
from parvis.opendata.queries.pages import cells, charts
from parvis.opendata.queries.pages.charts import BARS, TILES, Chart, Wanted
from parvis.opendata.queries.pages.dimensions import GROUP, Dimension, dimensions, measures
from parvis.opendata.queries.pages.filters import Filter, Filters
from parvis.opendata.queries.pages.head import Head
from parvis.opendata.rules.fields import NUMERIC, Field, FieldType
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.profile import (
    EXPENDITURE,
    FieldProfile,
    Precision,
    Profile,
    budget_fields,
    period_field,
    side,
)
from parvis.opendata.rules.sieve import FROM, IS

_FEWEST, _MOST = 3, 80
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One field in plain words."""

    name: str
    label: str
    type: str
    description: str
    unit: str
    filled: str
    examples: str
    is_enriched: bool


def explained(head: Head) -> list[Explained]:
    """Return the fields of a dataset, each with what is known of it."""
    profiles = {one.name: one for one in head.profile.fields}
    rows = head.profile.rows
    return [
        _explained(
            Field.from_json(known),
            profiles.get(known["name"]),
            rows,
            is_enriched=known["name"] in head.entry.enriched_fields,
        )
        for known in head.entry.fields
    ]


def _explained(
    one: Field, profile: FieldProfile | None, rows: int, *, is_enriched: bool
) -> Explained:
    return Explained(
        name=one.name,
        label=one.label or one.name,
        type=str(cells.TYPES[one.type]),
        description=one.description,
        unit=cells.unit(one),
        filled=cells.percent(1 - profile.nulls / rows) if profile and rows else "",
        examples=_examples(one, profile) if profile else "",
        is_enriched=is_enriched,
    )


def _examples(one: Field, profile: FieldProfile) -> str:
    least, greatest = profile.least, profile.greatest
    if one.type in NUMERIC and isinstance(least, int | float) and isinstance(greatest, int | float):
        bounds = {"least": cells.figure(one, least), "greatest": cells.figure(one, greatest)}
        return _("from %(least)s to %(greatest)s") % bounds
    if one.type in {FieldType.DATE, FieldType.DATETIME} and least and greatest:
        days = [cells.moment(one, str(end)) for end in (least, greatest)]
        return _("from %(least)s to %(greatest)s") % {"least": days[0], "greatest": days[1]}
    if one.type not in {FieldType.TEXT, FieldType.BOOLEAN}:
        return ""
    shown = (text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in profile.examples)
    return " · ".join(shown)


# --- charts ---------------------------------------------------------------------------------------


def overview(head: Head) -> list[Chart]:
    """Return at most two charts: where the most is, and how it went over time.

    A budget is added up on one side only: what is spent.
    """
    if head.version is None:
        return []
    return charts.suggested(head.version, head.profile, likely(head))


def likely(head: Head) -> list[Wanted]:
    """Return the charts one would draw first, at most two; nothing of a dataset that is not
    held."""
    version, known = head.version, head.profile
    if version is None:
        return []
    kept = _one_side(version, head.entry.title)
    measure = next((one.name for one in measures(version.schema).values() if cells.unit(one)), "")
    grouped = dimensions(version.schema, known)
    period = period_field(version.schema)
    first = _first(grouped, known)
    wanted = []
    if first is not None:
        filters = Filters(given=(*kept, *_last_year(version, known)))
        wanted.append(Wanted(filters=filters, measure=measure, dimension=first, shape=TILES))
    time = next((key for key, one in grouped.items() if _is_period(one, period)), None)
    if time is not None:
        filters = Filters(given=(*kept, *_lately(known, grouped[time].field)))
        wanted.append(Wanted(filters=filters, measure=measure, dimension=time, shape=BARS))
    return wanted


def _first(grouped: Mapping[str, Dimension], known: Profile) -> str | None:
    """Return what cuts the whole into parts that are neither too few nor too many."""
    counts = {one.name: one.distinct for one in known.fields}
    marked = [
        (key, one.field)
        for key, one in grouped.items()
        if not one.is_time and "facet" in one.field.annotations
    ]
    marked.sort(key=lambda pair: pair[1].name.endswith("_code"))
    fitting = (key for key, field in marked if _FEWEST <= counts.get(field.name, 0) <= _MOST)
    return next(fitting, None)


def _is_period(one: Dimension, period: Field | None) -> bool:
    return period is not None and one.field.name == period.name and one.grain != "mois"


def _one_side(version: VersionFile, title: str) -> tuple[Filter, ...]:
    """Return the filter that keeps the spending of a budget; nothing for other datasets."""
    known = budget_fields(version.schema, named=title)
    if known is None:
        return ()
    name = tree.Name(name=known.direction.name)
    query = tree.Query(
        group_by=(tree.Grouped(value=name, label=GROUP),),
        limit=10,
    )
    words = [str(row[GROUP]) for row in engine().rows(version, query).rows]
    spent = next((one for one in words if side(one) == EXPENDITURE), None)
    return (Filter(kind=IS, name=known.direction.name, value=spent),) if spent else ()


def _last_year(version: VersionFile, known: Profile) -> tuple[Filter, ...]:
    """Return the filter that keeps the last year of a dataset that tells of years."""
    period = known.period
    if period is None or period.precision is not Precision.YEAR:
        return ()
    if version.schema.get(period.field) is None or period.first.year == period.last.year:
        return ()
    return (Filter(kind=IS, name=period.field, value=str(period.last.year)),)


_YEARS = 12


def _lately(known: Profile, field: Field) -> tuple[Filter, ...]:
    """Return the filter that keeps the last dozen years, where there are more."""
    period = known.period
    if period is None or period.last.year - period.first.year < _YEARS:
        return ()
    return (Filter(kind=FROM, name=field.name, value=str(period.last.year - _YEARS + 1)),)
