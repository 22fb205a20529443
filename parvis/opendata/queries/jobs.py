"""Whether the job that works on a file is alive: what the queue itself knows of it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from procrastinate.contrib.django.models import ProcrastinateJob

from parvis.opendata.models import IngestRun
from parvis.opendata.models.runs import UNDERWAY

_SILENT_FOR = 30.0  # seconds, the queue's own default


def is_lost(run: IngestRun, *, now: dt.datetime) -> bool:
    """Tell whether a file is underway by its state while nobody works on it any more.

    A worker says that it lives every few seconds; one that was killed falls silent, and its job
    stays as it was.
    """
    if run.state not in UNDERWAY or run.job is None:
        return False
    job = ProcrastinateJob.objects.select_related("worker").filter(pk=run.job).first()
    if job is None:
        return True
    if job.status == "todo":
        return False
    if job.status != "doing" or job.worker is None:
        return True
    return bool(job.worker.last_heartbeat < now - dt.timedelta(seconds=_silence()))


def _silence() -> float:
    chosen = getattr(settings, "PROCRASTINATE_WORKER_DEFAULTS", {})
    return float(chosen.get("stalled_worker_timeout", _SILENT_FOR))
