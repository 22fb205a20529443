"""What time does to projects: a phase begins, and they move on."""

from __future__ import annotations

from procrastinate.contrib.django import app

from parvis.budget.actions import studying
from parvis.kernel import clock


@app.periodic(cron="11 * * * *", periodic_id="budget_advance")
@app.task(name="budget.advance", queue="housekeeping", queueing_lock="budget.advance")
def advance(timestamp: int) -> None:
    """Move projects on as the calendar says, every hour; what may be done goes by the clock
    itself."""
    del timestamp
    studying.advance(now=clock.now())
