"""Turns what the City and others publish into the files that the demonstration's catalogue loads.

    python cities/paris/opendata/convert.py /folder/of/data

The folder holds `opendata/`, `geo/` and `participation/`; what is read there, and under which
licence, stands in `datasets.toml` and in `../SOURCES.md`. The same input gives the same bytes:

* `catalogue.json.gz`: the 501 datasets as opendata.paris.fr described them on 3 October 2023.
* `<dataset>.parquet`: the rows of each entry of `datasets.toml`, typed by the fields of the entry
  or, where the City describes the same dataset, by the City's fields. Nothing is corrected; a cell
  that is empty or says "NA" is null.
"""

from __future__ import annotations

import argparse
import ast
import csv
import datetime as dt
import gzip
import io
import json
import math
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from readers import READERS

from parvis.opendata.rules.fields import Field, FieldType

HERE = Path(__file__).resolve().parent
CATALOGUE = "opendata/paris/catalogue_opendata_paris_2023-10-03_explore_v2.1_export.json.gz"
NOT_AVAILABLE = "NA"
"""How R writes an empty cell of a CSV file."""
TRUE = frozenset({"true", "oui", "1"})
Row = dict[str, Any]

TYPES = {
    FieldType.TEXT: pa.string(),
    FieldType.INT: pa.int64(),
    FieldType.DOUBLE: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.date32(),
    FieldType.DATETIME: pa.timestamp("us"),
}


# --- reading --------------------------------------------------------------------------------------


def read_rows(path: Path, encoding: str = "utf-8-sig") -> Iterable[Row]:
    """Return the rows of a CSV, GeoJSON, JSON or Parquet file, each a dictionary."""
    if path.suffix == ".parquet":
        return list(pq.read_table(path).to_pylist())
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if path.name.endswith(".csv"):
        text = data.decode(encoding)
        delimiter = ";" if text.partition("\n")[0].count(";") else ","
        rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
        return [{k: None if v == NOT_AVAILABLE else v for k, v in row.items()} for row in rows]
    found = json.loads(data)
    if isinstance(found, dict):
        features = found.get("features", [found])
        return [{**one["properties"], "geometry": one["geometry"]} for one in features]
    return [one.get("fields", one) for one in found]


def rows_of(entry: Row, data: Path, part: Row | None = None) -> Iterable[Row]:
    """Return the rows of an entry, or of the earlier copy that `part` describes."""
    source = part or entry
    if "reader" in entry:
        return READERS[entry["reader"]](entry, data, read_rows)
    paths = [source["read"], *source.get("also", ())]
    rows = [
        row for path in paths for row in read_rows(data / path, entry.get("encoding", "utf-8-sig"))
    ]
    only, nothing = entry.get("only", {}), entry.get("nothing", ())
    return [
        {name: None if value in nothing else value for name, value in row.items()}
        if nothing
        else row
        for row in rows
        if all(row[name] == value for name, value in only.items())
    ]


# --- cells ----------------------------------------------------------------------------------------


def is_nothing(value: Any) -> bool:
    """Tell whether a cell holds nothing."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and not value.strip())


def text(value: Any) -> str:
    """Return a value as text; a whole number that was read as a float has no decimals."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value)


def number(value: Any) -> float:
    """Return a number, written with a point."""
    return float(value)


def date(value: Any) -> dt.date:
    """Return the first day of what is written: a year, a month or a day."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    year, month, day = (*text(value).partition(".")[0][:10].split("-"), "1", "1")[:3]
    return dt.date(int(year), int(month), int(day))


def moment(value: Any) -> dt.datetime:
    """Return a moment in UTC, without a zone."""
    read = dt.datetime.fromisoformat(text(value))
    return read.astimezone(dt.UTC).replace(tzinfo=None) if read.tzinfo else read


def literal(value: Any) -> Any:
    """Return what a JSON or Python literal says, other values as they are."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return ast.literal_eval(value)


def point(value: Any) -> tuple[float, float]:
    """Return the longitude and the latitude of a point, written latitude first where unnamed."""
    read = literal(value)
    if isinstance(read, dict):
        return float(read["lon"]), float(read["lat"])
    latitude, longitude = read
    return float(longitude), float(latitude)


def shape(value: Any) -> tuple[str, float, float, float, float]:
    """Return a geometry as GeoJSON text, and its box."""
    read = literal(value)
    geometry = read["geometry"] if read.get("type") == "Feature" else read
    kept = {key: geometry[key] for key in ("type", "coordinates", "geometries") if key in geometry}
    written = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return (written, *shapely.geometry.shape(geometry).bounds)


CELLS: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.TEXT: text,
    FieldType.INT: lambda value: int(float(value)),
    FieldType.DOUBLE: number,
    FieldType.BOOLEAN: lambda value: text(value).lower() in TRUE,
    FieldType.DATE: date,
    FieldType.DATETIME: moment,
}


# --- tables ---------------------------------------------------------------------------------------


def fields_of(entry: Row, described: dict[str, Row]) -> list[tuple[Field, str]]:
    """Return the fields of an entry and the column each is read from.

    What the entry does not describe, the City's catalogue does.
    """
    if "fields" in entry:
        return [(own_field(one), one.get("from", one["name"])) for one in entry["fields"]]
    columns = entry.get("columns", {})
    fields = [Field.from_json(one) for one in described[entry["id"]]["fields"]]
    return [(field, columns.get(field.name, field.name)) for field in fields]


def own_field(given: Row) -> Field:
    """Return a field that `datasets.toml` describes."""
    annotations = dict(one.partition("=")[::2] for one in given.get("annotations", ()))
    known = {name: (value,) if value else () for name, value in annotations.items()}
    return Field(name=given["name"], type=FieldType(given["type"]), annotations=known)


def cell(row: Row, source: str) -> Any:
    """Return what a row holds under a column, or under two that make a point."""
    if "," not in source or source in row:
        return row.get(source)
    parts = [row.get(name) for name in source.split(",")]
    return None if any(is_nothing(part) for part in parts) else [float(part) for part in parts]


def columns_of(field: Field, cells: list[Any]) -> list[pa.Array]:
    """Return the columns that hold a field, as `Field.columns` names them."""
    if field.type is FieldType.GEO_POINT:
        points = [(None, None) if is_nothing(one) else point(one) for one in cells]
        return [pa.array([one[axis] for one in points], pa.float64()) for axis in (0, 1)]
    if field.type is FieldType.GEO_SHAPE:
        shapes = [(None,) * 5 if is_nothing(one) else shape(one) for one in cells]
        kinds = [pa.string(), *[pa.float64()] * 4]
        return [pa.array([one[i] for one in shapes], kind) for i, kind in enumerate(kinds)]
    if field.is_multivalued:
        return [pa.array([several(field, one) for one in cells], pa.list_(pa.string()))]
    read = CELLS[field.type]
    values = [None if is_nothing(one) else read(one) for one in cells]
    return [pa.array(values, TYPES[field.type])]


def several(field: Field, value: Any) -> list[str] | None:
    """Return the values of a cell that holds several, written one after the other or as a list."""
    if is_nothing(value) or value == []:
        return None
    written = value if isinstance(value, list) else value.split(field.annotations["multivalued"][0])
    return [text(one).strip() for one in written]


def table_of(entry: Row, rows: list[Row], fields: list[tuple[Field, str]], given: Row) -> pa.Table:
    """Return the rows of an entry as a table, without the City's fields that our copy lacks."""
    constants = {one["name"]: one["const"] for one in given.get("fields", ()) if "const" in one}
    held = {name for row in rows[:1] for name in row}.union(*(row.keys() for row in rows))
    names, arrays = [], []
    for field, source in fields:
        absent = source not in held and not set(source.split(",")) <= held
        if absent and field.name not in constants:
            if "fields" in entry:
                sys.exit(f"{entry['id']}: no column {source}")
            continue
        cells = [constants.get(field.name, cell(row, source)) for row in rows]
        names.extend(field.columns)
        arrays.extend(columns_of(field, cells))
    return pa.table(arrays, names)


def write(path: Path, table: pa.Table) -> int:
    """Write one table; return its size in bytes."""
    pq.write_table(table, path, compression="zstd", compression_level=19, store_schema=False)
    size = path.stat().st_size
    sys.stdout.write(f"{path.name}: {table.num_rows:,} rows, {size:,} bytes\n")
    return size


def convert(entry: Row, data: Path, described: dict[str, Row], into: Path) -> int:
    """Write the rows of one entry, and of its earlier copy if it has one; return their size."""
    fields, rows = fields_of(entry, described), list(rows_of(entry, data))
    size = write(into / f"{entry['id']}.parquet", table_of(entry, rows, fields, entry))
    if "before" in entry:
        before = {**entry, **entry["before"]}
        rows = list(rows_of(entry, data, before))
        table = table_of(before, rows, fields_of(before, described), entry)
        size += write(into / f"{entry['id']}.before.parquet", table)
    return size


def read_catalogue(data: Path, into: Path) -> dict[str, Row]:
    """Write the catalogue, sorted by the datasets' ids; return its datasets by their ids."""
    catalogue = json.loads(gzip.decompress((data / CATALOGUE).read_bytes()))
    catalogue.sort(key=lambda one: one["dataset_id"])
    content = json.dumps(catalogue, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    packed = gzip.compress(content.encode(), compresslevel=9, mtime=0)
    (into / "catalogue.json.gz").write_bytes(packed)
    return {one["dataset_id"]: one for one in catalogue}


def main() -> None:
    """Convert the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder described on top of this file")
    parser.add_argument("only", nargs="*", help="ids of the datasets to convert, by default all")
    parser.add_argument("--into", type=Path, default=HERE, help="where to write")
    asked = parser.parse_args()
    entries = tomllib.loads((HERE / "datasets.toml").read_text("utf-8"))["dataset"]
    # What arrives live has its own converter, in `live/`.
    entries = [one for one in entries if "live" not in one]
    wanted = [one for one in entries if not asked.only or one["id"] in asked.only]
    described = read_catalogue(asked.data, asked.into)
    total = sum(convert(entry, asked.data, described, asked.into) for entry in wanted)
    sys.stdout.write(f"{len(wanted)} datasets, {total:,} bytes\n")


if __name__ == "__main__":
    main()
