"""Publishing a version: files first, under names made of their content, then one transaction.

Whoever is killed at any instant leaves the old version served, and at most files that no version
names: `sweep` deletes those.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypedDict, Unpack

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from parvis.kernel import clock, facts, register
from parvis.kernel.errors import Refused
from parvis.opendata.events import DatasetPublished
from parvis.opendata.models import Dataset, DatasetVersion, LiveSeries
from parvis.opendata.queries import diffs, versions
from parvis.opendata.queries.engine import files, profiling, writing
from parvis.opendata.queries.engine.scratch import scratch
from parvis.opendata.queries.engine.writing import Rows, Written
from parvis.opendata.rules.fields import Schema
from parvis.opendata.rules.profile import Profile


class Said(TypedDict, total=False):
    """What is noted beside a version: where it comes from, what changed, who published it."""

    origin: str
    note: str
    by: uuid.UUID | None
    live_revision: int | None


def publish(
    *, dataset_id: str, table: Rows, schema: Schema, now: dt.datetime, **said: Unpack[Said]
) -> int:
    """Publish these rows as the current version of a dataset; return the version's number.

    The same rows and fields as the current version's, in whatever order they come, change nothing:
    its number is returned.

    :raises NotFound: `no_dataset`
    :raises Refused: `key_field_missing`, if the dataset's key is not among the fields; `is_live`,
        if its rows arrive one by one
    :raises ValueError: if the columns do not hold what the schema says
    """
    dataset = _dataset(dataset_id)
    if "live_revision" not in said and LiveSeries.objects.filter(dataset=dataset).exists():
        sentence = _("The rows of this dataset arrive one by one: no file can replace them.")
        raise Refused("is_live", sentence)
    _check_keys(dataset, schema)
    with files.workshop() as folder, scratch(folder):
        written = writing.write(
            table, schema, keys=dataset.key_fields, order=dataset.sort_fields, folder=folder
        )
        profile = profiling.profile(
            written.rows_file,
            schema,
            named=f"{dataset.dataset_id} {dataset.title}",
            rows=written.rows,
            repeated=written.repeated,
            today=clock.city_day(now),
        )
        edition = Edition(schema=schema, written=written, profile=profile, said=said)
        return make_current(dataset_id, edition, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file of a version in the storage, as `DatasetVersion.parts` keeps it."""

    file: str
    index: str
    sha256: str
    size: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is about to become a version: the rows of `before`, if any, and those written now.

    With `follows`, it becomes one only if the current version still is the one of that number.
    """

    schema: Schema
    written: Written
    profile: Profile
    said: Said
    before: tuple[Stored, ...] = ()
    follows: int | None = None


def _dataset(dataset_id: str) -> Dataset:
    dataset = Dataset.objects.filter(dataset_id=dataset_id).first()
    if dataset is None:
        raise versions.no_dataset(dataset_id)
    return dataset


def _check_keys(dataset: Dataset, schema: Schema) -> None:
    missing = [name for name in dataset.key_fields if schema.get(name) is None]
    if missing:
        raise Refused(
            "key_field_missing",
            _("The key of this dataset is missing: %(fields)s.") % {"fields": ", ".join(missing)},
        )


@transaction.atomic
def make_current(dataset_id: str, edition: Edition, *, now: dt.datetime) -> int:
    """Make what was written the version that is served; return the number of the one that is."""
    # Two who publish one dataset wait here for each other; readers never do.
    dataset = Dataset.objects.select_for_update().get(dataset_id=dataset_id)
    if dataset.current is not None and _is_needless(dataset.current, edition):
        return dataset.current.number
    first, *parts = (*edition.before, _store(dataset, edition.written))
    version = DatasetVersion.objects.create(
        dataset=dataset,
        number=DatasetVersion.objects.filter(dataset=dataset).count() + 1,
        fields=edition.schema.to_json(),
        rows=sum(one.rows for one in (first, *parts)),
        file=first.file,
        index=first.index,
        file_size=sum(one.size for one in (first, *parts)),
        sha256=first.sha256,
        parts=[asdict(one) for one in parts],
        live_revision=edition.said.get("live_revision"),
        profile=edition.profile.to_json(),
        origin=edition.said.get("origin", "")[:500],
        note=edition.said.get("note", ""),
        published_by=edition.said.get("by"),
        published_at=now,
    )
    dataset.current = version
    dataset.modified_at = now
    dataset.save(update_fields=["current", "modified_at"])
    _tell(version, now=now)
    return version.number


def _tell(version: DatasetVersion, *, now: dt.datetime) -> None:
    by = version.published_by
    register.record(
        register.Entry(
            action="opendata.version_published",
            object_ref=f"opendata.dataset:{version.dataset.dataset_id}",
            actor_ref=f"person:{by}" if by else "",
            recorded_at=now,
            details={
                "version": version.number,
                "sha256": version.sha256,
                "rows": version.rows,
                "origin": version.origin,
            },
            channel="web" if by else "program",
        )
    )
    fact = DatasetPublished(
        dataset_id=version.dataset.dataset_id, version=version.number, rows=version.rows
    )
    facts.announce(fact, now=now)


def _is_needless(current: DatasetVersion, edition: Edition) -> bool:
    """Tell whether the current version says the same, or is another than was to be gone on from."""
    if edition.follows is not None and current.number != edition.follows:
        return True
    return not (edition.before or current.parts) and _says_the_same(current, edition)


def _says_the_same(current: DatasetVersion, edition: Edition) -> bool:
    if current.fields != edition.schema.to_json() or current.rows != edition.written.rows:
        return False
    return current.sha256 == edition.written.sha256 or diffs.hold_the_same(
        files.local_path(current.file), edition.written.rows_file, edition.schema
    )


def _store(dataset: Dataset, written: Written) -> Stored:
    """Put the files into the storage, and return their names as a version keeps them."""
    file, index = files.parquet_name(dataset.dataset_id, written.sha256), ""
    _put(dataset, written.rows_file, file)
    if written.index_file is not None:
        index = files.index_name(dataset.dataset_id, written.sha256)
        _put(dataset, written.index_file, index)
    return Stored(
        file=file, index=index, sha256=written.sha256, size=written.size, rows=written.rows
    )


def _put(dataset: Dataset, path: Path, name: str) -> None:
    if name in _named(dataset.dataset_id):
        return
    # What lies here and no version names, somebody who was killed has left, perhaps half written.
    default_storage.delete(name)
    files.store(path, name)


def sweep() -> int:
    """Delete the files that no version names, and unfinished work of processes that are gone;
    return how many files and folders that were."""
    swept = files.clear_abandoned() + files.clear_unused_copies()
    return swept + sum(_sweep(dataset_id) for dataset_id in files.stored_datasets())


def _named(dataset_id: str) -> set[str]:
    """Return the names of the files of all versions of a dataset."""
    kept = DatasetVersion.objects.filter(dataset__dataset_id=dataset_id)
    names = set()
    for file, index, parts in kept.values_list("file", "index", "parts"):
        names |= {file, index, *(one[kind] for one in parts for kind in ("file", "index"))}
    return names


@transaction.atomic
def _sweep(dataset_id: str) -> int:
    # Who publishes holds this lock from the first file to the commit: what no version names under
    # it, none will. A folder of no dataset is somebody else's.
    if Dataset.objects.select_for_update().filter(dataset_id=dataset_id).first() is None:
        return 0
    named = _named(dataset_id)
    orphans = [name for name in files.stored_files(dataset_id) if name not in named]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)
