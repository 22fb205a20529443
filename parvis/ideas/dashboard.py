"""What the front door shows of consultations: a way in, what is open, a card, the queues."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from parvis.account.public import Role
from parvis.deliberation import public as deliberation
from parvis.deliberation.public import ConsultationView, Origin
from parvis.ideas.queries.reading import overview
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
from parvis.mandates.public import PARTICIPATION
from parvis.ui.wording import number

_CARD_LINES = 3
_DISTRICT = "territory.arrondissement:"


def _fact(now: dt.datetime) -> str:
    known = overview(now=now)
    if not known.open:
        return _("No consultation is open today; the past ones can be read.")
    said = sum(c.totals.contributions for c in known.open)
    return ngettext(
        "%(number)s contribution to the consultation that is open",
        "%(number)s contributions to the consultation that is open",
        said,
    ) % {"number": number(said)}


def _open(now: dt.datetime) -> Sequence[Happening]:
    return [_happening(consultation) for consultation in overview(now=now).open]


def _happening(consultation: ConsultationView) -> Happening:
    return Happening(
        tag=_("Consultation"),
        title=consultation.title,
        text=consultation.lead,
        url=reverse("ideas:consultation", args=[consultation.slug]),
        verb=_("Have your say"),
        opens_at=consultation.opens_at,
        closes_at=consultation.closes_at,
        language=consultation.language,
    )


def _around(refs: Sequence[str], now: dt.datetime) -> dict[str, list[Companion]]:
    """Say what people of an arrondissement contributed to what is open."""
    asked = {ref: int(ref.removeprefix(_DISTRICT)) for ref in refs if ref.startswith(_DISTRICT)}
    if not asked:
        return {}
    found: dict[str, list[Companion]] = {ref: [] for ref in asked}
    for held in overview(now=now).open:
        counts = deliberation.counts_of_districts(held.slug)
        for ref, district in asked.items():
            found[ref].append(_neighbours(held, district, counts.get(district, 0)))
    return found


def _neighbours(held: ConsultationView, district: int, count: int) -> Companion:
    if not count:
        page = reverse("ideas:consultation", args=[held.slug])
        label = _("%(title)s: be the first here to speak") % {"title": held.title}
        return Companion(label=label, url=page)
    page = reverse("ideas:contributions", args=[held.slug])
    label = ngettext(
        "%(title)s: %(number)s contribution from here",
        "%(title)s: %(number)s contributions from here",
        count,
    ) % {"title": held.title, "number": number(count)}
    return Companion(label=label, url=f"{page}?district={district}", count=count)


def _beside(refs: Sequence[str], now: dt.datetime) -> dict[str, list[Companion]]:
    held = _held_about(refs, now)
    if held is None:
        return {}
    counts = deliberation.counts_of_sections(refs)
    return {ref: [_companion(held, ref, counts.get(ref, 0), now)] for ref in refs}


def _held_about(refs: Sequence[str], now: dt.datetime) -> ConsultationView | None:
    subjects = {ref.partition("/")[0] for ref in refs}
    held = [
        c
        for c in deliberation.consultations()
        if c.subject_ref in subjects and c.moment(now) != "coming" and c.origin == Origin.HERE
    ]
    return next((c for c in held if c.is_open(now)), held[0] if held else None)


def _companion(held: ConsultationView, ref: str, count: int, now: dt.datetime) -> Companion:
    if held.is_open(now) and not count:
        page = reverse("ideas:write", args=[held.slug])
        return Companion(label=_("Have your say"), url=f"{page}?on={ref}", count=0)
    page = reverse("ideas:contributions", args=[held.slug])
    label = _("Have your say") if held.is_open(now) else _("See what was said")
    return Companion(label=label, url=f"{page}?part={ref}", count=count)


def _mine(person_id: uuid.UUID, now: dt.datetime) -> Sequence[tuple[str, str]]:
    del now
    rows = deliberation.contributions_of(person_id, limit=_CARD_LINES)
    return [
        (
            _("%(title)s: the City has answered") % {"title": row.title}
            if row.answered_at
            else row.title,
            reverse("ideas:contribution", args=[row.id]),
        )
        for row in rows
    ]


def _flagged(now: dt.datetime) -> int:
    del now
    return deliberation.flagged_count()


def _unanswered(now: dt.datetime) -> int:
    del now
    return deliberation.unanswered_count()


nav_entries.declare(
    NavEntry(key="ideas", label=gettext_lazy("Take part"), url_name="ideas:index", order=20)
)
stones.declare(
    Stone(
        key="ideas",
        label=gettext_lazy("Have your say"),
        url_name="ideas:index",
        icon="say",
        order=10,
        sentence=_fact,
    )
)
happenings.declare(HappeningSource(key="ideas", find=_open))
companions.declare(
    CompanionSource(key="ideas", find=_beside), CompanionSource(key="ideas.near", find=_around)
)
account_cards.declare(
    AccountCard(key="ideas", label=gettext_lazy("My contributions"), order=20, lines=_mine)
)
city_services.declare(
    CityService(
        key=deliberation.SERVICE,
        label=gettext_lazy("Consultations"),
        order=20,
        domains=frozenset({PARTICIPATION}),
    )
)
desk_queues.declare(
    DeskQueue(
        key="moderation",
        label=gettext_lazy("Texts to rule on"),
        order=20,
        url_name="ideas:moderation",
        role=Role.MODERATOR,
        waiting=_flagged,
        service=deliberation.SERVICE,
    ),
    DeskQueue(
        key="answers",
        label=gettext_lazy("Contributions to answer"),
        order=21,
        url_name="ideas:answers",
        role=Role.OFFICIAL,
        waiting=_unanswered,
        service=deliberation.SERVICE,
    ),
)

deliberation.address_pages(
    consultation=lambda slug: reverse("ideas:consultation", args=[slug]),
    contribution=lambda key: reverse("ideas:contribution", args=[key]),
    drafts=lambda: reverse("ideas:drafts"),
)
