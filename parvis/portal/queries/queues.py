"""The agents' desk: the queues one may open, and how many wait in each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from parvis.account.public import Person
from parvis.kernel.declarations import DeskQueue, desk_queues
from parvis.ui.wording import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue, where it is worked on, and how many wait."""

    label: str
    url: str
    waiting: int

    @property
    def tag(self) -> str:
        """Return in a word or two how many wait, in the active language."""
        if not self.waiting:
            return _("nothing waits")
        said = ngettext("%(count)s waiting", "%(count)s waiting", self.waiting)
        return said % {"count": number(self.waiting)}


def queues_for(person: Person, *, now: dt.datetime) -> list[Queue]:
    """Return the queues that the roles of a person open, in their declared order."""
    found: dict[str, Queue] = {}
    for queue in desk_queues:
        waiting = _waiting(queue, person, now)
        # A queue that two roles open is one queue for who holds both; the wider one counts.
        known = found.get(queue.url_name)
        if waiting is not None and (known is None or waiting > known.waiting):
            url = reverse(queue.url_name)
            found[queue.url_name] = Queue(label=str(queue.label), url=url, waiting=waiting)
    return list(found.values())


def _waiting(queue: DeskQueue, person: Person, now: dt.datetime) -> int | None:
    """Return how many wait where a role of the person reaches; None if it does not open here."""
    reach = person.reach(queue.role, service=queue.service)
    if queue.waiting_in is not None and (reach.is_whole_city or reach.territories):
        return queue.waiting_in(now, reach.territories)
    return queue.waiting(now) if queue.waiting is not None and reach.is_whole_city else None
