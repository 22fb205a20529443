"""A dataset for those who write programs: calls that work as they stand, files, limits."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.opendata.queries.engine import VersionFile, engine
from parvis.opendata.queries.pages import calls, cells, dimensions
from parvis.opendata.queries.pages.calls import Call
from parvis.opendata.queries.pages.downloads import Download, downloads
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.profile import Profile

_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A call and what it is for."""

    title: str
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """What a developer finds on the page of a dataset."""

    examples: tuple[Example, ...]
    files: tuple[Download, ...]
    metadata: str
    facets: str


def programs(version: VersionFile, known: Profile) -> Programs:
    """Return the calls of a version, each with the beginning of its answer."""
    named = {"dataset_id": version.dataset_id}
    return Programs(
        examples=tuple(_examples(version, known)),
        files=tuple(downloads(version)),
        metadata=reverse("explore:dataset", kwargs=named),
        facets=reverse("explore:facets", kwargs=named),
    )


def _examples(version: VersionFile, known: Profile) -> list[Example]:
    made = [_example(version, _("The first rows"), tree.Query(limit=_FEW))]
    grouped = dimensions.dimensions(version.schema, known)
    if grouped:
        measure = next(iter(dimensions.measures(version.schema).values()), None)
        first = next(iter(grouped.values()))
        query = tree.Query(
            select=(
                tree.Selected(value=dimensions.aggregate(measure, "somme"), label=dimensions.VALUE),
            ),
            group_by=(tree.Grouped(value=first.value, label=dimensions.GROUP),),
            order_by=(tree.Ordered(value=tree.Name(name=dimensions.VALUE), descending=True),),
            limit=_FEW,
        )
        made.append(_example(version, _("Added up by %(group)s") % {"group": first.label}, query))
    return made


def _example(version: VersionFile, title: str, query: tree.Query) -> Example:
    rows = [cells.as_api(row, version.schema) for row in engine().rows(version, query).rows]
    counted = engine().count(version, query)
    return Example(title=title, call=calls.records(version, query, rows, counted=counted))
