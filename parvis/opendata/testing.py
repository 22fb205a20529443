"""Ready-made datasets for tests, ours and our neighbours'."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from parvis.opendata.actions.publishing import publish
from parvis.opendata.models import Dataset
from parvis.opendata.queries import versions
from parvis.opendata.queries.engine.columns import arrow_schema
from parvis.opendata.queries.engine.shapes import VersionFile
from parvis.opendata.rules.fields import Field, FieldType, Schema

MONDAY = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
TUESDAY = dt.datetime(2026, 3, 3, 8, tzinfo=dt.UTC)
BUDGET = "budget-vote"
BUDGET_SCHEMA = Schema(
    (
        Field(name="cle", type=FieldType.TEXT, label="Clé", annotations={"id": ()}),
        Field(name="exercice", type=FieldType.INT, label="Exercice"),
        Field(name="sens", type=FieldType.TEXT, label="Sens", annotations={"facet": ()}),
        Field(name="libelle", type=FieldType.TEXT, label="Libellé"),
        Field(name="montant", type=FieldType.DOUBLE, label="Montant", annotations={"unit": ("€",)}),
    )
)
_COLUMNS = tuple(one.name for one in BUDGET_SCHEMA.fields)
BUDGET_ROWS: tuple[dict[str, Any], ...] = tuple(
    dict(zip(_COLUMNS, row, strict=True))
    for row in (
        ("a", 2024, "Recette", "Théâtres municipaux", 300.0),
        ("b", 2024, "Dépense", "Écoles élémentaires", 200.0),
        ("c", 2024, "Dépense", "Entretien des théâtres", 100.0),
        ("d", 2025, "Recette", "Droits de mutation", 500.0),
        ("e", 2025, "Dépense", "Plantation d'arbres", 450.0),
        ("f", 2025, "Dépense", None, None),
    )
)


def a_dataset(dataset_id: str = BUDGET, **changes: Any) -> Dataset:
    """Describe a dataset of which nothing is held yet."""
    described: dict[str, Any] = {
        "dataset_uid": f"da_{dataset_id[:30]}",
        "title": "Budget voté",
        "created_at": MONDAY,
        "modified_at": MONDAY,
    }
    return Dataset.objects.create(dataset_id=dataset_id, **{**described, **changes})


def a_table(rows: Sequence[Mapping[str, Any]], schema: Schema = BUDGET_SCHEMA) -> pa.Table:
    """Return rows as a table of the columns of a schema; what a row does not say is null."""
    wanted = arrow_schema(schema)
    full = [{name: _naive(row.get(name)) for name in wanted.names} for row in rows]
    return pa.Table.from_pylist(full, schema=wanted)


def _naive(value: Any) -> Any:
    """Return a moment in UTC as the files keep it: without a zone."""
    return (
        value.astimezone(dt.UTC).replace(tzinfo=None) if isinstance(value, dt.datetime) else value
    )


def a_version(
    rows: Sequence[Mapping[str, Any]] = BUDGET_ROWS,
    schema: Schema = BUDGET_SCHEMA,
    *,
    dataset_id: str = BUDGET,
    now: dt.datetime = MONDAY,
    **described: Any,
) -> VersionFile:
    """Publish rows as the current version of a dataset, described if it is not, and return it."""
    if not Dataset.objects.filter(dataset_id=dataset_id).exists():
        a_dataset(dataset_id, **described)
    publish(dataset_id=dataset_id, table=a_table(rows, schema), schema=schema, now=now)
    return versions.current(dataset_id)
