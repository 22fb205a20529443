"""What time does: unfinished work and old counts are cleared away at night, followers are told in
the morning what came too late yesterday, messages to webhooks are tried until they are taken,
catalogues of others are harvested when they are due."""

from __future__ import annotations

import contextlib
import secrets
import uuid
from collections.abc import Iterable, Mapping

from django.db import transaction
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.opendata.actions import (
    declared,
    following,
    harvesting,
    ingesting,
    publishing,
    pulling,
    sealing,
    uploading,
    webhooks,
    working,
)
from parvis.opendata.queries import harvests, live as live_series, tails


@app.periodic(cron="17 3 * * *")
@app.task(name="opendata.sweep", queue="facts", queueing_lock="opendata.sweep")
def sweep(timestamp: int) -> None:
    """Delete files that no version names or nobody needs any more, close runs whose process
    died."""
    del timestamp
    now = clock.now()
    publishing.sweep()
    tails.forget_old_tails()
    ingesting.close_abandoned(now=now)
    working.purge(now=now)


@app.periodic(cron="30 5 * * *")
@app.task(name="opendata.tell_followers", queue="facts", queueing_lock="opendata.tell_followers")
def tell_followers(timestamp: int) -> None:
    """Tell followers together what was published after they were told yesterday."""
    del timestamp
    following.tell_followers(now=clock.now())


class NotDelivered(Exception):
    """A message was not taken, and is tried again in so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"not taken, tried again in {seconds} s")
        self.seconds = seconds


class _AsTheMessageSays(BaseRetryStrategy):
    """Wait as long as the rule says, and up to a fifth longer: not all who failed at once come
    back at once. Anything else that fails is a fault of ours, tried as a fact is."""

    _OURS, _MOST = 3, 10

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, None to give up."""
        if isinstance(exception, NotDelivered):
            wait = exception.seconds + secrets.randbelow(exception.seconds // 5 + 1)
            return RetryDecision(retry_in={"seconds": wait})
        if job.attempts >= self._MOST:
            return None
        return RetryDecision(retry_in={"seconds": self._OURS ** (job.attempts + 1)})


@app.task(name=webhooks.TASK, queue=webhooks.QUEUE, retry=_AsTheMessageSays())
def deliver_webhook(message_id: str) -> None:
    """Hand a message to its webhook; an exception means that it is tried again later."""
    outcome = webhooks.deliver(message_id=uuid.UUID(message_id), now=clock.now())
    if outcome.again is not None:
        raise NotDelivered(outcome.again)


def _have_each_done(name: str, queue: str, given: Iterable[Mapping[str, str]]) -> None:
    """Defer a job for each of these: one that hangs stops nobody else, and one that waits since the
    last time waits on."""
    manager = JobManager(DjangoConnector())
    for one in given:
        lock = f"{name}/{'/'.join(one.values())}"
        job = configure_task(name=name, job_manager=manager, queue=queue, queueing_lock=lock)
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            job.defer(**one)


_PULL, _FEEDS = "opendata.pull", "feeds"


@app.periodic(cron="* * * * *")
@app.task(name="opendata.pull_due", queue="facts", queueing_lock="opendata.pull_due")
def pull_due(timestamp: int) -> None:
    """Have every source asked that is due."""
    del timestamp
    due = live_series.due(clock.now())
    _have_each_done(_PULL, _FEEDS, [{"dataset_id": one} for one in due])


@app.task(name=_PULL, queue=_FEEDS)
def pull(dataset_id: str) -> None:
    """Ask one source for what is new; what went wrong stands beside the dataset."""
    pulling.pull(dataset_id=dataset_id, now=clock.now())


_HARVEST, _CARE = "opendata.harvest", "care"


@app.periodic(cron="*/15 * * * *")
@app.task(name="opendata.harvest_due", queue=_CARE, queueing_lock="opendata.harvest_due")
def harvest_due(timestamp: int) -> None:
    """Have every source harvested that is due."""
    del timestamp
    due = harvests.due(clock.now())
    _have_each_done(_HARVEST, _CARE, [{"source_id": str(one)} for one in due])


@app.task(name=_HARVEST, queue=_CARE)
def harvest(source_id: str) -> None:
    """Harvest one source; what went wrong stands in its report."""
    try:
        harvesting.harvest(
            source_id=uuid.UUID(source_id), manner=harvesting.Manner(), now=clock.now()
        )
    except Refused as refusal:
        if refusal.code != "harvest_running":
            raise


@app.task(name=uploading.TASK, queue=uploading.QUEUE)
def read_file(run_id: str) -> None:
    """Read a file that an agent sent, or publish it; what comes of it stands in its run."""
    working.go_on(run_id=uuid.UUID(run_id), now=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="opendata.seal_due", queue="facts", queueing_lock="opendata.seal_due")
def seal_due(timestamp: int) -> None:
    """Make versions of what arrived live since an hour."""
    del timestamp
    now = clock.now()
    for dataset_id in live_series.due_for_sealing(now):
        sealing.seal(dataset_id=dataset_id, now=now)


@app.periodic(cron="47 3 * * *")
@app.task(name="opendata.refresh", queue="facts", queueing_lock="opendata.refresh")
def refresh(timestamp: int) -> None:
    """Read whole what modules publish live: what no fact told is mended."""
    del timestamp
    declared.refresh_all(now=clock.now())
