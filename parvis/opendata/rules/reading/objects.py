"""JSON: a list of objects, one object per line, GeoJSON, or a document that holds one such list."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from parvis.opendata.rules.fields import FieldType
from parvis.opendata.rules.reading.encodings import detect_encoding
from parvis.opendata.rules.reading.limits import Limits, Options
from parvis.opendata.rules.reading.problems import Unreadable
from parvis.opendata.rules.reading.raw import RawColumn, RawTable, RawWriter, batched
from parvis.opendata.rules.reading.recognising import Kind

Record = dict[str, Any]
Source = Callable[[], Iterable[Record]]
About = dict[str, str]

_BLOCK = 1 << 20
_DEEPEST = 3
# The one list of a document is its table only if it is most of the document.
_MOST = 0.5
_FEATURES = re.compile(r'"features"\s*:\s*\[')
GEOMETRY = "geo_shape"


@dataclass(slots=True)
class _Seen:
    """What the cells under one key were."""

    texts: int = 0
    others: int = 0
    lists: int = 0
    shapes: int = 0

    def column(self, label: str) -> RawColumn:
        if self.shapes and not (self.texts or self.others or self.lists):
            return RawColumn(label=label, native=FieldType.GEO_SHAPE)
        many = self.lists > 0 and not (self.others or self.shapes)
        return RawColumn(label=label, quoted=self.texts > 0 or many, many=many)


@dataclass(slots=True)
class _Columns:
    """The keys of all objects, in the order they were met."""

    seen: dict[str, _Seen] = field(default_factory=dict)
    rows: int = 0

    def meet(self, record: Record) -> None:
        self.rows += 1
        for label, cell in record.items():
            one = self.seen.setdefault(label, _Seen())
            if cell is None:
                continue
            one.texts += isinstance(cell, str)
            one.lists += isinstance(cell, list)
            one.shapes += isinstance(cell, _Shape)
            one.others += not isinstance(cell, str | list | _Shape)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A geometry, as GeoJSON."""

    text: str


def read_objects(path: Path, folder: Path, *, kind: Kind, options: Options) -> RawTable:
    """Read JSON in any of its table-like forms; the first object is row 2, as under a header.
    In a document that holds several lists, `options.list_at` says which ("taux.indices").

    Objects within objects become columns ("acheteur.id"), lists of texts are kept as lists,
    anything deeper stays JSON.

    :raises Unreadable: `json_damaged`, `json_no_list`, `file_too_large`, `too_many_columns`
    """
    source, about = _source(path, kind, options.limits, options.list_at)
    limits, progress = options.limits, options.progress
    columns = _Columns()
    for record in _checked(source):
        columns.meet(record)
        if not columns.rows % 10_000:
            progress("reading", columns.rows, None)
    if len(columns.seen) > limits.columns:
        raise Unreadable("too_many_columns", limit=limits.columns)
    described = tuple(one.column(label) for label, one in columns.seen.items())
    raw = folder / "raw.parquet"
    with RawWriter(raw, [one.many for one in described]) as writer:
        for batch in batched(source()):
            numbers = range(writer.rows + 2, writer.rows + 2 + len(batch))
            cells = ([_cell(record.get(one.label), one) for record in batch] for one in described)
            writer.write(list(numbers), cells)
            progress("reading", writer.rows, columns.rows)
    return RawTable(path=raw, columns=described, rows=writer.rows, about=about)


def _checked(source: Source) -> Iterator[Record]:
    try:
        yield from source()
    except json.JSONDecodeError as error:
        raise Unreadable("json_damaged", at=error.lineno, why=error.msg) from error


def _source(path: Path, kind: Kind, limits: Limits, list_at: str) -> tuple[Source, About]:
    """Return a function that gives the records, as often as asked, and what form they have: its
    name, and which list of a document they are."""
    opened = functools.partial(path.open, encoding=detect_encoding(path).codec)
    if kind is Kind.LINES:
        return (lambda: map(_flat, _lines(opened()))), {"format": "jsonl"}
    with opened() as file:
        head = file.read(_BLOCK)
    if head.lstrip().startswith("["):
        return (lambda: map(_flat, _items(opened(), 1))), {"format": "json"}
    features = _FEATURES.search(head)
    if features and "FeatureCollection" in head[: features.start()] + head[-200:]:
        place = features.end()
        return (lambda: map(_feature, _items(opened(), place))), {"format": "geojson"}
    return _whole(opened, path, limits, list_at)


def _whole(
    opened: Callable[[], IO[str]], path: Path, limits: Limits, list_at: str
) -> tuple[Source, About]:
    if path.stat().st_size > limits.whole_bytes:
        raise Unreadable("file_too_large", megabytes=limits.whole_bytes // 1_000_000)
    try:
        with opened() as file:
            document = json.load(file)
    except json.JSONDecodeError as error:
        raise Unreadable("json_damaged", at=error.lineno, why=error.msg) from error
    if document.get("type") in {"FeatureCollection", "Feature"}:
        features = document.get("features") or [document]
        return (lambda: map(_feature, features)), {"format": "geojson"}
    found = dict(_lists("", document, _DEEPEST))
    at = list_at if found.get(list_at) else _the_table(found, document)
    if at is None:
        raise Unreadable("json_no_list", lists=", ".join(sorted(found)) or "-")
    return (lambda: map(_flat, found[at])), {"format": "json", "list": at}


def _the_table(found: dict[str, list[Record]], document: Record) -> str | None:
    """Return where the list of objects is that is nearly all of a document, None if there is
    none."""
    if len(found) != 1:
        return None
    ((at, records),) = found.items()
    return at if len(json.dumps(records)) > len(json.dumps(document)) * _MOST else None


def _lists(path: str, value: Any, depth: int) -> Iterator[tuple[str, list[Record]]]:
    """Find the lists of objects of a document."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        yield path, value
    elif isinstance(value, dict) and depth:
        for key, inner in value.items():
            yield from _lists(f"{path}.{key}".lstrip("."), inner, depth - 1)


def _lines(file: IO[str]) -> Iterator[Record]:
    with file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    record = json.loads(line)
                except json.JSONDecodeError as error:
                    raise Unreadable("json_damaged", at=number, why=error.msg) from error
                yield _object(record)


def _items(file: IO[str], start: int) -> Iterator[Record]:
    """Yield the objects of a JSON array that begins before `start`, holding one at a time."""
    decode = json.JSONDecoder().raw_decode
    with file:
        text = file.read(_BLOCK).lstrip("\ufeff")
        place = text.index("[") + 1 if start == 1 else start
        while True:
            text, place = _skipped(file, text, place)
            if text.startswith("]", place):
                return
            text, record, place = _decoded(decode, file, text, place)
            yield _object(record)


def _skipped(file: IO[str], text: str, place: int) -> tuple[str, int]:
    """Go past blanks and commas, reading on where the text ends."""
    while True:
        while place < len(text) and text[place] in " \t\r\n,":
            place += 1
        if place < len(text):
            return text, place
        more = file.read(_BLOCK)
        if not more:
            raise Unreadable("json_damaged", at=0, why="unexpected end")
        text, place = more, 0


def _decoded(
    decode: Callable[[str, int], tuple[Any, int]], file: IO[str], text: str, place: int
) -> tuple[str, Any, int]:
    while True:
        try:
            record, end = decode(text, place)
        except json.JSONDecodeError as error:
            more = file.read(_BLOCK)
            if not more:
                raise Unreadable("json_damaged", at=0, why=error.msg) from error
            text, place = text[place:] + more, 0
        else:
            return text, record, end


def _object(record: Any) -> Record:
    if isinstance(record, dict):
        return record
    raise Unreadable("json_no_list", lists="-")


def _feature(feature: Record) -> Record:
    geometry = feature.get("geometry")
    flat = _flat(feature.get("properties") or {})
    shape = _Shape(json.dumps(geometry)) if geometry else None
    return {GEOMETRY: shape, **{k: v for k, v in flat.items() if k != GEOMETRY}}


def _flat(record: Record) -> Record:
    """Return an object without objects within; a record of the old API is its `fields`."""
    record = _object(record)
    if {"datasetid", "recordid", "fields"} <= record.keys():
        record = record["fields"]
    flat: Record = {}
    _flatten("", record, _DEEPEST, flat)
    return flat


def _flatten(prefix: str, record: Record, depth: int, flat: Record) -> None:
    for key, value in record.items():
        label = f"{prefix}{key}"
        if not isinstance(value, dict):
            flat[label] = _listed(value)
        elif _is_geojson(value):
            geometry = value.get("geometry", value)
            flat[label] = _Shape(json.dumps(geometry)) if geometry else None
        elif value.keys() == {"lon", "lat"} or not depth:
            flat[label] = json.dumps(value, ensure_ascii=False)
        else:
            _flatten(f"{label}.", value, depth - 1, flat)


def _listed(value: Any) -> Any:
    """Return a list of texts as it is, any other list as JSON."""
    if isinstance(value, list) and not (value and all(isinstance(one, str) for one in value)):
        return json.dumps(value, ensure_ascii=False) if value else None
    return value


def _is_geojson(value: Record) -> bool:
    return value.get("type") == "Feature" or ("coordinates" in value and "type" in value)


def _cell(value: Any, column: RawColumn) -> Any:
    if value is None:
        return None
    if column.many:
        return value if isinstance(value, list) else [str(value)]
    if isinstance(value, _Shape):
        return value.text
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
