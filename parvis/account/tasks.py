"""What the account does by itself: forgetting the sign-ups that nobody confirmed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from parvis.account.actions import closing, opening
from parvis.kernel import clock


@app.periodic(cron="27 3 * * *", periodic_id="forget_unconfirmed")
@app.task(name="account.forget_unconfirmed", queue="housekeeping")
def forget_unconfirmed(timestamp: int) -> None:
    """Forget, every night, the sign-ups whose link has gone stale."""
    del timestamp
    opening.forget_unconfirmed(now=clock.now())


@app.periodic(cron="37 3 * * *", periodic_id="forget_sessions")
@app.task(name="account.forget_sessions", queue="housekeeping")
def forget_sessions(timestamp: int) -> None:
    """Delete, every night, the sessions that have run out."""
    del timestamp
    closing.forget_sessions(now=clock.now())
