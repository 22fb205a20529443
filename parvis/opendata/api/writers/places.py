"""GPX, KML and OV2: the places of a dataset for a map, a phone, a walk, a car."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely

from parvis.opendata.api.writers.export import Export, gathered
from parvis.opendata.api.writers.located import Row, located
from parvis.opendata.api.writers.objects import dumped
from parvis.opendata.rules.fields import FieldType

_GPX = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="Parvis" xmlns="http://www.topografix.com/GPX/1/1"'
    ' xmlns:ogr="http://osgeo.org/gdal">\n'
)
_KML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'
)
FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
"""Characters that XML 1.0 cannot say."""


@gathered
def write_gpx(export: Export) -> Iterator[bytes]:
    """Yield a waypoint for each row that has a place; a shape is its representative point."""
    yield _GPX.encode()
    for row, geometry in _placed(export):
        lon, lat = (np.format_float_positional(one, trim="-") for one in _point(geometry))
        inside = _gpx_name(export, row) + _gpx_rest(export, row)
        yield f'<wpt lat="{lat}" lon="{lon}">{inside}</wpt>\n'.encode()
    yield b"</gpx>\n"


@gathered
def write_kml(export: Export) -> Iterator[bytes]:
    """Yield a placemark for each row that has a place, with its fields as extended data."""
    yield f"{_KML}<name>{_text(export.title)}</name>\n".encode()
    for row, geometry in _placed(export):
        data = "".join(
            f"<Data name={quoteattr(head)}><value>{_text(_said(row[output.name]))}</value></Data>"
            for head, output in zip(export.heads, export.outputs, strict=True)
            if row.get(output.name) is not None
        )
        mark = f"<Placemark><ExtendedData>{data}</ExtendedData>{_kml(geometry)}</Placemark>\n"
        yield mark.encode()
    yield b"</Document></kml>\n"


@gathered
def write_ov2(export: Export) -> Iterator[bytes]:
    """Yield a point of interest of a car's navigator for each row that has a place: hundred
    thousandths of a degree, and a name in Latin-1.

    Source: TomTom, OV2 file format, record type 2.
    """
    texts = (one.name for one in export.outputs if one.type is FieldType.TEXT)
    wanted = export.options.name_field or next(texts, "")
    for row, geometry in _placed(export):
        said = row.get(wanted)
        name = (
            ("" if said is None else _said(said)).replace("\x00", " ").encode("latin-1", "replace")
        )
        lon, lat = (round(one * 100_000) for one in _point(geometry))
        head = struct.pack("<BIii", _POI, _POI_HEAD + len(name) + 1, lon, lat)
        yield head + name + b"\x00"


_POI, _POI_HEAD = 2, 13
"""The number of a simple point of interest, and the bytes before its name."""


def _placed(export: Export) -> Iterator[tuple[Row, Any]]:
    found = located(export)
    return ((row, one) for row, one in found if one is not None and not one.is_empty)


def _point(geometry: Any) -> tuple[float, float]:
    """Return the longitude and latitude of a point, or of a point in a shape."""
    point = geometry if geometry.geom_type == "Point" else geometry.representative_point()
    return point.x, point.y


def _gpx_name(export: Export, row: Row) -> str:
    name = row.get(export.options.name_field)
    return f"<name>{_text(_said(name))}</name>" if name is not None else ""


def _gpx_rest(export: Export, row: Row) -> str:
    wanted = export.options.description_fields or tuple(row)
    said = {name: _said(row[name]) for name in wanted if row.get(name) is not None}
    if not export.options.use_extension:
        return f"<desc>{_text(', '.join(f'{key}: {value}' for key, value in said.items()))}</desc>"
    inside = "".join(
        f"<ogr:{key}>{_text(value)}</ogr:{key}>"
        for key, value in said.items()
        if key.isidentifier()
    )
    return f"<extensions>{inside}</extensions>"


def _said(value: Any) -> str:
    return value if isinstance(value, str) else dumped(value)


def _text(text: str) -> str:
    return escape(text.translate(FORBIDDEN))


def _kml(geometry: Any) -> str:
    """Return a geometry as KML writes it."""
    kind = geometry.geom_type
    if kind == "Point":
        return f"<Point><coordinates>{geometry.x},{geometry.y}</coordinates></Point>"
    if kind == "LineString":
        return f"<LineString><coordinates>{_kml_points(geometry)}</coordinates></LineString>"
    if kind == "Polygon":
        holes = "".join(
            f"<innerBoundaryIs>{_kml_ring(ring)}</innerBoundaryIs>" for ring in geometry.interiors
        )
        outside = f"<outerBoundaryIs>{_kml_ring(geometry.exterior)}</outerBoundaryIs>"
        return f"<Polygon>{outside}{holes}</Polygon>"
    parts = "".join(_kml(part) for part in shapely.get_parts(geometry))
    return f"<MultiGeometry>{parts}</MultiGeometry>"


def _kml_ring(ring: Any) -> str:
    return f"<LinearRing><coordinates>{_kml_points(ring)}</coordinates></LinearRing>"


def _kml_points(line: Any) -> str:
    return " ".join(f"{x},{y}" for x, y in shapely.get_coordinates(line))
