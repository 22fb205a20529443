"""What a module publishes as open data, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetField:
    """A field of a published dataset.

    `type` is one of the Explore API v2.1: text, int, double, boolean, date, datetime, geo_point_2d,
    geo_shape, json_blob. `label` and `description` are lazily translated; annotations are those of
    the API ("facet", "unit": ("€",)…).
    """

    name: str
    type: str
    label: Any
    description: Any
    annotations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDataset:
    """A dataset of what a module knows, live: its key is its id in the catalogue.

    `rows(names)` returns the rows of these names as they are now, every row for None: values by
    field, in the JSON shapes of the API. `named_by` is the field that names a row. `changed_by`
    tells which rows a fact may have changed; a name without a row any more is gone from the
    dataset. `removed` says what of the persons is left out or blurred, `refresh` how fresh it is;
    title, description, `theme`, `removed` and `refresh` are lazily translated sentences.
    """

    key: str
    title: Any
    description: Any
    theme: Any
    fields: tuple[DatasetField, ...]
    named_by: str
    removed: Any
    refresh: Any
    rows: Callable[[Sequence[str] | None], Iterable[Mapping[str, Any]]]
    changed_by: Mapping[type[Fact], Callable[[Any], Iterable[str]]]
    sorted_by: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    license: str = "Licence Ouverte v2.0 (Etalab)"
    license_url: str = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
