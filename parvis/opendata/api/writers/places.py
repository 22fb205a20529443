"""GPX and KML: the points of a dataset for a map, a phone, a walk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import shapely

from parvis.opendata.api.writers.export import Export, rows
from parvis.opendata.api.writers.objects import dumped, geometry_of, place_of

_GPX = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="Parvis" xmlns="http://www.topografix.com/GPX/1/1"'
    ' xmlns:ogr="http://osgeo.org/gdal">\n'
)
_KML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n'
)
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])
"""Control characters that XML 1.0 cannot say."""


def write_gpx(export: Export) -> Iterator[bytes]:
    """Yield a waypoint for each row that has a place; a shape is its representative point."""
    yield _GPX.encode()
    for row, geometry in _placed(export):
        point = geometry if geometry.geom_type == "Point" else geometry.representative_point()
        inside = _gpx_name(export, row) + _gpx_rest(export, row)
        yield f'<wpt lat="{point.y}" lon="{point.x}">{inside}</wpt>\n'.encode()
    yield b"</gpx>\n"


def write_kml(export: Export) -> Iterator[bytes]:
    """Yield a placemark for each row that has a place, with its fields as extended data."""
    yield f"{_KML}<name>{_text(export.title)}</name>\n".encode()
    for row, geometry in _placed(export):
        data = "".join(
            f"<Data name={quoteattr(head)}><value>{_text(_said(row[output.name]))}</value></Data>"
            for head, output in zip(export.heads, export.outputs, strict=True)
            if row[output.name] is not None
        )
        mark = f"<Placemark><ExtendedData>{data}</ExtendedData>{_kml(geometry)}</Placemark>\n"
        yield mark.encode()
    yield b"</Document></kml>\n"


def _placed(export: Export) -> Iterator[tuple[dict[str, Any], Any]]:
    place = place_of(export)
    if place is None:
        return
    with export.open() as batches:
        for batch in batches:
            for row in rows(export, batch):
                geometry = geometry_of(row[place.name])
                if geometry:
                    yield row, shapely.from_geojson(json.dumps(geometry))


def _gpx_name(export: Export, row: dict[str, Any]) -> str:
    name = row.get(export.options.name_field)
    return f"<name>{_text(_said(name))}</name>" if name is not None else ""


def _gpx_rest(export: Export, row: dict[str, Any]) -> str:
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
    return escape(text.translate(_FORBIDDEN))


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
