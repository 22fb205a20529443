"""From a file to a version: read, checked, stopped at the gate or published; always with a report.

Nothing is published that has an error or an unsigned finding, and whatever happens on the way the
version that was served before is served still.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound, Refused
from parvis.opendata.actions import describing, downloading, wording
from parvis.opendata.actions.approving import signed
from parvis.opendata.actions.publishing import publish
from parvis.opendata.models import Dataset, DatasetVersion, IngestRun
from parvis.opendata.models.runs import RunState
from parvis.opendata.queries.engine import files
from parvis.opendata.rules import disclosure, tableschema
from parvis.opendata.rules.descriptions import Description
from parvis.opendata.rules.disclosure import Finding
from parvis.opendata.rules.fields import Schema
from parvis.opendata.rules.reading import (
    Level,
    Limits,
    Options,
    Problem,
    Progress,
    Reading,
    Unreadable,
    reading,
    silent,
)

UNREADABLE = "unreadable"
# No file takes a day.
_LONGEST = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants published: a file or an address, of which dataset, in which manner.

    `schema` is a Table Schema to check against; `check_only` writes nothing at all; `suppress`
    leaves small counts out instead of asking for a signature; `list_at` names the list of a JSON
    document that is the table.
    """

    dataset_id: str
    path: Path | None = None
    url: str = ""
    title: str = ""
    schema: tableschema.TableSchema | None = None
    check_only: bool = False
    suppress: bool = False
    list_at: str = ""
    note: str = ""
    by: uuid.UUID | None = None
    progress: Progress = silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it ended: `state` is a run's state or "unreadable"; the report is what a run keeps."""

    state: str
    report: dict[str, Any]
    version: int | None = None
    run_id: uuid.UUID | None = None


@dataclass(slots=True, kw_only=True)
class _Work:
    """One file on its way."""

    order: Order
    path: Path
    name: str
    sha256: str
    now: dt.datetime
    dataset: Dataset | None
    run: IngestRun | None = None
    report: dict[str, Any] = field(default_factory=dict)


def ingest(*, order: Order, now: dt.datetime) -> Outcome:
    """Read a file and publish it as the next version of a dataset, if nothing speaks against it.

    :raises NotFound: `no_dataset`, if the dataset is not in the catalogue and no title is given
    :raises Refused: whatever fetching an address or publishing refuses
    """
    dataset = Dataset.objects.select_related("current").filter(dataset_id=order.dataset_id).first()
    if dataset is None and not order.title and not order.check_only:
        sentence = _("The catalogue has no dataset %(dataset)s: give a title to describe it.")
        raise NotFound("no_dataset", sentence % {"dataset": order.dataset_id})
    with files.workshop() as folder, _fetched(order, folder) as (path, name):
        work = _Work(
            order=order, path=path, name=name, sha256=_sha256(path), now=now, dataset=dataset
        )
        _start(work)
        try:
            return _go(work, folder)
        except BaseException:
            _keep(work, RunState.REFUSED)
            raise


def close_abandoned(*, now: dt.datetime) -> int:
    """Close the runs whose process died on the way: what was served before is served still.

    Returns how many there were; meant to be called once a day.
    """
    open_ones = IngestRun.objects.filter(
        state__in=(RunState.READING, RunState.ACCEPTED), started_at__lt=now - _LONGEST
    )
    return open_ones.update(state=RunState.REFUSED, changed_at=now)


@contextmanager
def _fetched(order: Order, folder: Path) -> Iterator[tuple[Path, str]]:
    if order.path is not None:
        yield order.path, order.path.name
        return
    target = folder / "fetched"
    yield target, downloading.download(order.url, target, progress=order.progress)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _go(work: _Work, folder: Path) -> Outcome:
    try:
        with reading(work.path, folder, _options(work)) as read:
            return _judge(work, read)
    except Unreadable as error:
        work.report |= {
            "unreadable": {"code": error.code, "sentence": wording.why_unreadable(error)}
        }
        _keep(work, RunState.REFUSED)
        return _outcome(work, UNREADABLE)


def _options(work: _Work) -> Options:
    order, known, strict = work.order, None, False
    if work.dataset is not None and work.dataset.current is not None:
        known, strict = Schema.from_json(work.dataset.current.fields), True
    elif order.schema is not None:
        known = order.schema.to_fields()
    elif work.dataset is not None and work.dataset.fields:
        known = Schema.from_json(work.dataset.fields)
    return Options(
        name=work.name,
        known=known,
        strict=strict,
        zone=settings.TIME_ZONE,
        list_at=order.list_at,
        limits=getattr(settings, "PARVIS_OPENDATA_LIMITS", Limits()),
        progress=order.progress,
    )


def _judge(work: _Work, read: Reading) -> Outcome:
    """Report what was read, and refuse, block or publish it."""
    if work.order.schema is not None:
        read.problems.extend(tableschema.check(work.order.schema, read.raw, read.bench))
    work.report |= _told(read)
    if read.problems.errors:
        _keep(work, RunState.REFUSED)
        return _outcome(work, RunState.REFUSED)
    table, findings = _gate(work, read)
    approved = signed(work.order.dataset_id)
    work.report["findings"] = [_finding(one, approved=one.key in approved) for one in findings]
    if any(one.key not in approved for one in findings):
        _describe(work, read)
        _start(work)
        _keep(work, RunState.BLOCKED)
        return _outcome(work, RunState.BLOCKED)
    if work.order.check_only:
        return _outcome(work, RunState.ACCEPTED)
    return _publish(work, read, table)


def _gate(work: _Work, read: Reading) -> tuple[pa.Table | pa.RecordBatchReader, list[Finding]]:
    """Return the rows as they may be published, and what still stops them."""
    work.order.progress("checking", 0, None)
    findings = disclosure.find(read.bench, read.schema, work.sha256)
    if not work.order.suppress or not any(one.code == "small_counts" for one in findings):
        return read.batches(), findings
    table = read.batches().read_all()
    try:
        masked, cells = disclosure.mask(table, read.schema)
    except disclosure.CannotMask as error:
        sentence = _("The totals of this table are not understood: make it coarser, or sign.")
        raise Refused("cannot_suppress", sentence) from error
    work.report["suppressed"] = cells
    return masked, [one for one in findings if one.code != "small_counts"]


def _publish(work: _Work, read: Reading, table: pa.Table | pa.RecordBatchReader) -> Outcome:
    _describe(work, read)
    _start(work)
    _keep(work, RunState.ACCEPTED)
    work.order.progress("publishing", 0, read.rows)
    number = publish(
        dataset_id=work.order.dataset_id,
        table=table,
        schema=read.schema,
        now=work.now,
        origin=work.order.url or work.name,
        note=work.order.note,
        by=work.order.by,
    )
    if work.run is not None:
        work.run.version = DatasetVersion.objects.get(
            dataset__dataset_id=work.order.dataset_id, number=number
        )
    _keep(work, RunState.PUBLISHED)
    return _outcome(work, RunState.PUBLISHED, version=number)


def _describe(work: _Work, read: Reading) -> None:
    """Put a dataset that is new into the catalogue."""
    if work.dataset is not None or work.order.check_only:
        return
    description = Description(
        dataset_id=work.order.dataset_id,
        metas={"default": {"title": work.order.title}},
        fields=read.schema.to_json(),
    )
    describing.describe(description=description, now=work.now)
    work.dataset = Dataset.objects.get(dataset_id=work.order.dataset_id)


def _start(work: _Work) -> None:
    """Note that a file is being read, where there is a dataset to note it at."""
    if work.run is None and work.dataset is not None and not work.order.check_only:
        work.run = IngestRun.objects.create(
            dataset=work.dataset,
            origin=(work.order.url or work.name)[:500],
            sha256=work.sha256,
            started_by=work.order.by,
            started_at=work.now,
            changed_at=work.now,
        )


def _keep(work: _Work, state: RunState) -> None:
    if work.run is not None:
        work.run.state = state
        work.run.report = work.report
        work.run.save(update_fields=["state", "report", "version"])


def _outcome(work: _Work, state: str, version: int | None = None) -> Outcome:
    run_id = work.run.public_id if work.run else None
    return Outcome(state=str(state), report=work.report, version=version, run_id=run_id)


# --- the report -----------------------------------------------------------------------------------


def _told(read: Reading) -> dict[str, Any]:
    errors = [one for one in read.problems.kept if one.level is Level.ERROR]
    notes = [one for one in read.problems.kept if one.level is Level.NOTE]
    return {
        "file": dict(read.about),
        "rows": read.rows,
        "fields": read.schema.to_json(),
        "errors": {"count": read.problems.errors, "cells": [_cell(one) for one in errors]},
        "error_counts": [
            {"code": code, "column": column, "count": count}
            for (code, column), count in read.problems.by_column(Level.ERROR).items()
        ],
        "notes": [_cell(one) | {"count": one.count} for one in notes],
        "findings": [],
    }


def _cell(one: Problem) -> dict[str, Any]:
    return {
        "code": one.code,
        "row": one.row,
        "column": one.column,
        "value": one.value,
        "sentence": wording.said(one),
    }


def _finding(one: Finding, *, approved: bool) -> dict[str, Any]:
    return {
        "key": one.key,
        "code": one.code,
        "field": one.field,
        "count": one.count,
        "rows": list(one.rows),
        "approved": approved,
        "sentence": wording.why_blocked(one),
    }
