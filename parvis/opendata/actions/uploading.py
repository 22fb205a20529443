"""Sending a file to publish: taken in, read by a job, published when somebody says yes.

What was sent is kept from the first moment on: whoever closes the browser finds it again, with its
report.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.opendata.actions import private, wording
from parvis.opendata.actions.ingesting import limits
from parvis.opendata.models import Dataset, IngestRun
from parvis.opendata.models.runs import TO_DECIDE, UNDERWAY, RunState
from parvis.opendata.queries import versions
from parvis.opendata.queries.jobs import is_lost
from parvis.opendata.rules.reading import Unreadable
from parvis.opendata.rules.reading.glancing import glance
from parvis.opendata.rules.reading.headers import cleaned

TASK, QUEUE = "opendata.read_file", "files"
_LONGEST_ID = 100
_STATUSES = {
    "archive_bomb": 413,
    "file_too_large": 413,
    "not_a_table": 415,
    "extension_unknown": 415,
    "extension_wrong": 415,
}
_UNFIT = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """What somebody sends: a file that has arrived or an address, for a dataset of the catalogue
    (`dataset_id`) or for a new one (`title` and what describes it); `schema` is a descriptor to
    check against, `list_at` the list of a JSON document that is the table."""

    dataset_id: str = ""
    title: str = ""
    description: str = ""
    license: tuple[str, str] = ("", "")
    key_fields: tuple[str, ...] = ()
    path: Path | None = None
    name: str = ""
    url: str = ""
    schema: Mapping[str, Any] | None = None
    schema_name: str = ""
    list_at: str = ""
    note: str = ""


def receive(*, deposit: Deposit, by: uuid.UUID, now: dt.datetime) -> uuid.UUID:
    """Keep what was sent and have it read; return the run that tells how far it is.

    The same file sent again in the same manner, while it is not decided, is the same run.

    :raises NotFound: `no_dataset`
    :raises Refused: `dataset_known`, `title_missing`, `nothing_sent`, or the code of what makes the
        file no table: `file_empty` (422), `not_a_table`, `extension_wrong`, `extension_unknown`
        (415), `archive_bomb` (413)…
    """
    wanted, dataset = _wanted(deposit)
    if deposit.path is None and not deposit.url:
        raise Refused("nothing_sent", _("Choose a file, or give its address."), status=_UNFIT)
    run = IngestRun(
        dataset=dataset,
        wanted_id=wanted,
        state=RunState.WAITING,
        origin=(deposit.url or deposit.name)[:500],
        order=_order(deposit, is_new=dataset is None),
        started_by=by,
        started_at=now,
        changed_at=now,
    )
    if deposit.path is None:
        return _begin(run)
    _look(deposit.path, deposit.name)
    run.sha256, run.file_size = _sha256(deposit.path), deposit.path.stat().st_size
    known = _undecided_twin(run)
    if known is not None:
        return known
    run.file = private.keep(deposit.path)
    try:
        return _begin(run)
    except BaseException:
        private.forget(run.file)
        raise


def _wanted(deposit: Deposit) -> tuple[str, Dataset | None]:
    """Return the id of the dataset a file is for, and the dataset if there is one."""
    if deposit.dataset_id:
        dataset = Dataset.objects.filter(dataset_id=deposit.dataset_id).first()
        if dataset is None:
            raise versions.no_dataset(deposit.dataset_id)
        return deposit.dataset_id, dataset
    wanted = cleaned(deposit.title).replace("_", "-")[:_LONGEST_ID].strip("-")
    if not wanted:
        raise Refused("title_missing", _("Give the dataset a title."), status=_UNFIT)
    if Dataset.objects.filter(dataset_id=wanted).exists():
        sentence = _("The catalogue has a dataset of this title: send a version of it instead.")
        raise Refused("dataset_known", sentence)
    return wanted, None


def _order(deposit: Deposit, *, is_new: bool) -> dict[str, Any]:
    order: dict[str, Any] = {
        "url": deposit.url,
        "name": deposit.name,
        "list_at": deposit.list_at,
        "note": deposit.note,
        "schema": dict(deposit.schema) if deposit.schema is not None else None,
        "schema_name": deposit.schema_name,
        "suppress": False,
        "language": translation.get_language() or "",
    }
    if is_new:
        order |= {
            "title": deposit.title,
            "description": deposit.description,
            "license": list(deposit.license),
            "key_fields": list(deposit.key_fields),
        }
    return order


def _look(path: Path, name: str) -> None:
    try:
        glance(path, name, limits())
    except Unreadable as error:
        sentence = wording.here(wording.why_unreadable(error))
        status = _STATUSES.get(error.code, _UNFIT)
        raise Refused(error.code, sentence, status=status) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _undecided_twin(run: IngestRun) -> uuid.UUID | None:
    twin = IngestRun.objects.filter(
        wanted_id=run.wanted_id,
        sha256=run.sha256,
        order=run.order,
        state__in=(*UNDERWAY, *TO_DECIDE),
    )
    return twin.exclude(file="").values_list("public_id", flat=True).first()


@transaction.atomic
def _begin(run: IngestRun) -> uuid.UUID:
    run.save()
    _defer(run)
    return run.public_id


def _defer(run: IngestRun) -> None:
    """Have a worker go on with a run, in the transaction that says so.

    A worker's task would otherwise defer on the worker's own connection, outside of it.
    """
    task = configure_task(name=TASK, job_manager=JobManager(DjangoConnector()), queue=QUEUE)
    run.job = task.defer(run_id=str(run.public_id))
    run.progress = {}
    run.save(update_fields=["job", "progress"])


@transaction.atomic
def accept(*, run_id: uuid.UUID, by: uuid.UUID, now: dt.datetime) -> None:
    """Have a file published that was read and that nothing stops. Said twice, it is done once.

    :raises NotFound: `no_run`
    :raises Refused: `run_not_ready`
    """
    run = _locked(run_id)
    if run.state in {RunState.ACCEPTED, RunState.PUBLISHED}:
        return
    if run.state != RunState.READY:
        sentence = _("This file cannot be published as it is: read its report again.")
        raise Refused("run_not_ready", sentence)
    run.decided_by = by
    _turn(run, RunState.ACCEPTED, now)
    _defer(run)
    _record(run, "opendata.file_accepted", by, now)


@transaction.atomic
def withdraw(*, run_id: uuid.UUID, by: uuid.UUID, now: dt.datetime) -> None:
    """Give a file up that is not published; what is served stays. Said twice, it is done once.

    :raises NotFound: `no_run`
    :raises Refused: `run_underway`, `run_published`
    """
    run = _locked(run_id)
    if run.state == RunState.WITHDRAWN:
        return
    if run.state == RunState.PUBLISHED:
        raise Refused("run_published", _("This file is published already."))
    if run.state in UNDERWAY and not is_lost(run, now=now):
        raise Refused("run_underway", _("This file is being worked on: wait a moment."))
    run.decided_by = by
    _turn(run, RunState.WITHDRAWN, now)
    _record(run, "opendata.file_withdrawn", by, now)


@transaction.atomic
def read_again(*, run_id: uuid.UUID, suppress: bool = False, now: dt.datetime) -> None:
    """Have a file read again: one whose reading was interrupted, or, with `suppress`, one that the
    gate stopped, its small counts left out.

    :raises NotFound: `no_run`
    :raises Refused: `run_underway`, `file_gone`, `run_settled`
    """
    run = _locked(run_id)
    if run.state in UNDERWAY and not is_lost(run, now=now):
        raise Refused("run_underway", _("This file is being worked on: wait a moment."))
    if run.state not in {*UNDERWAY, *TO_DECIDE, RunState.STOPPED}:
        raise Refused("run_settled", _("This file is settled: send it anew."))
    if not (run.file or run.order.get("url")):
        raise Refused("file_gone", _("This file is kept no longer: send it anew."))
    run.order = run.order | {"suppress": suppress or bool(run.order.get("suppress"))}
    run.report = {}
    run.save(update_fields=["order", "report"])
    _turn(run, RunState.WAITING, now)
    _defer(run)


def _locked(run_id: uuid.UUID) -> IngestRun:
    run = IngestRun.objects.select_for_update().filter(public_id=run_id).first()
    if run is None:
        raise NotFound("no_run", _("No file of this number was read."))
    return run


def _turn(run: IngestRun, state: RunState, now: dt.datetime) -> None:
    run.state, run.changed_at = state, now
    run.save(update_fields=["state", "changed_at", "decided_by"])


def _record(run: IngestRun, action: str, by: uuid.UUID, now: dt.datetime) -> None:
    register.record(
        register.Entry(
            action=action,
            object_ref=f"opendata.dataset:{run.wanted_id}",
            actor_ref=f"person:{by}",
            recorded_at=now,
            details={"run": str(run.public_id)},
        )
    )
