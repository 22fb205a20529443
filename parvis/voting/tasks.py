"""What time does to votes: batches in the night, notices by day, keys destroyed."""

from __future__ import annotations

from procrastinate.contrib.django import app

from parvis.kernel import clock
from parvis.voting.actions import batching, mixing, opening, stamping, telling


@app.periodic(cron="20 1 * * *", periodic_id="voting_batches")
@app.task(name="voting.release_batches", queue="housekeeping", queueing_lock="voting.batches")
def release_batches(timestamp: int) -> None:
    """Release what may be released of each vote, in the night, and have its root dated."""
    del timestamp
    batching.release_batches(now=clock.now())
    stamping.stamp_roots()


@app.periodic(cron="4,34 * * * *", periodic_id="voting_closed")
@app.task(name="voting.release_closed", queue="housekeeping", queueing_lock="voting.closed")
def release_closed(timestamp: int) -> None:
    """Release the last batch of a vote that has just closed; ask again for a date that is missing;
    destroy secrets that a crash left."""
    del timestamp
    now = clock.now()
    batching.release_closed(now=now)
    stamping.stamp_roots()
    opening.destroy_keys(now=now)


@app.periodic(cron="10 6 * * *", periodic_id="voting_told")
@app.task(name="voting.tell", queue="housekeeping", queueing_lock="voting.tell")
def tell(timestamp: int) -> None:
    """Take the order out of the register of earlier days, then tell who was ticked on them."""
    del timestamp
    now = clock.now()
    mixing.mix_register(now=now)
    telling.tell_registered(now=now)


@app.periodic(cron="25 * * * *", periodic_id="voting_reminded")
@app.task(name="voting.remind", queue="housekeeping", queueing_lock="voting.remind")
def remind(timestamp: int) -> None:
    """Remind who began and did not confirm, where the hour is right."""
    del timestamp
    telling.remind(now=clock.now())
