"""What time does: consultations open and close by themselves, and it is said once."""

from __future__ import annotations

from procrastinate.contrib.django import app

from parvis.deliberation.actions.holding import announce_openings_and_closings
from parvis.kernel import clock


@app.periodic(cron="* * * * *")
@app.task(name="deliberation.announce", queue="facts", queueing_lock="deliberation.announce")
def announce(timestamp: int) -> None:
    """Announce what opened or closed; the dates themselves decide, this only tells."""
    del timestamp
    announce_openings_and_closings(now=clock.now())
