"""Time: deliveries of a killed worker are taken up again, old words go."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app

from parvis.kernel import clock, outbox

QUEUE = "care"
# No relay takes an hour to answer: what is still half handed over by then will stay so.
HALF_HANDED_OVER = dt.timedelta(hours=1)
_JOBS_STAY_HOURS = 7 * 24
_STALLED_AFTER_SECONDS = 30.0


def stalled_after() -> int:
    """Return after how many seconds without a heartbeat a worker counts as dead."""
    defaults = getattr(settings, "PROCRASTINATE_WORKER_DEFAULTS", {})
    return int(defaults.get("stalled_worker_timeout", _STALLED_AFTER_SECONDS))


@app.periodic(cron="* * * * *", periodic_id="rescue")
@app.task(name="relation.rescue", queue=QUEUE, queueing_lock="relation.rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Give the jobs of dead workers back to the living, every minute.

    Each delivery minds being repeated itself: a reaction by its fact, a mail by its state.
    """
    del timestamp
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=stalled_after()):
        await jobs.retry_job(job)


@app.periodic(cron="17 3 * * *", periodic_id="forget")
@app.task(name="relation.forget", queue=QUEUE, queueing_lock="relation.forget")
def forget(timestamp: int) -> None:
    """Say of half handed over mails that nobody knows whether they left, every night."""
    del timestamp
    now = clock.now()
    outbox.give_up_on(since=now - HALF_HANDED_OVER, now=now)


@app.periodic(cron="47 3 * * *", periodic_id="sweep")
@app.task(name="relation.sweep", queue=QUEUE, queueing_lock="relation.sweep", pass_context=True)
async def sweep(context: JobContext, timestamp: int) -> None:
    """Remove the jobs that succeeded a week ago, every night; failed ones wait for a person."""
    del timestamp
    await context.app.job_manager.delete_old_jobs(nb_hours=_JOBS_STAY_HOURS)
