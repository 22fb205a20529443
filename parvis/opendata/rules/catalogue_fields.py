"""The catalogue as a dataset of datasets: its fields, and the names one may call them by."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.odsql import tree

_TEXTS = (
    "license_url",
    "references",
    "timezone",
    "source_domain",
    "source_domain_title",
    "source_domain_address",
    "source_dataset",
    "shared_catalog",
    "oauth_scope",
    "parent_domain",
)
_LISTS = ("geographic_reference", "attributions", "metadata_languages")
_DCAT = (
    "created",
    "issued",
    "creator",
    "contributor",
    "contact_name",
    "contact_email",
    "accrualperiodicity",
    "spatial",
    "temporal",
    "granularity",
    "dataquality",
    "publisher_type",
    "conforms_to",
    "temporal_coverage_start",
    "temporal_coverage_end",
    "accessRights",
)
_ALIASES = {"datasetid": "dataset_id", "default.dataset_id": "dataset_id"}
_DEFAULT = "default."
_MANY: dict[str, tuple[str, ...]] = {"multivalued": (",",)}
_FACET: dict[str, tuple[str, ...]] = {"facet": ()}
_DISJUNCTIVE: dict[str, tuple[str, ...]] = {**_FACET, "disjunctive": ()}

N = TypeVar("N", bound=tree.Node)


def _text(name: str, annotations: dict[str, tuple[str, ...]] | None = None) -> Field:
    return Field(name=name, type=FieldType.TEXT, annotations=annotations or {})


SCHEMA = Schema(
    (
        _text("dataset_id"),
        _text("dataset_uid"),
        _text("title"),
        _text("description"),
        _text("features", _MANY | _DISJUNCTIVE),
        Field(name="modified", type=FieldType.DATETIME, annotations=_FACET),
        _text("publisher", _DISJUNCTIVE),
        _text("keyword", _MANY | _DISJUNCTIVE),
        _text("theme", _MANY | _DISJUNCTIVE),
        _text("license", _DISJUNCTIVE),
        _text("language", _FACET),
        _text("territory", _MANY | _FACET),
        Field(name="has_records", type=FieldType.BOOLEAN, annotations=_FACET),
        Field(name="data_visible", type=FieldType.BOOLEAN),
        Field(name="records_count", type=FieldType.INT),
        Field(name="data_processed", type=FieldType.DATETIME),
        Field(name="metadata_processed", type=FieldType.DATETIME),
        Field(name="federated", type=FieldType.BOOLEAN),
        *(_text(name) for name in _TEXTS),
        *(_text(name, _MANY) for name in _LISTS),
        *(_text(f"dcat.{name}") for name in _DCAT),
    )
)
"""Basic metadata by their bare names, those of the "dcat" template behind its name. `description`
is what a reader reads, without the tags."""
WHOLE = frozenset({"fields", "metas", "attachments"})
"""Parts of a dataset that one may select and not compare."""


def row(shown: dict[str, Any], words: str) -> dict[str, Any]:
    """Return a dataset, as the API shows it, as a row of the catalogue; `words` are its
    description's."""
    default = shown["metas"]["default"]
    dcat = shown["metas"].get("dcat") or {}
    known = {
        **default,
        **{f"dcat.{name}": value for name, value in dcat.items()},
        **{name: value for name, value in shown.items() if name not in WHOLE},
        "description": words or None,
    }
    return {one.name: _value(one, known.get(one.name)) for one in SCHEMA.fields}


def _value(field: Field, value: Any) -> Any:
    """Return a value as its column holds it; metadata are typed by people and may be anything."""
    if value is None or value in ("", []):
        return None
    if field.is_multivalued:
        return [str(one) for one in (value if isinstance(value, list) else [value])]
    if field.type is FieldType.TEXT:
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return value


def renamed(node: N) -> N:
    """Return a part of a query in which every field has the name it has in the catalogue:
    `default.title` and `title` are the same, so are `datasetid` and `dataset_id`."""
    changes: dict[str, Any] = {}
    for one in dataclasses.fields(node):
        value = getattr(node, one.name)
        if isinstance(value, tree.Node):
            changes[one.name] = renamed(value)
        elif one.name == "field" or (one.name == "name" and isinstance(node, tree.Name)):
            changes[one.name] = field_name(value)
        elif isinstance(value, tuple):
            names = one.name == "fields"
            changes[one.name] = tuple(
                renamed(part)
                if isinstance(part, tree.Node)
                else (field_name(part) if names else part)
                for part in value
            )
    return dataclasses.replace(node, **changes)


def query(asked: tree.Query) -> tree.Query:
    """Return a query in which every field has the name it has in the catalogue."""
    return dataclasses.replace(
        asked,
        select=tuple(_selected(one) for one in asked.select),
        where=renamed(asked.where) if asked.where else None,
        group_by=tuple(renamed(one) for one in asked.group_by),
        order_by=tuple(renamed(one) for one in asked.order_by),
    )


def _selected(item: tree.SelectItem) -> tree.SelectItem:
    """Return an item of the select clause that is still called what the caller called it."""
    found = renamed(item)
    if not isinstance(item, tree.Selected) or not isinstance(found, tree.Selected) or item.label:
        return found
    if isinstance(item.value, tree.Name) and found.value != item.value:
        return dataclasses.replace(found, label=item.value.name)
    return found


def field_name(name: str) -> str:
    """Return the name of a field in the catalogue."""
    return _ALIASES.get(name, name.removeprefix(_DEFAULT))
