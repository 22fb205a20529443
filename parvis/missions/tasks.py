"""What time does to missions: their last day passes."""

from __future__ import annotations

from procrastinate.contrib.django import app

from parvis.kernel import clock
from parvis.missions.actions import proposing


@app.periodic(cron="7 * * * *", periodic_id="missions_ended")
@app.task(name="missions.close_ended", queue="housekeeping", queueing_lock="missions.close_ended")
def close_ended(timestamp: int) -> None:
    """Close each mission whose last day is over, every hour; it takes no answers before that
    either."""
    del timestamp
    proposing.close_ended(now=clock.now())
