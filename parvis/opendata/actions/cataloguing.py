"""The catalogue as a version: a file like those of datasets, made anew when a description changes.

Programs then ask for datasets in the language they ask for rows in, and the same engine answers.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files import File
from django.core.files.storage import default_storage

from parvis.opendata.queries import catalogue
from parvis.opendata.queries.engine import VersionFile, files, writing
from parvis.opendata.queries.engine.columns import arrow_schema
from parvis.opendata.rules.catalogue_fields import SCHEMA, row
from parvis.opendata.rules.descriptions import words_of
from parvis.opendata.rules.fields import FieldType

if TYPE_CHECKING:
    _Bytes = File[bytes]
else:  # Django's File takes no type where it runs.
    _Bytes = File
KEPT = dt.timedelta(hours=1)
"""How long an earlier state stays: somebody may be reading it."""
NAME = "_catalogue"
"""The folder of the catalogue's files: no dataset is called so."""
_FORMAT = 1
"""Changes when the same descriptions are to be written differently."""


def catalogue_version(*, now: dt.datetime) -> VersionFile:
    """Return the catalogue in its present state, in the order its datasets are shown in.

    Its file is written if nobody has yet; the same state always has the same name.
    """
    stamp = catalogue.stamp()
    name = files.parquet_name(NAME, f"{_FORMAT}-{stamp}")
    index = files.index_name(NAME, f"{_FORMAT}-{stamp}")
    if not (default_storage.exists(name) and default_storage.exists(index)):
        _write(name, index)
        _forget_older(now, kept=(name, index))
    return VersionFile(
        dataset_id=NAME,
        number=1,
        sha256=stamp,
        file=name,
        index=index,
        schema=SCHEMA,
        rows=_rows(name),
        file_size=default_storage.size(name),
        published_at=dt.datetime.fromtimestamp(0, dt.UTC),
    )


class _Whole(_Bytes):
    """A finished file: a storage on the same disk renames it, and nobody sees half of it."""

    def temporary_file_path(self) -> str:
        """Return where it lies; Django's storages ask under this name."""
        return str(self.name)


def _write(name: str, index: str) -> None:
    rows = [row(one.to_json(), words_of(one.description)) for one in catalogue.entries()]
    with files.workshop() as folder:
        written = writing.write(_table(rows), SCHEMA, keys=["dataset_id"], order=(), folder=folder)
        # The index first: who finds the rows finds it too.
        for path, target in ((written.index_file, index), (written.rows_file, name)):
            if path is not None and not default_storage.exists(target):
                with path.open("rb") as content:
                    default_storage.save(target, _Whole(content, name=str(path)))


def _forget_older(now: dt.datetime, *, kept: tuple[str, str]) -> None:
    for one in files.stored_files(NAME):
        if one not in kept and default_storage.get_modified_time(one) < now - KEPT:
            default_storage.delete(one)


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    columns = {}
    for one in SCHEMA.fields:
        cells = [known[one.name] for known in rows]
        if one.type is FieldType.DATETIME:
            cells = [_moment(cell) for cell in cells]
        columns[one.name] = cells
    return pa.table(columns, schema=arrow_schema(SCHEMA))


def _moment(text: str | None) -> dt.datetime | None:
    """Return a moment in UTC, None for what is none."""
    try:
        read = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return read.astimezone(dt.UTC).replace(tzinfo=None) if read.tzinfo else read


@lru_cache(maxsize=8)
def _rows(name: str) -> int:
    return int(pq.read_metadata(files.local_path(name)).num_rows)
