"""What the front door shows of the street: a way in, a verb, a card of one's reports."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from parvis.account.public import Reach, Role
from parvis.kernel.declarations import (
    AccountCard,
    CityService,
    DeskQueue,
    NavEntry,
    Stone,
    account_cards,
    city_services,
    desk_queues,
    nav_entries,
    stones,
)
from parvis.streets.permissions import SERVICE
from parvis.streets.queries import (
    api_keys,
    board,
    life_desk,
    mine,
    photos,
    public_cases,
    routing_desk,
    routing_waiting,
)
from parvis.ui.wording import number

_CARD_LINES = 3
_LATELY = dt.timedelta(days=30)


def _fact(now: dt.datetime) -> str:
    settled = public_cases.settled_since(now - _LATELY)
    if not settled:
        return _("Say what is wrong in the street, and see what becomes of it.")
    return ngettext(
        "%(number)s report settled within a month",
        "%(number)s reports settled within a month",
        settled,
    ) % {"number": number(settled)}


def _mine(person_id: uuid.UUID, now: dt.datetime) -> Sequence[tuple[str, str]]:
    del now
    return [
        (
            _("%(what)s: %(state)s") % {"what": one.row.label, "state": one.row.state},
            reverse("streets:own", args=[one.report_id]),
        )
        for one in mine.reports_of(person_id, limit=_CARD_LINES)
    ]


def _rules(now: dt.datetime) -> int:
    return routing_desk.broken_count(now=now)


def _late(now: dt.datetime, territories: frozenset[int] | None) -> int:
    return board.to_take(Reach(territories), now=now)


def _unrouted(_now: dt.datetime) -> int:
    return routing_waiting.waiting_count()


def _faults(_now: dt.datetime) -> int:
    return len(life_desk.faults())


def _photos(_now: dt.datetime, territories: frozenset[int] | None) -> int:
    return photos.waiting_count(Reach(territories))


nav_entries.declare(
    NavEntry(key="streets", label=gettext_lazy("In the street"), url_name="streets:index", order=30)
)
stones.declare(
    Stone(
        key="streets",
        label=gettext_lazy("Report something"),
        url_name="streets:report",
        icon="cone",
        order=20,
        sentence=_fact,
    )
)
account_cards.declare(
    AccountCard(key="streets", label=gettext_lazy("My reports"), order=30, lines=_mine)
)
city_services.declare(
    CityService(
        key=SERVICE,
        label=gettext_lazy("In the street"),
        order=30,
        divided=frozenset({Role.AGENT, Role.MODERATOR}),
    )
)
desk_queues.declare(
    DeskQueue(
        key="streets.board",
        label=gettext_lazy("Reports to treat: late ones"),
        order=50,
        url_name="streets:board",
        role=Role.AGENT,
        waiting_in=_late,
        service=SERVICE,
    ),
    DeskQueue(
        key="streets.unrouted",
        label=gettext_lazy("Reports without a handler"),
        order=54,
        url_name="streets:routing_waiting",
        role=Role.AGENT,
        waiting=_unrouted,
        service=SERVICE,
    ),
    DeskQueue(
        key="streets.routing",
        label=gettext_lazy("Who treats what: rules to mend"),
        order=85,
        url_name="streets:routing",
        role=Role.ADMINISTRATOR,
        waiting=_rules,
        service=SERVICE,
    ),
    DeskQueue(
        key="streets.life",
        label=gettext_lazy("How a report lives"),
        order=86,
        url_name="streets:life",
        role=Role.ADMINISTRATOR,
        waiting=_faults,
        service=SERVICE,
    ),
    DeskQueue(
        key="streets.photos",
        label=gettext_lazy("Photos to look at"),
        order=56,
        url_name="streets:photo_queue",
        role=Role.AGENT,
        waiting_in=_photos,
        service=SERVICE,
    ),
    DeskQueue(
        key="streets.photos_moderated",
        label=gettext_lazy("Photos to look at"),
        order=56,
        url_name="streets:photo_queue",
        role=Role.MODERATOR,
        waiting_in=_photos,
        service=SERVICE,
    ),
    DeskQueue(
        key="streets.keys",
        label=gettext_lazy("Keys for programs"),
        order=86,
        url_name="streets:keys",
        role=Role.ADMINISTRATOR,
        waiting=api_keys.forgotten,
        service=SERVICE,
    ),
)
