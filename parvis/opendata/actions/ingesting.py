"""From a file to a version: read, checked, stopped at the gate or published; always with a report.

Nothing is published that has an error or an unsigned finding, and whatever happens on the way the
version that was served before is served still.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _

from parvis.kernel.errors import NotFound, Refused
from parvis.opendata.actions import describing, downloading, reporting
from parvis.opendata.actions.approving import signed
from parvis.opendata.actions.publishing import publish
from parvis.opendata.models import Dataset, DatasetVersion, IngestRun
from parvis.opendata.models.runs import RunState
from parvis.opendata.queries.engine import files
from parvis.opendata.rules import disclosure, schemas
from parvis.opendata.rules.descriptions import Description
from parvis.opendata.rules.disclosure import Finding
from parvis.opendata.rules.fields import Schema
from parvis.opendata.rules.reading import (
    Limits,
    Options,
    Problem,
    Progress,
    Reading,
    Unreadable,
    reading,
    silent,
)
from parvis.opendata.rules.reading.headers import cleaned

UNREADABLE = "unreadable"
# No file takes a day.
_LONGEST = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants published: a file or an address, of which dataset, in which manner.

    `title`, `description`, `license` and `key_fields` describe a dataset that is new. `schema` is
    what to check against; `check_only` writes nothing at all; `hold` stops before publishing, until
    somebody has read the report; `suppress` leaves small counts out instead of asking for a
    signature; `list_at` names the list of a JSON document that is the table. `run_id` is the run to
    go on with, `name` what the file is called where its path does not say it.
    """

    dataset_id: str
    path: Path | None = None
    name: str = ""
    url: str = ""
    title: str = ""
    description: str = ""
    license: tuple[str, str] = ("", "")
    key_fields: tuple[str, ...] = ()
    schema: schemas.FileSchema | None = None
    check_only: bool = False
    hold: bool = False
    run_id: uuid.UUID | None = None
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
    if dataset is None and not order.check_only:
        order = replace(order, title=_title(order))
    with files.workshop() as folder, _fetched(order, folder) as (path, name):
        work = _Work(
            order=order, path=path, name=name, sha256=_sha256(path), now=now, dataset=dataset
        )
        _start(work)
        try:
            return _go(work, folder)
        except Refused as refusal:
            work.report |= reporting.refused(refusal)
            _keep(work, RunState.REFUSED)
            raise
        except BaseException:
            _keep(work, RunState.STOPPED)
            raise


def _title(order: Order) -> str:
    """Return what a new dataset is called: as said now, or when its last file was sent."""
    if order.title:
        return order.title
    earlier = IngestRun.objects.filter(wanted_id=order.dataset_id, dataset=None).order_by("-pk")
    for said in earlier.values_list("order", flat=True)[:1]:
        if said.get("title"):
            return str(said["title"])
    sentence = _("The catalogue has no dataset %(dataset)s: give a title to describe it.")
    raise NotFound("no_dataset", sentence % {"dataset": order.dataset_id})


def close_abandoned(*, now: dt.datetime) -> int:
    """Close the runs whose process died on the way: what was served before is served still.

    Returns how many there were; meant to be called once a day.
    """
    open_ones = IngestRun.objects.filter(
        state__in=(RunState.READING, RunState.ACCEPTED), started_at__lt=now - _LONGEST
    )
    return open_ones.update(state=RunState.STOPPED, changed_at=now)


@contextmanager
def _fetched(order: Order, folder: Path) -> Iterator[tuple[Path, str]]:
    if order.path is not None:
        yield order.path, order.name or order.path.name
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
        work.report |= reporting.unreadable(error)
        _keep(work, RunState.REFUSED)
        return _outcome(work, UNREADABLE)


def _options(work: _Work) -> Options:
    order, known, strict = work.order, None, False
    if work.dataset is not None and work.dataset.current is not None:
        known, strict = Schema.from_json(work.dataset.current.fields), True
    elif isinstance(order.schema, schemas.TableSchema):
        known = order.schema.to_fields()
    elif work.dataset is not None and work.dataset.fields:
        known = Schema.from_json(work.dataset.fields)
    return Options(
        name=work.name,
        known=known,
        strict=strict,
        zone=settings.TIME_ZONE,
        list_at=order.list_at,
        limits=limits(),
        progress=order.progress,
    )


def limits() -> Limits:
    """Return how large a file may be: as usual, but for what the settings name."""
    return Limits(**getattr(settings, "PARVIS_OPENDATA_LIMITS", {}))


def _judge(work: _Work, read: Reading) -> Outcome:
    """Report what was read, and refuse, block or publish it."""
    if work.order.schema is not None:
        read.problems.extend(schemas.check(work.order.schema, read, limits()))
    _check_keys(work, read)
    work.report |= reporting.read_as(read)
    if read.problems.errors:
        _keep(work, RunState.REFUSED)
        return _outcome(work, RunState.REFUSED)
    table, findings = _gate(work, read)
    approved = signed(work.order.dataset_id)
    work.report["findings"] = reporting.stopped_by(findings, approved)
    if any(one.key not in approved for one in findings):
        _keep(work, RunState.BLOCKED)
        return _outcome(work, RunState.BLOCKED)
    if work.order.hold:
        _keep(work, RunState.READY)
        return _outcome(work, RunState.READY)
    if work.order.check_only:
        return _outcome(work, RunState.ACCEPTED)
    return _publish(work, read, table)


def _check_keys(work: _Work, read: Reading) -> None:
    """Report key fields that are no columns of the file.

    Where a version is published, a column that is missing has been reported already.
    """
    if work.dataset is not None and work.dataset.current is not None:
        return
    keys = work.order.key_fields if work.dataset is None else tuple(work.dataset.key_fields)
    columns = ", ".join(one.label or one.name for one in read.schema.fields)
    for key in keys:
        if _field_of(key, read.schema) is None:
            details = {"columns": columns}
            read.problems.add(Problem(code="key_field_missing", column=key, details=details))


def _field_of(said: str, schema: Schema) -> str | None:
    """Return the field somebody means by a name or a label."""
    found = schema.get(said) or schema.get(cleaned(said))
    labelled = (one for one in schema.fields if cleaned(one.label) == cleaned(said))
    found = found or next(labelled, None)
    return found.name if found else None


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
        work.run.dataset = work.dataset
        work.run.version = DatasetVersion.objects.get(
            dataset__dataset_id=work.order.dataset_id, number=number
        )
    _keep(work, RunState.PUBLISHED)
    return _outcome(work, RunState.PUBLISHED, version=number)


def _describe(work: _Work, read: Reading) -> None:
    """Put a dataset that is new into the catalogue."""
    if work.dataset is not None:
        return
    order = work.order
    license_name, license_url = order.license
    said = {
        "title": order.title,
        "description": _paragraphs(order.description),
        "license": license_name,
        "license_url": license_url,
        "publisher": settings.PARVIS_CITY_NAME,
    }
    description = Description(
        dataset_id=order.dataset_id,
        metas={"default": {name: value for name, value in said.items() if value}},
        fields=read.schema.to_json(),
        key_fields=[name for key in order.key_fields if (name := _field_of(key, read.schema))],
    )
    describing.describe(description=description, now=work.now)
    work.dataset = Dataset.objects.get(dataset_id=work.order.dataset_id)


def _paragraphs(text: str) -> str:
    parts = (html.escape(part.strip()) for part in text.replace("\r\n", "\n").split("\n\n"))
    return "".join(f"<p>{part}</p>" for part in parts if part)


def _start(work: _Work) -> None:
    """Note that a file is being read, in the run that waits for it or in a new one."""
    order = work.order
    if order.run_id is not None:
        work.run = IngestRun.objects.get(public_id=order.run_id)
    elif not order.check_only:
        work.run = IngestRun.objects.create(
            dataset=work.dataset,
            wanted_id=order.dataset_id,
            origin=(order.url or work.name)[:500],
            sha256=work.sha256,
            order={"title": order.title} if work.dataset is None else {},
            started_by=order.by,
            started_at=work.now,
            changed_at=work.now,
        )


def _keep(work: _Work, state: RunState) -> None:
    if work.run is not None:
        work.run.state = state
        work.run.report = work.report
        work.run.changed_at = work.now
        work.run.save(update_fields=["state", "report", "version", "dataset", "changed_at"])


def _outcome(work: _Work, state: str, version: int | None = None) -> Outcome:
    run_id = work.run.public_id if work.run else None
    return Outcome(state=str(state), report=work.report, version=version, run_id=run_id)
