"""What time does to the street: promises pass, questions stay without answer."""

from __future__ import annotations

from procrastinate.contrib.django import app

from parvis.kernel import clock
from parvis.streets.actions import (
    answering,
    clocks,
    counting,
    offline,
    routing_rules,
    sweeping,
)

_QUEUE = "housekeeping"


@app.periodic(cron="*/5 * * * *", periodic_id="streets_late")
@app.task(name="streets.announce_late", queue=_QUEUE, queueing_lock="streets.announce_late")
def announce_late(timestamp: int) -> None:
    """Say of each case whose deadline has passed that it is late, once."""
    del timestamp
    clocks.announce_late(now=clock.now())


@app.periodic(cron="37 4 * * *", periodic_id="streets_waited")
@app.task(name="streets.close_waited", queue=_QUEUE, queueing_lock="streets.close_waited")
def close_waited(timestamp: int) -> None:
    """Every night, say what is late three times over, and close what nobody answered."""
    del timestamp
    now = clock.now()
    clocks.announce_very_late(now=now)
    answering.close_unanswered(now=now)


@app.periodic(cron="* * * * *", periodic_id="streets_fold")
@app.task(name="streets.fold", queue=_QUEUE, queueing_lock="streets.fold")
def fold(timestamp: int) -> None:
    """Fold the changes of the map into its counts, every minute; readers add what is not folded."""
    del timestamp
    counting.fold_changes()


@app.periodic(cron="*/10 * * * *", periodic_id="streets_tally")
@app.task(name="streets.tally", queue=_QUEUE, queueing_lock="streets.tally")
def tally(timestamp: int) -> None:
    """Bring the statistics up to date."""
    del timestamp
    counting.tally(now=clock.now())


@app.periodic(cron="11 4 * * *", periodic_id="streets_recount")
@app.task(name="streets.recount", queue=_QUEUE, queueing_lock="streets.recount")
def recount(timestamp: int) -> None:
    """Count everything anew, every night: what was wrong is said, and mended."""
    del timestamp
    counting.recount()
    counting.tally(now=clock.now(), whole=True)


@app.periodic(cron="52 2 * * *", periodic_id="streets_photos")
@app.task(name="streets.sweep_photos", queue=_QUEUE, queueing_lock="streets.sweep_photos")
def sweep_photos(timestamp: int) -> None:
    """Every night, delete files of photos that no photo names."""
    del timestamp
    sweeping.sweep_photos(now=clock.now())


@app.periodic(cron="23 4 * * *", periodic_id="streets_rules")
@app.task(name="streets.check_rules", queue=_QUEUE, queueing_lock="streets.check_rules")
def check_rules(timestamp: int) -> None:
    """Every night, look which rules of routing have broken, and say it of each once."""
    del timestamp
    routing_rules.check_rules(now=clock.now())


@app.periodic(cron="41 4 * * *", periodic_id="streets_batches")
@app.task(name="streets.forget_batches", queue=_QUEUE, queueing_lock="streets.forget_batches")
def forget_batches(timestamp: int) -> None:
    """Every night, delete what devices sent after being offline long ago."""
    del timestamp
    offline.forget_batches(now=clock.now())
