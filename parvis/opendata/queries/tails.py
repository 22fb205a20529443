"""What came after a version was sealed, as files that the engine reads like its own.

They are made of the rows of the database when somebody asks, once per revision and machine, and
deleted when newer ones have long been there.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlglot import exp

from parvis.opendata.models import DatasetVersion, LiveRow, LiveSeries
from parvis.opendata.models.live import SeriesKind
from parvis.opendata.queries.engine import duck, files, sources, writing
from parvis.opendata.queries.engine.columns import arrow_schema
from parvis.opendata.queries.engine.scratch import scratch
from parvis.opendata.queries.engine.shapes import Tail, VersionFile
from parvis.opendata.rules.fields import RECORD_ID, Schema
from parvis.opendata.rules.live import OBSERVED_AT, to_columns

# Who reads a tail opens its files within this time.
_KEPT_FOR = 3_600.0  # seconds
_ROWS, _INDEX, _GONE, _ABOUT = "rows.parquet", "index.sqlite", "gone.parquet", "about.json"
_NAME = exp.column(exp.to_identifier(RECORD_ID, quoted=True))
_EVER = dt.datetime.min.replace(tzinfo=dt.UTC)


def tail_of(sealed: VersionFile, version: DatasetVersion, series: LiveSeries) -> Tail | None:
    """Return what came after a version of a live dataset, None if nothing did."""
    if version.live_revision is None or series.revision <= version.live_revision:
        return None
    folder = _folder(sealed, series.revision)
    try:
        os.utime(folder)
        return _tail(folder)
    except FileNotFoundError:
        return _tail(_make(sealed, version.live_revision, series))


def as_table(rows: Sequence[dict[str, Any]], schema: Schema) -> pa.Table:
    """Return rows in the JSON shapes of the API as a table of the columns of a version."""
    wanted = arrow_schema(schema)
    cells = [to_columns(one, schema) for one in rows]
    return pa.Table.from_pylist(cells, schema=wanted)


def forget_old_tails() -> int:
    """Delete the tails that newer ones replaced long ago; return how many."""
    folders = files.live_folder().glob("*/*/")
    old = [one for one in folders if time.time() - one.stat().st_mtime > _KEPT_FOR]
    for one in old:
        shutil.rmtree(one, ignore_errors=True)
    return len(old)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Changes:
    """The rows that changed since a revision, as they are now, and the keys of those gone."""

    revision: int
    rows: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    earliest: dt.datetime


def _folder(sealed: VersionFile, revision: int) -> Path:
    return files.live_folder() / sealed.dataset_id / f"{sealed.number}-{revision}"


def _make(sealed: VersionFile, since: int, series: LiveSeries) -> Path:
    """Write the files of the tail; who writes the same one at the same time does no harm."""
    changes = _changes(series, since)
    target = _folder(sealed, changes.revision)
    with files.workshop() as work:
        made = work / "tail"
        made.mkdir()
        _write(sealed, series, changes, made)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            made.rename(target)
        except OSError:
            # Somebody was quicker with the same rows.
            if not (target / _ABOUT).exists():
                raise
    return target


def _changes(series: LiveSeries, since: int) -> _Changes:
    """Return what changed, in one reading: a batch is seen whole or not at all."""
    changed = LiveRow.objects.filter(series=series, revision__gt=since)
    found = list(
        changed.order_by("observed_at", "pk").values_list("key", "row", "revision", "observed_at")
    )
    keys = series.key_fields
    return _Changes(
        revision=max([series.revision, *(revision for _key, _row, revision, _at in found)]),
        rows=[row for _key, row, _revision, _at in found if row is not None],
        gone=[
            dict(zip(keys, json.loads(key), strict=True))
            for key, row, _revision, _at in found
            if row is None
        ],
        earliest=min([at for _key, _row, _revision, at in found], default=_EVER),
    )


def _write(sealed: VersionFile, series: LiveSeries, changes: _Changes, work: Path) -> None:
    schema, keys = sealed.schema, list(series.key_fields)
    table = as_table(changes.rows, schema)
    written = writing.write(table, schema, keys=keys, order=(), folder=work, first=sealed.rows)
    named = [written.rows_file]
    if changes.gone:
        named.append(_write_gone(changes.gone, schema, keys, work))
    since = changes.earliest if series.kind == SeriesKind.HISTORY else None
    about = {
        "revision": changes.revision,
        "rows": written.rows,
        "hides": _hidden(sealed, named, since, work),
    }
    (work / _ABOUT).write_text(json.dumps(about), encoding="utf-8")


def _write_gone(
    gone: Sequence[dict[str, Any]], schema: Schema, keys: Sequence[str], work: Path
) -> Path:
    """Write the keys of rows that are no more, named as rows are named everywhere."""
    apart = work / "apart"
    apart.mkdir()
    of_key = Schema(tuple(one for one in schema.fields if one.name in keys))
    written = writing.write(as_table(gone, of_key), of_key, keys=keys, order=(), folder=apart)
    kept = written.rows_file.rename(work / _GONE)
    shutil.rmtree(apart)
    return kept


def _hidden(
    sealed: VersionFile, named: Sequence[Path], since: dt.datetime | None, work: Path
) -> int:
    """Return how many rows of the version have a name that these files hold; of a history, only
    those from a moment on are looked at."""
    names = [exp.select(_NAME).from_(exp.Table(this=duck.source(path))) for path in named]
    counted = exp.select("count(*)").from_(
        exp.alias_(sources.in_from(sources.rows_of(sealed, duck.source)), "sealed", table=True)
    )
    counted = counted.where(exp.In(this=_NAME.copy(), query=sources.all_of(names).subquery()))
    if since is not None:
        moment = exp.cast(exp.Literal.string(_naive(since)), "timestamp")
        counted = counted.where(exp.GTE(this=exp.column(OBSERVED_AT), expression=moment))
    with scratch(work) as database:
        ((number,),) = database.execute(counted.sql("duckdb")).fetchall()
    return int(number)


def _naive(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(sep=" ")


def _tail(folder: Path) -> Tail:
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    index, gone = folder / _INDEX, folder / _GONE
    return Tail(
        rows_file=folder / _ROWS,
        index_file=index if index.exists() else None,
        gone_file=gone if gone.exists() else None,
        **about,
    )
