"""What time does to missions: their last day passes, photos that served are thrown away."""

from __future__ import annotations

from procrastinate.contrib.django import app

from parvis.kernel import clock
from parvis.missions.actions import forgetting, proposing


@app.periodic(cron="7 * * * *", periodic_id="missions_ended")
@app.task(name="missions.close_ended", queue="housekeeping", queueing_lock="missions.close_ended")
def close_ended(timestamp: int) -> None:
    """Close each mission whose last day is over, every hour; it takes no answers before that
    either."""
    del timestamp
    proposing.close_ended(now=clock.now())


@app.periodic(cron="53 3 * * *", periodic_id="missions_sweep_photos")
@app.task(name="missions.sweep_photos", queue="housekeeping")
def sweep_photos(timestamp: int) -> None:
    """Delete, every night, the files of photos that no answer names any more."""
    del timestamp
    forgetting.sweep_photos(now=clock.now())
