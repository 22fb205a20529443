"""What time does: unfinished work and old counts are cleared away at night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from parvis.kernel import clock
from parvis.opendata.actions import ingesting, publishing, quotas


@app.periodic(cron="17 3 * * *")
@app.task(name="opendata.sweep", queue="facts", queueing_lock="opendata.sweep")
def sweep(timestamp: int) -> None:
    """Delete files that no version names, close runs whose process died, forget old counts."""
    del timestamp
    now = clock.now()
    publishing.sweep()
    ingesting.close_abandoned(now=now)
    quotas.forget_old_counts(now=now)
