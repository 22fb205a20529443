"""« Mon compte »: what is under way, what was said, and who read or changed what."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _, gettext_lazy, pgettext, pgettext_lazy

from parvis.account.public import Person, Role, persons
from parvis.kernel import register
from parvis.kernel.declarations import AccountCard, account_cards
from parvis.kernel.known_as import refs_of
from parvis.kernel.models import Channel
from parvis.mandates.public import names_of
from parvis.portal.queries.deeds import deed
from parvis.relation.public import Entry, Month, months, timeline

FILTERS = {"": gettext_lazy("All"), "mailed": gettext_lazy("Mailed")}
_PAGE = 20
_LATEST_DEEDS = 8
_ALL_DEEDS = 100

_CHANNELS = {
    Channel.WEB.value: gettext_lazy("online"),
    Channel.MAIL.value: gettext_lazy("by e-mail"),
    Channel.PHONE.value: gettext_lazy("by phone"),
    Channel.COUNTER.value: gettext_lazy("at a counter"),
    Channel.POST.value: gettext_lazy("by post"),
    Channel.API.value: gettext_lazy("through an application"),
    Channel.PROGRAM.value: gettext_lazy("by itself"),
}
ROLES = {
    Role.MODERATOR: pgettext_lazy("role", "moderation"),
    Role.OFFICIAL: pgettext_lazy("role", "elected official"),
    Role.AGENT: pgettext_lazy("role", "agent"),
    Role.ADMINISTRATOR: pgettext_lazy("role", "administration"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One module's card: sentences with their links."""

    label: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One line of the register as the person it concerns reads it."""

    who: str
    what: str
    channel: str
    done_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One page of the timeline; `before` is the cursor of the next one, "" at the end."""

    months: list[Month]
    before: str
    only: str
    is_newest: bool

    @property
    def seen(self) -> list[uuid.UUID] | None:
        """Return the ids of what is shown; None for the newest page of the whole thread, after
        which nothing is new any more."""
        if not self.only and self.is_newest:
            return None
        return [entry.id for month in self.months for entry in month.entries]

    @property
    def oldest(self) -> dt.date:
        """Return the first day of the last month shown.

        :raises IndexError: if nothing is shown
        """
        return self.months[-1].first_day


def cards(person: Person, *, now: dt.datetime) -> list[Card]:
    """Return the cards that have something to say, in the active language."""
    declared: list[AccountCard] = list(account_cards)
    told = [Card(label=str(c.label), lines=list(c.lines(person.id, now))) for c in declared]
    return [card for card in told if card.lines]


def thread(person: Person, *, now: dt.datetime, before: str = "", only: str = "") -> Thread:
    """Return one page of what happened to a person, newest first, under the names of months."""
    found: list[Entry] = timeline(
        person_id=person.id, now=now, limit=_PAGE + 1, before=before, only=only
    )
    shown = found[:_PAGE]
    return Thread(
        months=months(shown),
        before=shown[-1].cursor if len(found) > _PAGE else "",
        only=only,
        is_newest=not before,
    )


def deeds_of_others(person: Person) -> list[Deed]:
    """Return what others than the person did to their file lately, newest first."""
    me = refs_of(f"person:{person.id}")
    lines = register.concerning(me[0], limit=_ALL_DEEDS)
    return _told([line for line in lines if line.actor_ref not in me][:_LATEST_DEEDS], me=me)


def deeds(person: Person) -> list[Deed]:
    """Return who did what to a person's file or in their name, newest first, in plain words."""
    me = refs_of(f"person:{person.id}")
    return _told(register.concerning(me[0], limit=_ALL_DEEDS), me=me)


def _told(lines: list[register.Entry], *, me: list[str]) -> list[Deed]:
    """Return lines in plain words; `me` is every ref the reader goes by."""
    refs = {ref for line in lines for ref in (line.actor_ref, line.on_behalf_of_ref)} - {"", *me}
    others, named = persons(_id_of(ref) for ref in refs), names_of(refs)
    return [
        Deed(
            who=_hands(line, others, named, me=me),
            what=deed(line.action),
            channel=str(_CHANNELS.get(line.channel, "")),
            done_at=line.recorded_at,
        )
        for line in lines
    ]


def _hands(
    line: register.Entry, others: dict[uuid.UUID, Person], named: dict[str, str], *, me: list[str]
) -> str:
    """Return who did it, and for whom: « Alice, pour l'association Les Jardins »."""
    who = named.get(line.actor_ref) or _who(line.actor_ref, others)
    who = _("You") if line.actor_ref in me else who
    whom_ref = line.on_behalf_of_ref
    if whom_ref in ("", line.actor_ref):
        return who
    whom = named.get(whom_ref) or _who(whom_ref, others)
    whom = pgettext("on behalf of", "you") if whom_ref in me else whom
    return _("%(who)s, for %(whom)s") % {"who": who, "whom": whom}


def _id_of(ref: str) -> uuid.UUID:
    try:
        return uuid.UUID(ref.rpartition(":")[2])
    except ValueError:
        return uuid.UUID(int=0)


def _who(ref: str, others: dict[uuid.UUID, Person]) -> str:
    if not ref:
        return _("The City's program")
    other = others.get(_id_of(ref))
    if other is None:
        return _("Someone whose account is closed")
    role = next((str(label) for name, label in ROLES.items() if name in other.roles), "")
    return f"{other.usual_name}, {role}" if role else other.usual_name
