"""JSON Schema (and so the essential data of public contracts, DECP): a document, checked record by
record, each fault told as one of a cell.

The records are the list that is published; the first is row 2, as under a header. What stands
inside a list of a record belongs to the column of that list, and `place` says where in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jsonschema
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from referencing import Registry

from parvis.opendata.rules.reading.problems import Problem, Problems
from parvis.opendata.rules.tableschema import BadSchema

# Objects within objects become columns so far down; what lies deeper stays in its cell.
_DEEPEST = 4
_FIRST_ROW = 2
_KNOWN = frozenset(
    {
        "additionalProperties",
        "enum",
        "maxItems",
        "maxLength",
        "maximum",
        "minItems",
        "minLength",
        "minimum",
        "pattern",
        "required",
        "type",
        "uniqueItems",
    }
)
_TYPES = frozenset({"array", "boolean", "integer", "number", "object", "string"})
# What is written where these patterns stand: an example says more to people than a pattern.
_EXAMPLES = {
    r"\d{4}-\d{2}-\d{2}": "2024-01-31",
    r"^\d{4}-\d{2}-\d{2}$": "2024-01-31",
    r"^[0-9]{14}$": "21750001600019",
    r"^\d{14}$": "21750001600019",
    r"^[0-9]{8}(-[0-9])?$": "45112500",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSchema:
    """A JSON Schema, without anything fetched from elsewhere."""

    name: str
    version: str
    descriptor: Mapping[str, Any] = field(repr=False)
    validator: Validator = field(repr=False, compare=False)


def parse(descriptor: Any) -> JsonSchema:
    """Return the JSON Schema of a descriptor.

    :raises BadSchema: if it is none, or refers to what is not in it
    """
    if not isinstance(descriptor, dict) or not {"$schema", "properties"} & descriptor.keys():
        raise BadSchema("no properties: this is no JSON Schema")
    kind = validator_for(descriptor, default=jsonschema.Draft7Validator)
    try:
        kind.check_schema(descriptor)
    except SchemaError as error:
        raise BadSchema(error.message) from error
    for node in _nodes(descriptor):
        reference = node.get("$ref")
        if isinstance(reference, str) and not _is_within(descriptor, reference):
            message = f"{reference}: not in this schema"
            raise BadSchema(message)
    # An empty registry knows no other document and asks nobody for one.
    whole = {"type": "object", **descriptor} if "properties" in descriptor else descriptor
    return JsonSchema(
        name=str(descriptor.get("title") or ""),
        version=str(descriptor.get("version") or ""),
        descriptor=descriptor,
        validator=kind(whole, registry=Registry()),
    )


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _is_within(descriptor: Mapping[str, Any], reference: str) -> bool:
    if not reference.startswith("#"):
        return False
    found: Any = descriptor
    for part in reference.removeprefix("#").removeprefix("/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if not key:
            continue
        if not isinstance(found, dict) or key not in found:
            return False
        found = found[key]
    return True


def lists(schema: JsonSchema) -> tuple[str, ...]:
    """Return where in a document the schema puts lists of records, as "marches.marche"."""
    return tuple(_lists("", schema.descriptor, _DEEPEST))


def _lists(at: str, node: Mapping[str, Any], depth: int) -> Iterator[str]:
    if at and node.get("type") == "array":
        yield at
    elif depth:
        for name, inner in (node.get("properties") or {}).items():
            yield from _lists(f"{at}.{name}".removeprefix("."), inner, depth - 1)


def check(schema: JsonSchema, document: Any, list_at: str) -> Problems:
    """Return everything in a document that the schema does not allow; `list_at` is where the list
    of its records is ("marches.marche"), empty if the document is that list."""
    problems = Problems()
    seen: set[tuple[Any, ...]] = set()
    for error in schema.validator.iter_errors(document):
        for leaf in _leaves(error):
            # One that is missing is told once for each that is missing.
            key = (*leaf.absolute_path, "/", *leaf.absolute_schema_path)
            if key not in seen:
                seen.add(key)
                for problem in _problems(leaf, list_at.split(".") if list_at else []):
                    problems.add(problem)
    return problems


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """Yield what is wrong in the alternative that somebody most likely meant."""
    if not error.context:
        yield error
        return
    branches: dict[Any, list[ValidationError]] = {}
    for one in error.context:
        branches.setdefault(one.schema_path[0], []).append(one)
    meant = max(branches.values(), key=lambda some: (_depth(some), -len(some)))
    for one in meant:
        yield from _leaves(one)


def _depth(errors: Sequence[ValidationError]) -> int:
    return max(len(one.path) for one in errors)


def _problems(error: ValidationError, list_at: Sequence[str]) -> Iterator[Problem]:
    path = tuple(error.absolute_path)
    keyword = str(error.validator)
    if keyword == "required":
        wanted = [one for one in error.validator_value if one not in error.instance]
        for name in wanted:
            yield _problem("document_required", (*path, name), list_at, None)
    elif keyword == "additionalProperties":
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        for name in [one for one in error.instance if one not in known]:
            yield _problem("document_extra", (*path, name), list_at, error.instance[name])
    else:
        code, expected = _code(error, keyword)
        yield _problem(code, path, list_at, error.instance, expected=expected, keyword=keyword)


def _code(error: ValidationError, keyword: str) -> tuple[str, str]:
    """Return the code of a fault, and what the schema expects, for people."""
    value = error.validator_value
    if keyword == "type" and value in _TYPES:
        return f"document_type_{value}", ""
    if keyword == "pattern":
        example = _EXAMPLES.get(value, "")
        return ("document_example", example) if example else ("document_pattern", str(value))
    if keyword not in _KNOWN or keyword == "type":
        return "document_other", ""
    expected = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"document_{keyword}", expected


def _problem(
    code: str,
    path: Sequence[str | int],
    list_at: Sequence[str],
    value: Any,
    **details: str,
) -> Problem:
    row, inner = _row(path, list_at)
    return Problem(
        code=code,
        row=row,
        column=_column(inner),
        value=_text(value),
        details={"place": _place(inner), **details},
    )


def _row(
    path: Sequence[str | int], list_at: Sequence[str]
) -> tuple[int | None, Sequence[str | int]]:
    """Return the row a path leads to, and the path within it; outside the records the whole path
    and no row."""
    rank = len(list_at)
    if list(path[:rank]) == list(list_at) and len(path) > rank:
        number = path[rank]
        if isinstance(number, int):
            return number + _FIRST_ROW, path[rank + 1 :]
    return None, path


def _column(path: Sequence[str | int]) -> str:
    keys: list[str] = []
    for part in path[:_DEEPEST]:
        if isinstance(part, int):
            break
        keys.append(part)
    return ".".join(keys)


def _place(path: Sequence[str | int]) -> str:
    """Write a path as people count: "titulaires[1].titulaire.id" is the first one's."""
    said = ""
    for part in path:
        said += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return said.removeprefix(".")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
