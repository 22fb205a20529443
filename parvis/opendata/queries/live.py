"""What arrives live: which series there are, how fresh each is, which are to be asked now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from parvis.opendata.models import LiveSeries
from parvis.opendata.rules.live import is_stale

SEALED_EVERY = dt.timedelta(hours=1)
# A source that fails is asked less and less often, at least once an hour.
_LONGEST_WAIT = dt.timedelta(hours=1)
_DOUBLED_AT_MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStatus:
    """How a live dataset is doing.

    `heard_at` is when its source last answered or sent, `ttl` how long it may be silent, `error`
    why it did not answer the last `failures` times. `waiting` counts the batches that are not
    sealed yet.
    """

    dataset_id: str
    kind: str
    heard_at: dt.datetime | None
    tried_at: dt.datetime | None
    ttl: dt.timedelta | None
    is_stale: bool
    error: str
    failures: int
    waiting: int
    pull: Mapping[str, Any] | None
    next_pull_at: dt.datetime | None


def status(dataset_id: str, *, now: dt.datetime) -> LiveStatus | None:
    """Return how a live dataset is doing, None for one that is not live."""
    series = _series().filter(dataset__dataset_id=dataset_id).first()
    return _status(series, now) if series else None


def said(known: LiveStatus) -> dict[str, Any]:
    """Return what the API says of a live dataset; its key stands beside what the portal says."""
    return {
        "kind": known.kind,
        "heard_at": known.heard_at.isoformat() if known.heard_at else None,
        "ttl": int(known.ttl.total_seconds()) if known.ttl else None,
        "is_stale": known.is_stale,
        "error": known.error or None,
    }


def statuses(*, now: dt.datetime) -> list[LiveStatus]:
    """Return how every live dataset is doing, by id."""
    return [_status(one, now) for one in _series().order_by("dataset__dataset_id")]


def due(now: dt.datetime) -> list[str]:
    """Return the datasets whose source is to be asked now."""
    asked = [_status(one, now) for one in _series().exclude(pull=None)]
    return [one.dataset_id for one in asked if one.next_pull_at and one.next_pull_at <= now]


def due_for_sealing(now: dt.datetime) -> list[str]:
    """Return the datasets of which rows wait since an hour to be sealed; the first rows of all do
    not wait."""
    waiting = _series().filter(revision__gt=F("sealed")).select_related("dataset__current")
    long_ago = Q(dataset__current__published_at__lte=now - SEALED_EVERY)
    found = waiting.filter(long_ago | Q(dataset__current__rows=0))
    return list(found.order_by("dataset__dataset_id").values_list("dataset__dataset_id", flat=True))


def _series() -> Any:
    return LiveSeries.objects.select_related("dataset").filter(dataset__archived_at=None)


def _status(series: LiveSeries, now: dt.datetime) -> LiveStatus:
    ttl = dt.timedelta(seconds=series.ttl_seconds) if series.ttl_seconds else None
    return LiveStatus(
        dataset_id=series.dataset.dataset_id,
        kind=series.kind,
        heard_at=series.heard_at,
        tried_at=series.tried_at,
        ttl=ttl,
        is_stale=is_stale(series.heard_at, ttl, now),
        error=series.error,
        failures=series.failures,
        waiting=series.revision - series.sealed,
        pull=series.pull,
        next_pull_at=_next_pull(series),
    )


def _next_pull(series: LiveSeries) -> dt.datetime | None:
    if series.pull is None:
        return None
    if series.tried_at is None:
        return series.opened_at
    every = dt.timedelta(seconds=float(series.pull["every"]))
    wait = every * 2 ** min(series.failures, _DOUBLED_AT_MOST)
    tried: dt.datetime = series.tried_at
    after: dt.timedelta = max(every, min(wait, _LONGEST_WAIT))
    return tried + after
