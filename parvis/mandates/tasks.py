"""What mandates do by themselves: they end on their last day, papers that served are thrown
away."""

from __future__ import annotations

from procrastinate.contrib.django import app

from parvis.kernel import clock
from parvis.mandates.actions import forgetting, growing_up


@app.periodic(cron="5 * * * *", periodic_id="mandates_end_of_terms")
@app.task(name="mandates.end_of_terms", queue="housekeeping")
def end_of_terms(timestamp: int) -> None:
    """Tell every hour who acts for whom no longer: the day begins at midnight in the city."""
    del timestamp
    growing_up.end_of_terms(now=clock.now())


@app.periodic(cron="47 3 * * *", periodic_id="mandates_sweep_papers")
@app.task(name="mandates.sweep_papers", queue="housekeeping")
def sweep_papers(timestamp: int) -> None:
    """Delete, every night, the files of papers that no mandate names any more."""
    del timestamp
    forgetting.sweep_papers(now=clock.now())
