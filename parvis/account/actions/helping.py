"""A professional of Aidants Connect comes for somebody: their page says so, whatever is done."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from parvis.account import events
from parvis.kernel import facts, register
from parvis.kernel.acting import Acting, acting


@transaction.atomic
def note_helper(helper: Acting, *, now: dt.datetime) -> None:
    """Write down that a professional signed in for somebody, and in what they may act."""
    domains = tuple(sorted(helper.domains))
    # It is they who came, before the session acts by their hands.
    with acting(helper):
        register.record(
            register.Entry(
                action="account.helper_came",
                object_ref=helper.for_ref,
                details={"domains": list(domains)},
                recorded_at=now,
            )
        )
        person_id = uuid.UUID(helper.for_ref.removeprefix("person:"))
        facts.announce(events.HelperCame(person_id=person_id, domains=domains), now=now)
