"""Others' facts: every fact with a declared notice is told to the people it concerns."""

from __future__ import annotations

from django.utils.module_loading import autodiscover_modules

from parvis.kernel import clock
from parvis.kernel.declarations import Notice, notices
from parvis.kernel.facts import Delivered, reacts_to
from parvis.relation.actions import telling


def subscribe(notice: Notice) -> None:
    """Deliver the fact of a notice to the timeline, and to the mail if the notice says so."""

    @reacts_to(notice.fact_type, name=f"relation.{notice.key}")
    def tell(delivered: Delivered) -> None:
        telling.tell_everyone(notice, delivered, now=clock.now())


# Modules may be discovered in any order: have all notices declared before we subscribe to them.
autodiscover_modules("notices")
for declared in notices:
    subscribe(declared)
