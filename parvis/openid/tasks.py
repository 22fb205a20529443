"""What the provider does by itself: telling services, renewing keys."""

from __future__ import annotations

from procrastinate.contrib.django import app

from parvis.kernel import clock
from parvis.openid.actions import keys, telling


@app.task(name=telling.TASK, queue=telling.QUEUE)
def tell_service(service_id: int) -> None:
    """Tell a service which sign-ins have ended."""
    telling.tell_service(service_id, now=clock.now())


@app.periodic(cron="17 4 1 * *", periodic_id="rotate_keys")
@app.task(name="openid.rotate_keys", queue="housekeeping")
def rotate_keys(timestamp: int) -> None:
    """Publish, every month, the key that signs from the next day on."""
    del timestamp
    now = clock.now()
    keys.rotate_keys(now=now)
    keys.seal_again()
    keys.forget_keys(now=now)
