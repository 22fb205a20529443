"""What the account does by itself: at night what is old is forgotten; archives are made."""

from __future__ import annotations

import uuid

from procrastinate.contrib.django import app

from parvis.account.actions import archives, assisting, counter, phones, recovery, retention
from parvis.kernel import clock


@app.periodic(cron="27 3 * * *", periodic_id="forget_by_rule")
@app.task(
    name="account.forget_by_rule", queue="housekeeping", queueing_lock="account.forget_by_rule"
)
def forget_by_rule(timestamp: int) -> None:
    """Carry out, every night, each rule of retention that a module declared."""
    del timestamp
    retention.forget_by_rule(now=clock.now())


@app.task(name=archives.TASK, queue=archives.QUEUE)
def build_archive(archive_id: str) -> None:
    """Make the archive that somebody asked for; a worker that dies begins it anew."""
    archives.build_archive(uuid.UUID(archive_id), now=clock.now())


@app.task(name=recovery.TASK, queue=recovery.QUEUE)
def send_recovery_text(recovery_id: str) -> None:
    """Send the code of who has forgotten the password to their phones, if they have any."""
    recovery.send_text(recovery_id=uuid.UUID(recovery_id), now=clock.now())


@app.task(name=phones.TASK, queue=phones.QUEUE)
def send_phone_code(code_id: str) -> None:
    """Send the code of who wants to add a phone, unless its number got as many as it may."""
    phones.post_asked(code_id=uuid.UUID(code_id), now=clock.now())


@app.periodic(cron="*/5 * * * *", periodic_id="recoveries")
@app.task(name="account.recoveries", queue="housekeeping", queueing_lock="account.recoveries")
def recoveries(timestamp: int) -> None:
    """Every five minutes, send the links nobody refused within a day, and let old ones die."""
    del timestamp
    now = clock.now()
    counter.send_due_links(now=now)
    counter.expire_links(now=now)


@app.periodic(cron="7 * * * *", periodic_id="forget_codes")
@app.task(name="account.forget_phone_codes", queue="housekeeping")
def forget_phone_codes(timestamp: int) -> None:
    """Forget, every hour, codes and attempts that are over, and the words of useless texts."""
    del timestamp
    now = clock.now()
    phones.forget_old_codes(now=now)
    recovery.forget_old(now=now)


@app.periodic(cron="*/5 * * * *", periodic_id="end_assistances")
@app.task(
    name="account.end_assistances", queue="housekeeping", queueing_lock="account.end_assistances"
)
def end_assistances(timestamp: int) -> None:
    """Tell, every five minutes, where an agent's time to act for somebody, or their role, is over.

    They could do nothing more since that moment: this tells the services they entered.
    """
    del timestamp
    assisting.end_those_worth_nothing(now=clock.now())
