"""Shapefile, zipped: one for each kind of geometry that the rows have, and the names of its columns
in full beside it, since the format has room for ten letters of them.

Source: ESRI Shapefile Technical Description (1998); texts take 254 bytes at most, a file 2 GB.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapefile
import shapely
from pyproj import CRS

from parvis.opendata.api.writers.export import Export
from parvis.opendata.api.writers.located import Row, located, place_of
from parvis.opendata.api.writers.sheets import text_of
from parvis.opendata.rules.fields import FieldType
from parvis.opendata.rules.odsql.errors import QueryError
from parvis.opendata.rules.odsql.outputs import Form, Output

MAX_BYTES = 2**31 - 1
_MAX_TEXT, _MAX_NAME = 254, 10
_DIGITS, _WIDTH, _DECIMALS = 18, 24, 15
_KINDS = {
    "Point": "points",
    "MultiPoint": "multipoints",
    "LineString": "lines",
    "MultiLineString": "lines",
    "Polygon": "polygons",
    "MultiPolygon": "polygons",
}
_WRITTEN = {FieldType.INT: "N", FieldType.DOUBLE: "F", FieldType.BOOLEAN: "L", FieldType.DATE: "D"}
_SIZES = {
    "C": (_MAX_TEXT, 0),
    "N": (_DIGITS, 0),
    "F": (_WIDTH, _DECIMALS),
    "L": (1, 0),
    "D": (8, 0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column of the table: its value by the name of an output, under a name of ten letters."""

    output: Output
    name: str
    head: str
    kind: str

    def value(self, export: Export, row: Row) -> Any:
        """Return what pyshp writes for the value of a row."""
        found = row.get(self.output.name)
        if found is None:
            return "" if self.kind == "C" else None
        return _VALUES[self.kind](export, self.output, found)


@dataclass(slots=True)
class _Files:
    """The files of an export in a folder, opened as the geometries need them: those of the first
    kind take the rows without a place too."""

    folder: Path
    columns: list[_Column]
    opened: dict[str, shapefile.Writer] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    def of(self, kind: str) -> shapefile.Writer:
        """Return the files of a kind of geometry; of none, those that were opened first."""
        if kind and "" in self.opened:
            self.opened[kind] = self.opened.pop("")
        if self.opened and not kind:
            return next(iter(self.opened.values()))
        if kind not in self.opened:
            self.opened[kind] = self._open(len(self.opened))
        return self.opened[kind]

    def _open(self, rank: int) -> shapefile.Writer:
        files = shapefile.Writer(self.folder / f"part{rank}")
        self.stack.enter_context(files)
        for one in self.columns:
            size, decimals = _SIZES[one.kind]
            files.field(one.name, one.kind, size, decimals)
        return files


def write(export: Export, path: Path) -> None:
    """Write the archive.

    :raises QueryError: if the rows do not fit in a shapefile
    """
    columns = _columns(export)
    files = _Files(path.parent, columns)
    width = 1 + sum(_SIZES[one.kind][0] for one in columns)
    with files.stack:
        for row, geometry in located(export, epsg=export.options.epsg):
            # Before anything is written: a table and its shapes are closed with as many lines.
            values = [one.value(export, row) for one in columns]
            drawn = _drawn(geometry)
            part = files.of("" if drawn is None else _KINDS[drawn.geom_type])
            if drawn is None:
                part.null()
            else:
                part.shape(json.loads(shapely.to_geojson(drawn)))
            part.record(*values)
            if max(part.recNum * width, part.shp.tell()) > MAX_BYTES:
                raise _too_large()
        if not files.opened:
            files.of("")
    _pack(export, path, files)


def _drawn(geometry: Any) -> Any:
    """Return a geometry as a shapefile can hold it: of a collection, the parts that have most
    dimensions; nothing for an empty one."""
    if geometry is None or geometry.is_empty:
        return None
    if geometry.geom_type != "GeometryCollection":
        return geometry
    parts = [part for one in shapely.get_parts(geometry) if (part := _drawn(one)) is not None]
    if not parts:
        return None
    most = max(shapely.get_dimensions(part) for part in parts)
    kept = [part for part in parts if shapely.get_dimensions(part) == most]
    makers = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    return makers[most]([single for part in kept for single in shapely.get_parts(part)])


def _too_large() -> QueryError:
    return QueryError(
        "A shapefile holds at most 2 GB: select fewer fields, set a limit, or export another"
        " format.",
        error_code="InvalidRESTParameterError",
    )


# --- columns --------------------------------------------------------------------------------------


def _columns(export: Export) -> list[_Column]:
    place = place_of(export)
    taken: set[str] = set()
    columns = []
    for output, head in zip(export.outputs, export.heads, strict=True):
        if output is place:
            continue
        name = _short(head, taken)
        taken.add(name.upper())
        columns.append(_Column(output=output, name=name, head=head, kind=_kind(export, output)))
    if columns:
        return columns
    # A table has at least one column.
    rank = Output(name="", type=FieldType.INT, columns=())
    return [_Column(output=rank, name="id", head="id", kind="N")]


def _kind(export: Export, output: Output) -> str:
    is_plain = output.form is Form.PLAIN and not output.is_list
    if not is_plain or output.name in export.date_lengths:
        return "C"
    return _WRITTEN.get(output.type, "C")


def _short(head: str, taken: set[str]) -> str:
    """Return a name of ten bytes that no other column has, in any case."""
    plain = "".join(sign if sign.isalnum() else "_" for sign in head) or "_"
    name, rank = _cut(plain, _MAX_NAME), 1
    while name.upper() in taken:
        rank += 1
        name = f"{_cut(plain, _MAX_NAME - len(str(rank)) - 1)}_{rank}"
    return name


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def _whole(_export: Export, output: Output, value: Any) -> int:
    if len(str(value)) > _DIGITS:
        raise _no_room(output)
    return int(value)


def _decimal(_export: Export, output: Output, value: Any) -> float:
    if abs(value) >= 10 ** (_WIDTH - 2):
        raise _no_room(output)
    return float(value)


def _no_room(output: Output) -> QueryError:
    return QueryError(
        f"A number of {output.name} has more digits than a shapefile holds: select other fields, or"
        " export another format.",
        error_code="InvalidRESTParameterError",
    )


def _text(export: Export, output: Output, value: Any) -> str:
    del output
    return _cut(text_of(export, value).replace("\x00", " "), _MAX_TEXT).rstrip()


_VALUES: dict[str, Callable[[Export, Output, Any], Any]] = {
    "C": _text,
    "N": _whole,
    "F": _decimal,
    "L": lambda _export, _output, value: bool(value),
    "D": lambda _export, _output, value: dt.date.fromisoformat(value),
}


# --- the archive ----------------------------------------------------------------------------------


def _pack(export: Export, path: Path, files: _Files) -> None:
    wkt = CRS.from_epsg(export.options.epsg).to_wkt("WKT1_ESRI")
    parts = list(files.opened)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for rank, kind in enumerate(parts):
            name = export.dataset_id if len(parts) == 1 else f"{export.dataset_id}-{kind}"
            for ending in ("shp", "shx", "dbf"):
                archive.write(files.folder / f"part{rank}.{ending}", f"{name}.{ending}")
            archive.writestr(f"{name}.prj", wkt)
            archive.writestr(f"{name}.cpg", "UTF-8")
        archive.writestr("columns.csv", f"\ufeff{_list_columns(files.columns)}")


def _list_columns(columns: list[_Column]) -> str:
    """Return a table that says which field each column is."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("column", "field", "label"))
    table.writerows((one.name, one.output.name, one.head) for one in columns)
    return text.getvalue()
