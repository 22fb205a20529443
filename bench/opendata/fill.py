"""Publishes the first names ten times over in a running city, with other years:
`python -m bench.opendata.fill FILE`."""

from __future__ import annotations

import importlib
import os
import sys

import django
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.opendata.questions import NAMES, TIMES_TEN, YEARS


def _shifted(table: pa.Table, times: int) -> pa.Table:
    years = pc.add(table.column("annee"), pa.scalar(YEARS * times, pa.int64()))
    return table.set_column(table.schema.get_field_index("annee"), "annee", years)


def main() -> None:
    """Describe the dataset, sorted and named as the first one is, and publish its rows."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.demo"
    django.setup()
    publishing = importlib.import_module("parvis.opendata.actions.publishing")
    versions = importlib.import_module("parvis.opendata.queries.versions")
    testing = importlib.import_module("parvis.opendata.testing")
    clock = importlib.import_module("parvis.kernel.clock")
    known = versions.current(NAMES)
    with pq.ParquetFile(sys.argv[1]) as file:
        table = file.read(columns=[name for one in known.schema.fields for name in one.columns])
    reader = pa.RecordBatchReader.from_batches(
        table.schema,
        (batch for times in range(10) for batch in _shifted(table, times).to_batches(50_000)),
    )
    key = ["annee", "sexe", "prenom"]
    testing.a_dataset(TIMES_TEN, title="Ten times the names", key_fields=key, sort_fields=key)
    publishing.publish(dataset_id=TIMES_TEN, table=reader, schema=known.schema, now=clock.now())


if __name__ == "__main__":
    main()
