"""What time does: what a killed publication left behind is swept away at night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from parvis.opendata.actions import publishing


@app.periodic(cron="17 3 * * *")
@app.task(name="opendata.sweep", queue="facts", queueing_lock="opendata.sweep")
def sweep(timestamp: int) -> None:
    """Delete files that no version names."""
    del timestamp
    publishing.sweep()
