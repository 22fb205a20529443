"""What a worker does with a file that was sent: read it, tell how far it is, and forget it in
time."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from parvis.kernel.errors import Refused
from parvis.opendata.actions import downloading, private, reporting
from parvis.opendata.actions.ingesting import Order, ingest
from parvis.opendata.models import IngestRun
from parvis.opendata.models.runs import TO_DECIDE, UNDERWAY, RunState
from parvis.opendata.queries.engine import files
from parvis.opendata.rules import schemas
from parvis.opendata.rules.reading import Progress

_EVERY = 1.0  # seconds between two words about how far it is
_DECIDED_WITHIN = dt.timedelta(days=90)
_ARRIVES_WITHIN = dt.timedelta(days=1)


def go_on(*, run_id: uuid.UUID, now: dt.datetime) -> None:
    """Read a file that waits, or publish one that was accepted; a run in any other state is left
    alone.

    What speaks against the file is written into its run. Anything unforeseen is written there too,
    and raised.
    """
    run = _begun(run_id, now)
    if run is None:
        return
    language = run.order.get("language") or settings.LANGUAGE_CODE
    try:
        with translation.override(language), files.workshop() as folder:
            _read(run, folder, now)
    except Refused as refusal:
        _settle(run, RunState.REFUSED, reporting.refused(refusal), now)
    except BaseException:
        _settle(run, RunState.STOPPED, {}, now)
        raise


@transaction.atomic
def _begun(run_id: uuid.UUID, now: dt.datetime) -> IngestRun | None:
    run = IngestRun.objects.select_for_update().filter(public_id=run_id).first()
    if run is None or run.state not in {RunState.WAITING, RunState.ACCEPTED}:
        return None
    if run.state == RunState.WAITING:
        run.state, run.changed_at = RunState.READING, now
    run.progress = {"stage": "opening"}
    run.save(update_fields=["state", "changed_at", "progress"])
    return run


def _settle(run: IngestRun, state: RunState, report: dict[str, Any], now: dt.datetime) -> None:
    """Say how it ended, unless the reading has said so itself."""
    underway = IngestRun.objects.filter(pk=run.pk, state__in=UNDERWAY)
    underway.update(state=state, report=report, changed_at=now)


def _read(run: IngestRun, folder: Path, now: dt.datetime) -> None:
    progress = _teller(run)
    if not run.file:
        _fetch(run, folder, progress)
    with private.at_hand(run.file, folder) as path:
        ingest(order=_order(run, path, progress), now=now)


def _fetch(run: IngestRun, folder: Path, progress: Progress) -> None:
    """Bring the file of an address here: what is read is what will be published."""
    target = folder / "fetched"
    run.order = run.order | {
        "name": downloading.download(run.order["url"], target, progress=progress)
    }
    run.file_size = target.stat().st_size
    with target.open("rb") as file:
        run.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    run.file = private.keep(target)
    run.save(update_fields=["order", "file_size", "sha256", "file"])


def _order(run: IngestRun, path: Path, progress: Progress) -> Order:
    said = run.order
    name, address = said.get("license") or ("", "")
    return Order(
        dataset_id=run.wanted_id,
        path=path,
        name=said.get("name", ""),
        url=said.get("url", ""),
        title=said.get("title", ""),
        description=said.get("description", ""),
        license=(name, address),
        key_fields=tuple(said.get("key_fields") or ()),
        schema=schemas.parse(said["schema"]) if said.get("schema") else None,
        hold=run.state != RunState.ACCEPTED,
        run_id=run.public_id,
        suppress=bool(said.get("suppress")),
        list_at=said.get("list_at", ""),
        note=said.get("note", ""),
        by=run.decided_by or run.started_by,
        progress=progress,
    )


def _teller(run: IngestRun) -> Progress:
    """Return what writes into a run how far it is, once a second."""
    told: list[tuple[str, float]] = [("", 0.0)]

    def tell(stage: str, done: int, total: int | None) -> None:
        moment = time.monotonic()
        before, at = told[0]
        if stage == before and moment - at < _EVERY:
            return
        told[0] = (stage, moment)
        said = {"stage": stage, "done": done, "total": total}
        IngestRun.objects.filter(pk=run.pk).update(progress=said)

    return tell


def purge(*, now: dt.datetime) -> int:
    """Forget the files nobody needs any more; return how many.

    Those are the files of runs that were settled some days ago (PARVIS_OPENDATA_KEEP_DAYS), those
    nobody decided about in 90 days, which are withdrawn, and those that no run names.
    """
    undecided = IngestRun.objects.filter(
        state__in=TO_DECIDE, changed_at__lt=now - _DECIDED_WITHIN
    ).exclude(file="")
    undecided.update(state=RunState.WITHDRAWN, changed_at=now)
    days = dt.timedelta(days=getattr(settings, "PARVIS_OPENDATA_KEEP_DAYS", 7))
    settled = IngestRun.objects.exclude(state__in=(*UNDERWAY, *TO_DECIDE)).filter(
        changed_at__lt=now - days
    )
    forgotten = 0
    for run in settled.exclude(file=""):
        private.forget(run.file)
        run.file = ""
        run.save(update_fields=["file"])
        forgotten += 1
    return forgotten + _forget_nameless(now) + private.clear_arriving(before=now - _ARRIVES_WITHIN)


def _forget_nameless(now: dt.datetime) -> int:
    named = set(IngestRun.objects.exclude(file="").values_list("file", flat=True))
    nameless = [
        name
        for name in private.kept()
        if name not in named and private.kept_since(name) < now - _ARRIVES_WITHIN
    ]
    for name in nameless:
        private.forget(name)
    return len(nameless)
