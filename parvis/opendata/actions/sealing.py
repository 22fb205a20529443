"""Sealing: what arrived row by row becomes a version, in files that never change again.

A state is written whole. A history goes on in further files, of which small ones are joined: a row
is written again some few times, however long the history grows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from sqlglot import exp

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.opendata.actions import publishing
from parvis.opendata.actions.publishing import Edition, Stored
from parvis.opendata.models import Dataset, DatasetVersion, LiveRow, LiveSeries
from parvis.opendata.models.live import SeriesKind
from parvis.opendata.queries import tails, versions
from parvis.opendata.queries.engine import duck, files, profiling, sources, writing
from parvis.opendata.queries.engine.columns import arrow_schema
from parvis.opendata.queries.engine.shapes import Part, VersionFile
from parvis.opendata.rules.fields import ROW_ID, Schema

# Who walks through the pages of an earlier version still finds what came after it.
_KEPT = dt.timedelta(hours=2)
_BATCH = 10_000
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('opendata.seal'), hashtext(%s))"


def wait_for_others(dataset_id: str) -> None:
    """Wait until nobody else seals a dataset; nobody does until the transaction ends.

    Whoever also locks the dataset itself does so after this.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [dataset_id])


@transaction.atomic
def seal(*, dataset_id: str, now: dt.datetime) -> int:
    """Make a version of what arrived in a live dataset; return the number of the current one.

    Who seals one dataset at the same time waits; readers and those who send rows do not.

    :raises NotFound: `no_dataset`
    :raises Refused: `not_live`
    """
    wait_for_others(dataset_id)
    found = LiveSeries.objects.select_related("dataset", "dataset__current")
    series = found.filter(dataset__dataset_id=dataset_id).first()
    if series is None:
        if not Dataset.objects.filter(dataset_id=dataset_id).exists():
            raise versions.no_dataset(dataset_id)
        raise Refused("not_live", _("The rows of this dataset do not arrive one by one."))
    current = series.dataset.current
    if series.kind == SeriesKind.HISTORY and current and current.live_revision is not None:
        number = _go_on(series, current, now)
    else:
        number = _write_whole(series, now)
    sealed = LiveSeries.objects.filter(pk=series.pk)
    sealed.update(sealed=Greatest(F("sealed"), series.revision))
    _forget(series, now)
    return number


def _write_whole(series: LiveSeries, now: dt.datetime) -> int:
    """Publish every row. A row that changes meanwhile is in the version or comes after it, for the
    revision was read before the rows."""
    schema = Schema.from_json(series.fields)
    return publishing.publish(
        dataset_id=series.dataset.dataset_id,
        table=_rows(series, schema),
        schema=schema,
        now=now,
        origin=str((series.pull or {}).get("url", "")),
        live_revision=series.revision,
    )


def _rows(series: LiveSeries, schema: Schema) -> pa.RecordBatchReader:
    known = LiveRow.objects.filter(series=series, row__isnull=False)
    rows = known.order_by("observed_at", "pk").values_list("row", flat=True)

    def batches() -> Iterator[pa.RecordBatch]:
        waiting: list[dict[str, Any]] = []
        for row in rows.iterator(chunk_size=_BATCH):
            waiting.append(row or {})
            if len(waiting) == _BATCH:
                yield from tails.as_table(waiting, schema).to_batches()
                waiting = []
        yield from tails.as_table(waiting, schema).to_batches()

    return pa.RecordBatchReader.from_batches(arrow_schema(schema), batches())


def _forget(series: LiveSeries, now: dt.datetime) -> None:
    """Delete the rows that a version holds and nobody needs beside it."""
    old = LiveRow.objects.filter(
        series=series, revision__lte=series.revision, heard_at__lt=now - _KEPT
    )
    if series.kind == SeriesKind.STATE:
        old = old.filter(row__isnull=True)
    old.delete()


# --- a history ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seam:
    """Where a history goes on: the files that stay, and the rows that are written in a new one."""

    kept: tuple[Stored, ...]
    rest: VersionFile


def _go_on(series: LiveSeries, current: DatasetVersion, now: dt.datetime) -> int:
    """Go on in a further file, or write all of them again where the fields are others than they
    were."""
    schema = Schema.from_json(series.fields)
    seen = versions.continued(series.dataset.dataset_id, current.number)
    is_refitted = current.fields != series.fields
    if seen.tail is None and not is_refitted:
        return current.number
    seam = _Seam(kept=(), rest=seen) if is_refitted else _seam(current, seen)
    with files.workshop() as folder:
        written = writing.write(
            _in_order(seam.rest, schema),
            schema,
            keys=series.key_fields,
            order=series.dataset.sort_fields,
            folder=folder,
            first=sum(one.rows for one in seam.kept),
        )
        edition = Edition(
            schema=schema,
            written=written,
            profile=profiling.profile(
                _all_files(seam, written, folder),
                schema,
                named=f"{series.dataset.dataset_id} {series.dataset.title}",
                rows=seen.rows,
                repeated=0,
                today=clock.city_day(now),
            ),
            said={"live_revision": seen.tail.revision if seen.tail else current.live_revision},
            before=seam.kept,
            follows=current.number,
        )
        return publishing.make_current(series.dataset.dataset_id, edition, now=now)


def _seam(current: DatasetVersion, seen: VersionFile) -> _Seam:
    """Keep the files that are much larger than what comes after them; all of them are written again
    where a row in them has changed."""
    first = Stored(
        file=current.file,
        index=current.index,
        sha256=current.sha256,
        size=current.file_size - sum(one["size"] for one in current.parts),
        rows=current.rows - sum(one["rows"] for one in current.parts),
    )
    kept = [first, *(Stored(**one) for one in current.parts)]
    if seen.tail is None or seen.tail.hides:
        return _Seam(kept=(), rest=seen)
    rows, joined = seen.tail.rows, list[Stored]()
    while kept and kept[-1].rows <= 2 * rows:
        joined.insert(0, kept.pop())
        rows += joined[0].rows
    return _Seam(kept=tuple(kept), rest=_only(seen, joined))


def _only(seen: VersionFile, joined: list[Stored]) -> VersionFile:
    """Return these files of a version and what came after it."""
    parts = tuple(Part(file=one.file, index=one.index) for one in joined)
    if not parts:
        return replace(seen, file="", index="", parts=())
    return replace(seen, file=parts[0].file, index=parts[0].index, parts=parts[1:])


def _in_order(rest: VersionFile, schema: Schema) -> pa.RecordBatchReader:
    """Return these rows in the columns of the schema: what they have not, or have of another kind,
    is null."""
    wanted, had = arrow_schema(schema), arrow_schema(rest.schema)
    rows = sources.in_from(sources.rows_of(rest, duck.source))
    columns = [
        exp.column(exp.to_identifier(one.name, quoted=True))
        if one.name in had.names and had.field(one.name).type == one.type
        else exp.Null().as_(exp.to_identifier(one.name, quoted=True))
        for one in wanted
    ]
    asked = exp.select(*columns).from_(exp.alias_(rows, "rest", table=True))
    asked = asked.order_by(exp.column(exp.to_identifier(ROW_ID, quoted=True)))
    batches = (
        pa.RecordBatch.from_arrays(
            [one.column(name).cast(wanted.field(name).type) for name in wanted.names],
            schema=wanted,
        )
        for one in duck.stream(asked.sql("duckdb"), [], _BATCH)
    )
    return pa.RecordBatchReader.from_batches(wanted, batches)


def _all_files(seam: _Seam, written: writing.Written, folder: Path) -> Path:
    """Return a pattern that matches every file the version will have."""
    whole = folder / "whole"
    whole.mkdir()
    paths = [*(files.local_path(one.file) for one in seam.kept), written.rows_file]
    for rank, path in enumerate(paths):
        (whole / f"{rank:06}.parquet").symlink_to(path.resolve())
    return whole / "*.parquet"
