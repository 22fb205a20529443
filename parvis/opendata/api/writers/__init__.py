"""Writers of exported files, by the name of their format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from parvis.opendata.api.writers import columnar, delimited, objects, places, sheets
from parvis.opendata.api.writers.export import Export

__all__ = ["FORMATS", "Export", "Format"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: `stream` yields the file as it is found, `fill` writes it to the disk first."""

    media_type: str
    extension: str
    stream: Callable[[Export], Iterator[bytes]] | None = None
    fill: Callable[[Export, Path], None] | None = None
    needs_place: bool = False


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
        stream=objects.write_linked,
    ),
    "geojson": Format(
        media_type="application/geo+json; charset=utf-8",
        extension="geojson",
        stream=objects.write_features,
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
