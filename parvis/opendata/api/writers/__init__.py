"""Writers of exported files, by the name of their format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from parvis.opendata.api.writers import (
    columnar,
    delimited,
    flatgeobuf,
    linked,
    objects,
    places,
    shapefiles,
    sheets,
)
from parvis.opendata.api.writers.export import Export

__all__ = ["FORMATS", "Export", "Format"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: `stream` yields the file as it is found, `fill` writes it to the disk first; where
    it `names_rows`, the rows have an output `linked.NAME`."""

    media_type: str
    extension: str
    stream: Callable[[Export], Iterator[bytes]] | None = None
    fill: Callable[[Export, Path], None] | None = None
    needs_place: bool = False
    names_rows: bool = False


FORMATS: dict[str, Format] = {
    "csv": Format(media_type="text/csv; charset=utf-8", extension="csv", stream=delimited.write),
    "json": Format(
        media_type="application/json; charset=utf-8", extension="json", stream=objects.write_json
    ),
    "jsonl": Format(
        media_type="application/x-ndjson; charset=utf-8",
        extension="jsonl",
        stream=objects.write_lines,
    ),
    "jsonld": Format(
        media_type="application/ld+json; charset=utf-8",
        extension="jsonld",
        stream=linked.write_jsonld,
        names_rows=True,
    ),
    "rdfxml": Format(
        media_type="application/rdf+xml; charset=utf-8",
        extension="rdf",
        stream=linked.write_rdfxml,
        names_rows=True,
    ),
    "turtle": Format(
        media_type="text/turtle; charset=utf-8",
        extension="ttl",
        stream=linked.write_turtle,
        names_rows=True,
    ),
    "n3": Format(
        media_type="text/n3; charset=utf-8",
        extension="n3",
        stream=linked.write_turtle,
        names_rows=True,
    ),
    "geojson": Format(
        media_type="application/geo+json; charset=utf-8",
        extension="geojson",
        stream=objects.write_features,
        needs_place=True,
    ),
    "fgb": Format(
        media_type="application/flatgeobuf",
        extension="fgb",
        stream=flatgeobuf.write,
        needs_place=True,
    ),
    "shp": Format(
        media_type="application/zip",
        extension="shp.zip",
        fill=shapefiles.write,
        needs_place=True,
    ),
    "gpx": Format(
        media_type="application/gpx+xml; charset=utf-8",
        extension="gpx",
        stream=places.write_gpx,
        needs_place=True,
    ),
    "kml": Format(
        media_type="application/vnd.google-earth.kml+xml; charset=utf-8",
        extension="kml",
        stream=places.write_kml,
        needs_place=True,
    ),
    "ov2": Format(
        media_type="application/octet-stream",
        extension="ov2",
        stream=places.write_ov2,
        needs_place=True,
    ),
    "parquet": Format(
        media_type="application/vnd.apache.parquet", extension="parquet", fill=columnar.write
    ),
    "xlsx": Format(
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        extension="xlsx",
        fill=sheets.write,
    ),
}
"""Every format of a dataset's export. A dataset without a place has no format that needs one."""
