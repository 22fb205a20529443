"""A page of rows: filtered, sorted, gone on with however deep, with the call that gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from parvis.opendata.queries.engine import Result, VersionFile, after, engine
from parvis.opendata.queries.pages import calls, cells, checks, controls, filters
from parvis.opendata.queries.pages.calls import Call
from parvis.opendata.queries.pages.cells import Cell
from parvis.opendata.queries.pages.controls import Chip, Controls
from parvis.opendata.queries.pages.downloads import Download, downloads
from parvis.opendata.queries.pages.filters import NONE, Filters, Kept
from parvis.opendata.rules.fields import GEOGRAPHIC, Field, FieldType, Schema
from parvis.opendata.rules.odsql import tree
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.profile import Profile

PAGE = 20
COLUMNS = 12
SORT, CURSOR, RANK, ALL, VERSION = "tri", "suite", "rang", "colonnes", "version"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What an address asks of a table; `sort` is a field, with a minus the largest first."""

    filters: Filters = NONE
    sort: str = ""
    cursor: str = ""
    rank: int = 0
    all_columns: bool = False
    version: int | None = None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters that ask for the same view from its first row."""
        kept = self.filters.pairs
        if self.sort:
            kept.append((SORT, self.sort))
        if self.all_columns:
            kept.append((ALL, "toutes"))
        if self.version is not None:
            kept.append((VERSION, str(self.version)))
        return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a column: where it sorts, which way it is sorted now."""

    field: Field
    label: str
    unit: str
    is_number: bool
    sort: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A page of a table, and all that stands around it; `names` are what its rows are called."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    names: tuple[str, ...]
    total: int
    first: int
    last: int
    hidden: int
    start: str
    next: str
    everything: str
    address: str
    sorted_by: str
    chips: tuple[Chip, ...]
    problems: tuple[str, ...]
    controls: Controls
    call: Call
    files: tuple[Download, ...]
    kept: tuple[tuple[str, str], ...]


def table(version: VersionFile, known: Profile, view: View) -> Table:
    """Return a page of rows; a cursor that another view gave begins again."""
    kept = filters.keep(view.filters, version.schema, has_index=bool(version.index))
    query = _query(version, kept, view)
    result, view = _page(version, query, view)
    total = engine().count(version, query)
    rows = [cells.as_api(row, version.schema) for row in result.rows]
    fields = shown(version.schema, all_of_them=view.all_columns)
    view = replace(view, filters=kept.understood)
    following = [*view.pairs, (CURSOR, result.next), (RANK, str(view.rank + len(rows)))]
    pinned = _pinned(view)
    others = tuple(one for one in view.pairs if one[0] in {SORT, ALL, VERSION})
    return Table(
        columns=tuple(_column(one, view, version) for one in fields),
        rows=tuple(tuple(cells.cell(f, row.get(f.name)) for f in fields) for row in rows),
        names=checks.names(version.dataset_id, rows),
        total=total,
        first=min(view.rank + 1, total),
        last=view.rank + len(rows),
        hidden=len(version.schema.fields) - len(fields),
        start=_address(view.pairs) if view.cursor else "",
        next=_address(following) if result.next and view.rank + len(rows) < total else "",
        everything=_address([*view.pairs, (ALL, "toutes")]),
        address=_address(view.pairs),
        sorted_by=_sort_of(version.schema, view.sort)[0],
        chips=tuple(controls.chips(view.filters, filters.labels(version.schema), others)),
        problems=kept.problems,
        controls=controls.controls(version, known, view.filters),
        call=calls.records(version, query, rows, counted=total, given=_cursor(view, pinned)),
        files=tuple(_files(version, query, pinned, kept)),
        kept=others,
    )


def _page(version: VersionFile, query: tree.Query, view: View) -> tuple[Result, View]:
    """Return the rows of a page, and the view without its cursor if it was not given by it."""
    if view.cursor:
        try:
            return engine().rows(version, after(query, view.cursor)), view
        except QueryError:
            view = replace(view, cursor="", rank=0)
    return engine().rows(version, query), view


def shown(schema: Schema, *, all_of_them: bool) -> Sequence[Field]:
    """Return the fields that have a column: shapes are for maps, and the first dozen is enough."""
    if all_of_them:
        return schema.fields
    plain = [one for one in schema.fields if one.type is not FieldType.GEO_SHAPE]
    return plain[:COLUMNS]


def _query(version: VersionFile, kept: Kept, view: View) -> tree.Query:
    name, falling = _sort_of(version.schema, view.sort)
    order = (tree.Ordered(value=tree.Name(name=name), descending=falling),) if name else ()
    return tree.Query(
        where=kept.condition,
        order_by=order,
        limit=PAGE,
        timezone=calls.timezone_of(version.schema),
    )


def _sort_of(schema: Schema, sort: str) -> tuple[str, bool]:
    """Return the field a view is sorted by, and whether it falls; nothing for none."""
    known = schema.get(sort.removeprefix("-"))
    return (known.name, sort.startswith("-")) if known and _sorts(known) else ("", False)


def _sorts(one: Field) -> bool:
    return one.type not in {*GEOGRAPHIC, FieldType.FILE, FieldType.JSON} and not one.is_multivalued


def _column(one: Field, view: View, version: VersionFile) -> Column:
    name, falling = _sort_of(version.schema, view.sort)
    is_number = cells.is_amount(one)
    sort = "none"
    # What counts is first looked at from its largest.
    wanted = f"-{one.name}" if is_number else one.name
    if name == one.name:
        sort = "descending" if falling else "ascending"
        wanted = one.name if falling else f"-{one.name}"
    return Column(
        field=one,
        label=one.label or one.name,
        unit=cells.unit(one),
        is_number=is_number,
        sort=sort if _sorts(one) else "",
        address=_address(replace(view, sort=wanted, cursor="", rank=0).pairs)
        if _sorts(one)
        else "",
    )


def _pinned(view: View) -> list[tuple[str, str]]:
    return [(VERSION, str(view.version))] if view.version is not None else []


def _cursor(view: View, pinned: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [("next", view.cursor)] if view.cursor else pinned


def _files(
    version: VersionFile, query: tree.Query, pinned: list[tuple[str, str]], kept: Kept
) -> list[Download]:
    asked = [*calls.parameters(query, with_page=False), *pinned]
    return downloads(version, asked, is_whole=kept.condition is None)


def _address(pairs: Sequence[tuple[str, str]]) -> str:
    return f"?{urlencode(pairs)}" if pairs else "?"
