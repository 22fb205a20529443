"""A version is published whole, once, and never changes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.storage import InMemoryStorage, default_storage
from django.db import DatabaseError, transaction

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.kernel.facts import facts_about
from parvis.opendata.actions.publishing import publish, sweep
from parvis.opendata.events import DatasetPublished
from parvis.opendata.models import Dataset, DatasetVersion
from parvis.opendata.queries import versions
from parvis.opendata.queries.engine import engine, files
from parvis.opendata.rules.fields import Field, FieldType, Schema
from parvis.opendata.rules.odsql.parsing import parse_where
from parvis.opendata.rules.odsql.tree import Query
from parvis.opendata.testing import (
    BUDGET,
    BUDGET_ROWS,
    BUDGET_SCHEMA,
    MONDAY,
    TUESDAY,
    a_dataset,
    a_table,
    a_version,
)

pytestmark = pytest.mark.django_db


class Elsewhere(InMemoryStorage):
    """A storage that is no folder of this machine."""

    def path(self, name):
        raise NotImplementedError

    def _relative_path(self, name):
        return str(name).removeprefix(str(self.base_location))


def rows_of(version):
    return pq.read_table(files.local_path(version.file)).to_pylist()


def stored():
    return files.stored_files(BUDGET)


def sha1(*values):
    """Name a row as an outsider would."""
    listed = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return digest(listed)


def digest(text):
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def test_a_version_is_a_file_named_after_its_content():
    version = a_version(key_fields=["cle"], sort_fields=["exercice", "montant"])
    content = files.local_path(version.file).read_bytes()
    assert version.sha256 == hashlib.sha256(content).hexdigest()
    assert version.file == f"opendata/{BUDGET}/{version.sha256}.parquet"
    assert version.index == f"opendata/{BUDGET}/{version.sha256}.fts.sqlite"
    assert stored() == sorted([version.file, version.index])
    assert (version.number, version.rows, version.file_size) == (1, 6, len(content))
    assert version.schema == BUDGET_SCHEMA


def test_rows_are_sorted_numbered_and_named():
    rows = rows_of(a_version(key_fields=["cle"], sort_fields=["exercice", "montant"]))
    assert [(row["_id"], row["cle"]) for row in rows] == [
        (0, "c"), (1, "b"), (2, "a"), (3, "e"), (4, "d"), (5, "f"),
    ]  # fmt: skip
    assert [row["_record_id"] for row in rows] == [sha1(row["cle"]) for row in rows]


def test_without_a_key_a_row_is_named_after_all_it_holds_and_its_place_among_equals():
    schema = Schema((Field(name="mot", type=FieldType.TEXT),))
    rows = rows_of(a_version([{"mot": "é"}, {"mot": None}, {"mot": "é"}], schema))
    once = sha1("é")
    twice = digest(f"{once}/2")
    assert [row["_record_id"] for row in rows] == [once, sha1(None), twice]


def test_every_type_comes_back_as_it_went_in():
    schema = Schema(
        (
            Field(name="liste", type=FieldType.TEXT, annotations={"multivalued": (",",)}),
            Field(name="jour", type=FieldType.DATE),
            Field(name="instant", type=FieldType.DATETIME),
            Field(name="lieu", type=FieldType.GEO_POINT),
            Field(name="contour", type=FieldType.GEO_SHAPE),
            Field(name="nombre", type=FieldType.DOUBLE),
        )
    )
    line = '{"type":"LineString","coordinates":[[2.3,48.8],[2.4,48.9]]}'
    table = pa.table(
        {
            "nombre": [float("nan"), 1.5],
            "contour": [line, None],
            "liste": pa.array([["a", "b"], None], pa.list_(pa.string())),
            "jour": [dt.date(2024, 2, 29), None],
            "instant": pa.array([MONDAY, None], pa.timestamp("us", "Europe/Paris")),
            "lieu.lon": [2.35, None],
            "lieu.lat": [48.85, None],
        }
    )
    a_dataset()
    publish(dataset_id=BUDGET, table=table, schema=schema, now=MONDAY)
    first, second = rows_of(versions.current(BUDGET))
    assert first["liste"] == ["a", "b"]
    assert first["jour"] == dt.date(2024, 2, 29)
    assert first["instant"] == MONDAY.replace(tzinfo=None)
    assert (first["lieu.lon"], first["lieu.lat"]) == (2.35, 48.85)
    assert [first[f"contour.{side}"] for side in ("west", "south", "east", "north")] == [
        2.3, 48.8, 2.4, 48.9,
    ]  # fmt: skip
    # What JSON cannot say is null.
    assert first["nombre"] is None
    assert second["contour.west"] is None


def test_many_rows_stand_in_groups_of_fifty_thousand_whatever_pieces_they_came_in():
    schema = Schema((Field(name="n", type=FieldType.INT),))
    numbers = pa.table({"n": list(range(120_000, 0, -1))})
    a_dataset(sort_fields=["n"])
    publish(dataset_id=BUDGET, table=numbers, schema=schema, now=MONDAY)
    version = versions.current(BUDGET)
    with pq.ParquetFile(files.local_path(version.file)) as file:
        sizes = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"
        assert file.read().column("n").to_pylist() == list(range(1, 120_001))
    assert sizes == [50_000, 50_000, 20_000]
    assert version.index == ""
    pieces = pa.RecordBatchReader.from_batches(numbers.schema, numbers.to_batches(777))
    assert publish(dataset_id=BUDGET, table=pieces, schema=schema, now=TUESDAY) == 1


def test_publishing_tells_the_register_and_the_neighbours():
    a_dataset()
    table = a_table(BUDGET_ROWS)
    publish(
        dataset_id=BUDGET,
        table=table,
        schema=BUDGET_SCHEMA,
        origin="budget.csv",
        note="Vote de mars",
        by=None,
        now=MONDAY,
    )
    (fact,) = facts_about(f"opendata.dataset:{BUDGET}")
    assert fact.fact == DatasetPublished(dataset_id=BUDGET, version=1, rows=6)
    (line,) = register.about(f"opendata.dataset:{BUDGET}")
    assert (line.action, line.details["version"], line.details["origin"]) == (
        "opendata.version_published", 1, "budget.csv",
    )  # fmt: skip
    (edition,) = versions.editions(BUDGET)
    assert (edition.note, edition.origin, edition.published_at) == (
        "Vote de mars", "budget.csv", MONDAY,
    )  # fmt: skip


def test_the_same_rows_in_another_order_change_nothing():
    first = a_version(key_fields=["cle"])
    again = a_version(tuple(reversed(BUDGET_ROWS)), now=TUESDAY)
    assert again == first
    assert DatasetVersion.objects.count() == 1
    assert len(facts_about(f"opendata.dataset:{BUDGET}")) == 1
    assert stored() == sorted([first.file, first.index])
    assert Dataset.objects.get().modified_at == MONDAY


def test_one_other_value_is_another_version_and_the_old_one_stays():
    first = a_version(key_fields=["cle"])
    other = [{**row, "montant": 301.0} if row["cle"] == "a" else row for row in BUDGET_ROWS]
    second = a_version(other, now=TUESDAY)
    assert second.number == 2
    assert versions.numbered(BUDGET, 1) == first
    assert versions.as_of(BUDGET, TUESDAY - dt.timedelta(seconds=1)) == first
    assert versions.as_of(BUDGET, TUESDAY) == second
    assert rows_of(first)[0]["montant"] == 300.0
    # Back to the first rows: a third version, in the file of the first.
    third = a_version(BUDGET_ROWS, now=TUESDAY)
    assert (third.number, third.file) == (3, first.file)
    assert len(stored()) == 4


def test_what_is_not_there_is_said():
    with pytest.raises(NotFound, match="rien") as refusal:
        versions.current("rien")
    assert refusal.value.code == "no_dataset"
    a_dataset()
    for ask in (
        lambda: versions.current(BUDGET),
        lambda: versions.numbered(BUDGET, 1),
        lambda: versions.as_of(BUDGET, MONDAY),
    ):
        with pytest.raises(NotFound) as refusal:
            ask()
        assert refusal.value.code == "no_version"


def test_rows_that_do_not_fit_change_nothing():
    a_dataset(key_fields=["cle"])
    schema = Schema((Field(name="exercice", type=FieldType.INT),))
    with pytest.raises(Refused) as refusal:
        publish(dataset_id=BUDGET, table=pa.table({"exercice": [1]}), schema=schema, now=MONDAY)
    assert refusal.value.code == "key_field_missing"
    for table in (
        pa.table({"cle": ["a"]}),
        a_table(BUDGET_ROWS).set_column(1, "exercice", [["x"] * 6]),
    ):
        with pytest.raises(ValueError, match="exercice"):
            publish(dataset_id=BUDGET, table=table, schema=BUDGET_SCHEMA, now=MONDAY)
    assert Dataset.objects.get().current is None
    assert stored() == []
    assert not any(Path(default_storage.path("opendata-work")).iterdir())


def test_a_version_cannot_be_changed_even_by_the_database():
    a_version()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        DatasetVersion.objects.update(rows=7)
    assert DatasetVersion.objects.get().rows == 6


def test_the_sweep_takes_what_no_version_names_and_nothing_else():
    version = a_version()
    (files.local_path(version.file).parent / f"{'0' * 64}.parquet").write_bytes(b"half")
    left = files.Workshop()
    left.close()
    left.path.mkdir()
    living = files.Workshop()
    assert sweep() == 2
    assert stored() == sorted([version.file, version.index])
    assert living.path.exists()
    assert not left.path.exists()
    living.close()
    assert sweep() == 0


def test_of_a_storage_that_is_no_folder_a_whole_copy_is_read(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": f"{__name__}.Elsewhere"},
    }
    version = a_version()
    assert stored() == sorted([version.file, version.index])
    copies = Path(settings.MEDIA_ROOT) / "opendata-cache"
    assert not copies.exists()
    # Words no other test asks for: what was found once is not looked for again.
    found = engine().rows(version, Query(where=parse_where('"droits mutation"'), limit=9)).rows
    assert [row["cle"] for row in found] == ["d"]
    names = sorted(one.name for one in copies.rglob("*") if one.is_file())
    assert names == [f"{version.sha256}.fts.sqlite", f"{version.sha256}.parquet"]
    # What nobody has read for a week is deleted, and read again when it is asked for.
    old = files.local_path(version.file)
    os.utime(old, (0, 0))
    assert sweep() == 1
    assert not old.exists()
    assert len(engine().rows(version, Query(limit=9)).rows) == 6
    assert old.exists()
