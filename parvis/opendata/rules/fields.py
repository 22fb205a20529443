"""Fields of a dataset as the Explore API v2.1 describes them, and the columns that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

ROW_ID = "_id"
"""Rank of a row in its version, from 0: every order ends with it, so that no two rows tie."""
RECORD_ID = "_record_id"
"""Name of a row that stays the same from one version to the next, 40 hexadecimal digits."""


class FieldType(StrEnum):
    """The types of the Explore API v2.1."""

    TEXT = "text"
    INT = "int"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    GEO_POINT = "geo_point_2d"
    GEO_SHAPE = "geo_shape"
    FILE = "file"
    JSON = "json_blob"


NUMERIC = frozenset({FieldType.INT, FieldType.DOUBLE})
TEMPORAL = frozenset({FieldType.DATE, FieldType.DATETIME})
GEOGRAPHIC = frozenset({FieldType.GEO_POINT, FieldType.GEO_SHAPE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: `name` is `[A-Za-z0-9_]+`; annotations are lists, empty where they take no
    argument ("facet", "multivalued": (",",), "unit": ("€",))."""

    name: str
    type: FieldType
    label: str = ""
    description: str = ""
    annotations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_multivalued(self) -> bool:
        """Tell whether a cell holds a list of texts."""
        return self.type is FieldType.TEXT and "multivalued" in self.annotations

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the Parquet file that hold this field.

        A point is two columns of degrees (WGS 84), a shape its GeoJSON geometry and its box: no
        engine needs a geographic type to read the file.
        """
        if self.type is FieldType.GEO_POINT:
            return (f"{self.name}.lon", f"{self.name}.lat")
        if self.type is FieldType.GEO_SHAPE:
            box = tuple(f"{self.name}.{side}" for side in ("west", "south", "east", "north"))
            return (self.name, *box)
        return (self.name,)

    def to_json(self) -> dict[str, Any]:
        """Return the field as the API shows it and as a version keeps it."""
        return {
            "name": self.name,
            "label": self.label or self.name,
            "type": self.type.value,
            "description": self.description or None,
            "annotations": {name: list(values) for name, values in self.annotations.items()},
        }

    @classmethod
    def from_json(cls, known: Mapping[str, Any]) -> Self:
        """Return the field that `to_json` described."""
        return cls(
            name=known["name"],
            type=FieldType(known["type"]),
            label=known.get("label") or "",
            description=known.get("description") or "",
            annotations={
                name: tuple(str(value) for value in values or ())
                for name, values in (known.get("annotations") or {}).items()
            },
        )


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of a version, in the order they are shown."""

    fields: tuple[Field, ...]

    def get(self, name: str) -> Field | None:
        """Return a field by its name, or None."""
        return next((one for one in self.fields if one.name == name), None)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return every column of the Parquet file, the two technical ones first."""
        return (ROW_ID, RECORD_ID, *(column for one in self.fields for column in one.columns))

    def to_json(self) -> list[dict[str, Any]]:
        """Return the fields as a version keeps them."""
        return [one.to_json() for one in self.fields]

    @classmethod
    def from_json(cls, known: list[dict[str, Any]]) -> Self:
        """Return the schema that `to_json` described."""
        return cls(tuple(Field.from_json(one) for one in known))
