"""What the front door shows of missions: what is open, a card of one's answers, agents' queues."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from parvis.account.public import Role
from parvis.kernel.declarations import (
    AccountCard,
    CityService,
    Companion,
    CompanionSource,
    DeskQueue,
    Happening,
    HappeningSource,
    account_cards,
    city_services,
    companions,
    desk_queues,
    happenings,
)
from parvis.missions.permissions import SERVICE
from parvis.missions.queries import beside, desk, mine, missions
from parvis.ui.wording import number

_CARD_LINES = 3
# The first page of the street, where a way to the missions stands.
_SQUARE = "streets.square"


def _open(now: dt.datetime) -> Sequence[Happening]:
    opened, _over = missions.shown(now=now)
    return [_happening(one) for one in opened if one.mission.tasks]


def _happening(row: missions.Row) -> Happening:
    known = row.mission
    done = ngettext(
        "%(by)s asks: %(decided)s of %(tasks)s thing checked",
        "%(by)s asks: %(decided)s of %(tasks)s things checked",
        known.tasks,
    ) % {"by": known.by, "decided": number(known.decided), "tasks": number(known.tasks)}
    return Happening(
        tag=_("Mission"),
        title=known.title,
        text=f"{done}. {row.where}.",
        url=known.url,
        verb=_("Take part"),
        opens_at=known.opens_at or dt.datetime.max.replace(tzinfo=dt.UTC),
        closes_at=known.closes_at or dt.datetime.max.replace(tzinfo=dt.UTC),
        language="fr",
    )


def _mine(person_id: uuid.UUID, now: dt.datetime) -> Sequence[tuple[str, str]]:
    del now
    return [
        (f"{one.answer.task.label} : {one.said}", reverse("missions:mine"))
        for one in mine.given(person_id, limit=_CARD_LINES)
    ]


def _proposals(_now: dt.datetime) -> int:
    return desk.proposals_count()


def _disputed(_now: dt.datetime) -> int:
    return desk.disputed_count()


def _beside(refs: Sequence[str], now: dt.datetime) -> dict[str, list[Companion]]:
    offered = {
        ref: [Companion(label=_("Check it on the spot"), url=url)]
        for ref, url in beside.ways_to_check(refs, now=now).items()
    }
    for ref, url in beside.ways_to_propose(refs).items():
        offered[ref] = [Companion(label=_("Propose a mission"), url=url)]
    return offered | ({_SQUARE: [_missions(now)]} if _SQUARE in refs else {})


def _missions(now: dt.datetime) -> Companion:
    opened, _over = missions.shown(now=now)
    label = _("Missions: count and check things of the city")
    return Companion(label=label, url=reverse("missions:index"), count=len(opened))


happenings.declare(HappeningSource(key="missions", find=_open))
account_cards.declare(
    AccountCard(key="missions", label=gettext_lazy("My answers in missions"), order=32, lines=_mine)
)
city_services.declare(CityService(key=SERVICE, label=gettext_lazy("Missions"), order=32))
companions.declare(CompanionSource(key="missions", find=_beside))
desk_queues.declare(
    DeskQueue(
        key="missions.proposals",
        label=gettext_lazy("Missions to open"),
        order=57,
        url_name="missions:desk",
        role=Role.AGENT,
        waiting=_proposals,
        service=SERVICE,
    ),
    DeskQueue(
        key="missions.disputes",
        label=gettext_lazy("Missions: people disagree"),
        order=58,
        url_name="missions:disputes",
        role=Role.AGENT,
        waiting=_disputed,
        service=SERVICE,
    ),
)
