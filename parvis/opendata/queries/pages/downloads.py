"""The files a view can be taken home as, with what each is good for and what it weighs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _, gettext_lazy, ngettext
from sqlglot import exp

from parvis.kernel.typography import NO_BREAK
from parvis.opendata.queries.engine import VersionFile, duck, sources
from parvis.opendata.queries.engine.remembering import Remembered
from parvis.opendata.queries.pages import calls, sizes
from parvis.opendata.rules.fields import GEOGRAPHIC, Field, FieldType
from parvis.ui.wording import number

_THOUSAND = 1000
_TENTHS_BELOW = 10
_TEXTS = frozenset({FieldType.TEXT, FieldType.FILE, FieldType.JSON, FieldType.GEO_SHAPE})
_WIDTHS = {FieldType.DATE: 10, FieldType.DATETIME: 25, FieldType.BOOLEAN: 5}
_HEAD = 3
FORMATS = {
    "csv": gettext_lazy("for any spreadsheet, separated by semicolons"),
    "xlsx": gettext_lazy("for Excel and LibreOffice, up to 1,048,575 rows"),
    "parquet": gettext_lazy("for analysis, typed and compressed"),
    "json": gettext_lazy("for programs, one list"),
    "jsonl": gettext_lazy("for programs, one row a line"),
    "geojson": gettext_lazy("for maps and QGIS"),
    "fgb": gettext_lazy("for maps, fast even where there are millions of shapes"),
    "shp": gettext_lazy("for the map programs of before, several files in one ZIP"),
    "kml": gettext_lazy("for Google Earth"),
    "gpx": gettext_lazy("for the devices of walkers"),
    "ov2": gettext_lazy("for the navigation devices of TomTom"),
    "jsonld": gettext_lazy("for linked data"),
    "turtle": gettext_lazy("for linked data, easy to read"),
    "rdfxml": gettext_lazy("for linked data, as XML"),
    "n3": gettext_lazy("for linked data and rules"),
}
"""The formats of the API in the order people ask for them."""
_PLACED = frozenset({"geojson", "fgb", "shp", "kml", "gpx", "ov2"})
_NAMES = {
    "fgb": "FlatGeobuf",
    "shp": "Shapefile",
    "jsonld": "JSON-LD",
    "turtle": "Turtle",
    "rdfxml": "RDF/XML",
}
"""What a format is called where that is not its name in capitals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file: its name, what it is good for, where it is, and its size where it is known."""

    name: str
    use: str
    url: str
    size: str = ""


_sizes: Remembered[int] = Remembered(room=5_000, weight=lambda _size: 1)


def downloads(
    version: VersionFile, asked: Sequence[tuple[str, str]] = (), *, is_whole: bool = True
) -> list[Download]:
    """Return the files of a view; `asked` are the parameters of the API that say which rows."""
    has_place = any(one.type in GEOGRAPHIC for one in version.schema.fields)
    told = weights(version) if is_whole else {}
    return [
        Download(
            name=_NAMES.get(name, name.upper()),
            use=str(use),
            url=calls.export(version, name, asked),
            size=said_size(told[name]) if name in told else "",
        )
        for name, use in FORMATS.items()
        if has_place or name not in _PLACED
    ]


def csv_size(version: VersionFile) -> int:
    """Return about how many bytes the whole dataset has as CSV: what its texts and numbers take,
    counted once per version."""
    return _sizes.get(version.content, lambda: _counted(version))


def weights(version: VersionFile) -> dict[str, int]:
    """Return the size of each file where it can be told without writing it."""
    csv = csv_size(version)
    cells = csv - _heads(version.schema.fields) - version.rows * len(version.schema.fields)
    as_json = sizes.json_size(version, cells=cells)
    found = {"csv": csv, "json": as_json, "jsonl": as_json}
    parquet = sizes.parquet_size(version)
    return found if parquet is None else {**found, "parquet": parquet}


def said_size(size: int) -> str:
    """Write a size as people say it, in decimal units: « 1,1 Mo »."""
    for rank, unit in ((3, _("GB")), (2, _("MB")), (1, _("kB"))):
        amount = size / _THOUSAND**rank
        if amount >= 1:
            said = round(amount, 1) if amount < _TENTHS_BELOW and rank > 1 else round(amount)
            return f"{number(int(said) if float(said).is_integer() else said)}{NO_BREAK}{unit}"
    return ngettext("%(count)s byte", "%(count)s bytes", size) % {"count": size}


def _counted(version: VersionFile) -> int:
    fields = version.schema.fields
    heads = _heads(fields)
    widths = [_width(one) for one in fields]
    if not widths or not version.rows:
        return heads
    row = exp.func("sum", _added(widths))
    query = exp.select(exp.cast(row, "BIGINT")).from_(sources.rows_of(version, duck.source))
    ((found,),) = duck.fetch(query.sql("duckdb"), [])
    return int(found or 0) + version.rows * len(fields) + heads


def _heads(fields: Sequence[Field]) -> int:
    """Return the bytes of the first line: the names, what parts them, the mark of UTF-8."""
    return sum(len(one.name.encode()) for one in fields) + len(fields) + _HEAD


def _added(widths: Sequence[exp.Expression]) -> exp.Expression:
    total = widths[0]
    for one in widths[1:]:
        total = exp.Add(this=total, expression=one)
    return total


def _width(one: Field) -> exp.Expression:
    """Return the bytes of a cell: 0 where it is empty."""
    names = one.columns if one.type is FieldType.GEO_POINT else one.columns[:1]
    columns = [exp.column(exp.to_identifier(name, quoted=True)) for name in names]
    if one.type in _WIDTHS:
        present = exp.Is(this=columns[0], expression=exp.Null())
        return exp.If(
            this=present, true=exp.Literal.number(0), false=exp.Literal.number(_WIDTHS[one.type])
        )
    return _added([_bytes(one, column) for column in columns])


def _bytes(one: Field, column: exp.Column) -> exp.Expression:
    text = column if one.type in _TEXTS and not one.is_multivalued else exp.cast(column, "VARCHAR")
    return exp.Coalesce(this=exp.func("strlen", text), expressions=[exp.Literal.number(0)])
