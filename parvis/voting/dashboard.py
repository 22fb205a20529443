"""What the front door shows of votes: the service that keeps them, and a queue for its agents."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy

from parvis.account.public import Role
from parvis.kernel.declarations import CityService, DeskQueue, city_services, desk_queues
from parvis.voting.permissions import SERVICE
from parvis.voting.queries import desk


def _waiting(now: dt.datetime) -> int:
    return desk.boxes_to_count(now=now)


city_services.declare(CityService(key=SERVICE, label=gettext_lazy("Votes"), order=33))
desk_queues.declare(
    DeskQueue(
        key="voting.boxes",
        label=gettext_lazy("Votes and ballot boxes"),
        order=59,
        url_name="voting:desk",
        role=Role.AGENT,
        waiting=_waiting,
        service=SERVICE,
    ),
    DeskQueue(
        key="voting.keys",
        label=gettext_lazy("Keys of votes"),
        order=60,
        url_name="voting:desk",
        role=Role.OFFICIAL,
        waiting=lambda now: desk.keys_awaited(now=now),
        service=SERVICE,
    ),
)
