"""Harvesting the catalogues of others: what they describe is described here, what they no longer
list is archived, and each dataset that cannot be taken is told with its reason.

A source that does not answer, or lists less than half of what it did, changes nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from parvis.kernel import register
from parvis.kernel.errors import NotFound, Refused
from parvis.opendata.actions import harvest_rows, harvest_wording, remote_catalogues
from parvis.opendata.actions.describing import describe
from parvis.opendata.actions.harvest_wording import Told
from parvis.opendata.models import Dataset, HarvestedDataset, HarvestSource
from parvis.opendata.queries.saying import here
from parvis.opendata.rules.harvesting import Listing, Remote, copies
from parvis.opendata.rules.harvesting.remote import host

DONE, FAILED = "done", "failed"
ADDED, CHANGED, RETURNED, ARCHIVED = "added", "changed", "returned", "archived"
PUBLISHED, REFUSED, SAME, ECHO = "published", "refused", "same", "echo"
MOST_LINES = 1_000
"""Of a report that is kept; the counts are of all."""
_SECONDS = 7_200.0
# A run ends in time by itself: one that has not, has died.
_SURELY_DEAD = dt.timedelta(hours=12)
logger = logging.getLogger(__name__)

Report = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How to harvest: `check_only` tells what would change and changes nothing; `force` archives
    even more than half."""

    check_only: bool = False
    force: bool = False


@dataclass(slots=True, kw_only=True)
class _Run:
    """One run under way."""

    source: HarvestSource
    origin: copies.Origin
    manner: Manner
    now: dt.datetime
    until: float
    counts: Counter[str] = field(default_factory=Counter)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def check_time(self) -> None:
        """Refuse to go on when the run has taken its time.

        :raises Told: `run_too_long`
        """
        if time.monotonic() > self.until:
            raise Told("run_too_long")

    def tell(self, what: str, remote_id: str, dataset_id: str = "", **why: Any) -> None:
        """Count what happened to a dataset, and note it unless nothing did."""
        self.counts[what] += 1
        if what not in {SAME, ECHO}:
            line = {"what": what, "remote_id": remote_id, "dataset_id": dataset_id, **why}
            self.lines.append(line)

    def refuse(self, remote_id: str, problem: harvest_rows.Problem, dataset_id: str = "") -> None:
        """Note why a dataset, or its rows, could not be taken."""
        why = {"code": problem["code"], "sentence": problem["sentence"]}
        self.tell(REFUSED, remote_id, dataset_id, **why)


def harvest(*, source_id: uuid.UUID, manner: Manner, now: dt.datetime) -> Report:
    """Harvest one source, and return the report that is kept of it.

    `state` is "done", or "failed" with `code` and `sentence` when nothing could be done; `counts`
    says how many datasets were added, changed, returned, archived, refused, the same or echoes of
    our own, and of how many new rows were published; `lines` names each of them.

    :raises NotFound: `no_source`
    :raises Refused: `harvest_running`, if somebody else is harvesting it
    """
    if manner.check_only:
        with transaction.atomic():
            report = _report(_source(source_id), manner, now)
            transaction.set_rollback(True)
        return report
    source = _claimed(source_id, now)
    report = {}
    try:
        report = _report(source, manner, now)
    finally:
        kept = {"report": report, "last_run_at": now} if report else {}
        HarvestSource.objects.filter(pk=source.pk).update(running_since=None, **kept)
    return report


def _source(source_id: uuid.UUID) -> HarvestSource:
    source = HarvestSource.objects.filter(public_id=source_id).first()
    if source is None:
        raise NotFound("no_source", here(harvest_wording.said("no_source")))
    return source


def _claimed(source_id: uuid.UUID, now: dt.datetime) -> HarvestSource:
    """Return a source that nobody else harvests until it is released."""
    source = _source(source_id)
    is_free = Q(running_since=None) | Q(running_since__lt=now - _SURELY_DEAD)
    if not HarvestSource.objects.filter(is_free, pk=source.pk).update(running_since=now):
        raise Told("harvest_running")
    return source


def _report(source: HarvestSource, manner: Manner, now: dt.datetime) -> Report:
    address, domain = source.address, host(source.address)
    run = _Run(
        source=source,
        origin=copies.Origin(title=source.name, domain=domain, address=address),
        manner=manner,
        now=now,
        until=time.monotonic() + getattr(settings, "PARVIS_OPENDATA_HARVEST_SECONDS", _SECONDS),
    )
    ended: Report = {"state": DONE}
    try:
        _take_all(run)
    except Refused as refusal:
        sentence = harvest_wording.of_refusal(refusal)
        ended = {"state": FAILED, "code": refusal.code, "sentence": sentence}
    # What went wrong is read first, and kept when there is too much to keep.
    lines = sorted(run.lines, key=lambda line: line["what"] != REFUSED)
    return {
        **ended,
        "at": now.isoformat(),
        "check_only": manner.check_only,
        "counts": dict(sorted(run.counts.items())),
        "lines": lines[:MOST_LINES],
    }


def _take_all(run: _Run) -> None:
    listing = remote_catalogues.read(run.source.kind, run.source.address)
    gone = _gone(run, listing)
    for one in listing.broken:
        sentence = harvest_wording.said(one.code, **one.details)
        run.refuse(one.remote_id, {"code": one.code, "sentence": sentence})
    for remote in listing.found:
        _take(run, remote)
    for remote_id in gone:
        _archive(run, remote_id)


def _gone(run: _Run, listing: Listing) -> tuple[str, ...]:
    """Return the ids that are no longer listed.

    :raises Told: `half_vanished`, before anything changed
    """
    known = HarvestedDataset.objects.filter(source=run.source, gone_at=None)
    vanished = copies.vanishing(known.values_list("remote_id", flat=True), listing.ids)
    if vanished.gone and not listing.complete:
        run.refuse("", {"code": "incomplete", "sentence": harvest_wording.said("incomplete")})
        return ()
    if vanished.is_suspect and not run.manner.force:
        raise Told("half_vanished", gone=len(vanished.gone), known=vanished.known)
    return vanished.gone


# --- one dataset ----------------------------------------------------------------------------------


def _take(run: _Run, remote: Remote) -> None:
    """Describe one dataset, and publish its rows where they are wanted; what goes wrong is told and
    stops nobody else."""
    ours = host(str(settings.PARVIS_SITE_URL))
    if copies.is_echo(remote, ours=ours, theirs=run.origin.domain):
        run.tell(ECHO, remote.remote_id)
        return
    try:
        run.check_time()
        noted = _described(run, remote)
        _publish(run, noted, remote)
    except Refused as refusal:
        run.refuse(remote.remote_id, harvest_rows.refusal(refusal))
    except Exception:
        logger.exception("harvest of %s: %s", run.source.name, remote.remote_id)
        sentence = harvest_wording.said("unexpected")
        run.refuse(remote.remote_id, {"code": "unexpected", "sentence": sentence})


@transaction.atomic
def _described(run: _Run, remote: Remote) -> HarvestedDataset:
    known = HarvestedDataset.objects.select_related("dataset", "source")
    noted = known.filter(source=run.source, remote_id=remote.remote_id).first()
    if noted is not None and noted.dataset.archived_at and not noted.gone_at:
        raise Told("archived_here")
    dataset_id = noted.dataset.dataset_id if noted else _free_id(run, remote)
    description = copies.described(remote, dataset_id=dataset_id, origin=run.origin)
    is_changed = describe(description=description, now=run.now)
    if noted is None:
        noted = HarvestedDataset.objects.create(
            source=run.source,
            dataset=Dataset.objects.get(dataset_id=dataset_id),
            remote_id=remote.remote_id,
            created_at=run.now,
        )
        what = ADDED
    elif noted.gone_at:
        noted.gone_at = None
        noted.save(update_fields=["gone_at"])
        what = RETURNED
    else:
        what = CHANGED if is_changed else SAME
    run.tell(what, remote.remote_id, dataset_id)
    return noted


def _free_id(run: _Run, remote: Remote) -> str:
    """Return the id of a dataset that is new here.

    :raises Told: `no_id`, `id_of_the_city`, `id_of_a_source`
    """
    if not remote.name:
        raise Told("no_id")
    dataset_id = f"{run.source.prefix}{remote.name}"
    # Whoever describes a dataset of this id meanwhile waits, or makes us fail.
    taken = Dataset.objects.select_for_update().filter(dataset_id=dataset_id).first()
    if taken is None:
        return dataset_id
    owner = HarvestedDataset.objects.select_related("source").filter(dataset=taken).first()
    if owner is None:
        raise Told("id_of_the_city", dataset=dataset_id)
    raise Told("id_of_a_source", dataset=dataset_id, source=owner.source.name)


def _publish(run: _Run, noted: HarvestedDataset, remote: Remote) -> None:
    """Publish the rows of a dataset, if the source's rows are wanted and it has some."""
    if not run.source.takes_records or remote.rows is None:
        return
    dataset_id = noted.dataset.dataset_id
    check_only = run.manner.check_only
    found = harvest_rows.take(noted=noted, rows=remote.rows, check_only=check_only, now=run.now)
    if isinstance(found, dict):
        run.refuse(remote.remote_id, found, dataset_id)
    elif found is not None:
        run.tell(PUBLISHED, remote.remote_id, dataset_id, version=found)


@transaction.atomic
def _archive(run: _Run, remote_id: str) -> None:
    """Take a dataset that its source no longer lists out of the catalogue; its versions stay."""
    noted = HarvestedDataset.objects.select_related("dataset").get(
        source=run.source, remote_id=remote_id
    )
    noted.gone_at = run.now
    noted.save(update_fields=["gone_at"])
    Dataset.objects.filter(pk=noted.dataset_id, archived_at=None).update(archived_at=run.now)
    dataset_id = noted.dataset.dataset_id
    register.record(
        register.Entry(
            action="opendata.archived",
            object_ref=f"opendata.dataset:{dataset_id}",
            recorded_at=run.now,
            channel="program",
            details={"source": run.source.name},
        )
    )
    run.tell(ARCHIVED, remote_id, dataset_id)
