"""What the front door shows of the participatory budget: a way in, a stone, what is open, a card,
the queues."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from parvis.account.public import Role
from parvis.budget.permissions import SERVICE
from parvis.budget.queries import deliveries, desk, editions, projects
from parvis.budget.queries.editions import Standing
from parvis.kernel.declarations import (
    AccountCard,
    CityService,
    Companion,
    CompanionSource,
    DeskQueue,
    Happening,
    HappeningSource,
    NavEntry,
    Stone,
    account_cards,
    city_services,
    companions,
    desk_queues,
    happenings,
    nav_entries,
    stones,
)
from parvis.ui import wording

_CARD_LINES = 3
_FRESH = dt.timedelta(days=1)
_DISTRICT = "territory.arrondissement:"


def _fact(now: dt.datetime) -> str:
    edition = editions.current(now)
    if edition is None:
        return ""
    standing = editions.standing(edition, now=now)
    if standing.now is not None:
        until = wording.day(standing.now.closes_at, now=now)
        told = {"phase": standing.now.label, "until": until}
        return _("%(phase)s until %(until)s") % told
    return standing.title


def _open(now: dt.datetime) -> Sequence[Happening]:
    found = [editions.standing(one, now=now) for one in editions.held()]
    return [_happening(one) for one in found if one.may_vote or one.may_propose or one.may_build]


def _happening(standing: Standing) -> Happening:
    slug = standing.edition.slug
    if standing.may_vote:
        verb, url = _("See what is voted on"), reverse("budget:edition", args=[slug])
    elif standing.may_propose:
        verb, url = _("Propose a project"), reverse("budget:edition", args=[slug])
    else:
        verb, url = _("Read the projects"), reverse("budget:projects", args=[slug])
    on = standing.now
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return Happening(
        tag=_("Participatory budget"),
        title=standing.title,
        text=on.label.capitalize() if on else "",
        url=url,
        verb=verb,
        opens_at=on.opens_at if on else far,
        closes_at=on.closes_at if on else far,
    )


def _mine(person_id: uuid.UUID, _now: dt.datetime) -> Sequence[tuple[str, str]]:
    lines = [
        (_("%(what)s: %(state)s") % {"what": one.title, "state": one.status}, one.url)
        for one in projects.own(person_id, limit=_CARD_LINES)
    ]
    # Only authors are asked.
    if lines and projects.merging_asks(person_id).exists():
        asked = _("You are asked whether two projects become one"), reverse("budget:mine")
        lines = [asked, *lines][:_CARD_LINES]
    return lines


def _around(refs: Sequence[str], _now: dt.datetime) -> dict[str, list[Companion]]:
    """Say how many winners an arrondissement has."""
    asked = {ref: int(ref.removeprefix(_DISTRICT)) for ref in refs if ref.startswith(_DISTRICT)}
    counts = deliveries.counts_by_district() if asked else {}
    return {
        ref: [_winners(number, counts[number])] for ref, number in asked.items() if number in counts
    }


def _winners(arrondissement: int, count: int) -> Companion:
    label = ngettext(
        "Participatory budget: %(number)s winner here",
        "Participatory budget: %(number)s winners here",
        count,
    ) % {"number": wording.number(count)}
    url = f"{reverse('budget:winners')}?place={arrondissement}"
    return Companion(label=label, url=url, count=count)


def _studies(_now: dt.datetime) -> int:
    return desk.opinions_waiting().count() + desk.to_study().count()


def _decisions(_now: dt.datetime) -> int:
    return desk.to_decide().count() + desk.appeals_waiting().count()


def _works(_now: dt.datetime) -> int:
    return desk.works_late().count()


def _remarks(now: dt.datetime) -> int:
    return desk.fresh_remarks().filter(written_at__gte=now - _FRESH).count()


def _editions(_now: dt.datetime) -> int:
    return 0


nav_entries.declare(
    NavEntry(key="budget", label=gettext_lazy("Budget"), url_name="budget:index", order=22)
)
stones.declare(
    Stone(
        key="budget",
        label=gettext_lazy("Decide on the budget"),
        url_name="budget:index",
        icon="coin",
        order=22,
        sentence=_fact,
    )
)
happenings.declare(HappeningSource(key="budget", find=_open))
account_cards.declare(
    AccountCard(key="budget", label=gettext_lazy("My projects"), order=22, lines=_mine)
)
city_services.declare(
    CityService(key=SERVICE, label=gettext_lazy("Participatory budget"), order=22)
)
companions.declare(CompanionSource(key="budget", find=_around))


desk_queues.declare(
    DeskQueue(
        key="budget.studies",
        label=gettext_lazy("Projects to study"),
        order=60,
        url_name="budget:desk",
        role=Role.AGENT,
        waiting=_studies,
        service=SERVICE,
    ),
    DeskQueue(
        key="budget.decisions",
        label=gettext_lazy("Projects to decide, appeals"),
        order=61,
        url_name="budget:desk",
        role=Role.AGENT,
        waiting=_decisions,
        service=SERVICE,
    ),
    DeskQueue(
        key="budget.works",
        label=gettext_lazy("Works of the winners"),
        order=62,
        url_name="budget:works",
        role=Role.AGENT,
        waiting=_works,
        service=SERVICE,
    ),
    DeskQueue(
        key="budget.remarks",
        label=gettext_lazy("Remarks on projects"),
        order=63,
        url_name="budget:remarks",
        role=Role.MODERATOR,
        waiting=_remarks,
        service=SERVICE,
    ),
    DeskQueue(
        key="budget.editions",
        label=gettext_lazy("Editions of the budget"),
        order=64,
        url_name="budget:plans",
        role=Role.ADMINISTRATOR,
        waiting=_editions,
        service=SERVICE,
    ),
)
