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
    declared: list[DeskQueue] = list(desk_queues)
    # A queue that two roles open is one queue for who holds both.
    opened = {q.url_name: q for q in declared if person.holds(q.role, service=q.service)}
    return [
        Queue(label=str(q.label), url=reverse(q.url_name), waiting=q.waiting(now))
        for q in opened.values()
    ]
