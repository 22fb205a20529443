"""A schema to check a file against, whichever of the two kinds it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

from parvis.opendata.rules import jsonschemas, tableschema
from parvis.opendata.rules.jsonschemas import JsonSchema
from parvis.opendata.rules.reading import Limits, Problem, Problems, Reading, Unreadable
from parvis.opendata.rules.reading.encodings import detect_encoding
from parvis.opendata.rules.tableschema import BadSchema, TableSchema

__all__ = ["BadSchema", "FileSchema", "JsonSchema", "TableSchema", "check", "load", "parse"]

FileSchema: TypeAlias = TableSchema | JsonSchema


def load(path: Path) -> FileSchema:
    """Return the schema a file holds.

    :raises BadSchema: if it holds none
    """
    try:
        return parse(json.loads(path.read_text("utf-8-sig")))
    except (ValueError, OSError, RecursionError) as error:
        raise BadSchema(str(error)) from error


def parse(descriptor: Any) -> FileSchema:
    """Return the schema of a descriptor: a JSON Schema if it says so, else a Table Schema.

    :raises BadSchema: if it is neither
    """
    if isinstance(descriptor, dict) and "fields" not in descriptor and "properties" in descriptor:
        return jsonschemas.parse(descriptor)
    return tableschema.parse(descriptor)


def check(schema: FileSchema, read: Reading, limits: Limits) -> Problems:
    """Return everything in a file that its schema does not allow.

    :raises Unreadable: `file_too_large`, for a document that cannot be held whole
    """
    if isinstance(schema, TableSchema):
        return tableschema.check(schema, read.raw, read.bench)
    unfit = _unfit(schema, read)
    if unfit is not None:
        problems = Problems()
        problems.add(unfit)
        return problems
    if read.source.stat().st_size > limits.whole_bytes:
        raise Unreadable("file_too_large", megabytes=limits.whole_bytes // 1_000_000)
    with read.source.open(encoding=detect_encoding(read.source).codec) as file:
        document = json.load(file)
    return jsonschemas.check(schema, document, str(read.about.get("list", "")))


def _unfit(schema: JsonSchema, read: Reading) -> Problem | None:
    """Say what makes a file no document of the schema at all."""
    if read.about["format"] != "json":
        details = {"format": str(read.about["format"]).upper()}
        return Problem(code="document_not_json", details=details)
    lists = jsonschemas.lists(schema)
    if lists and not read.about.get("list"):
        return Problem(code="document_bare_list", details={"expected": ", ".join(lists)})
    return None
