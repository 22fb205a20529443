"""What the account adds to a demonstration city."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from parvis.account.actions import phones
from parvis.account.actions.cast import open_cast
from parvis.account.queries import people
from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps

# The cast was here before the consultation opened, in which it has spoken.
_KNOWN_FOR = dt.timedelta(days=60)
_HAS_A_PHONE = "alice@parvis.example"
# A number kept for works of fiction (ARCEP, decision 2018-0881).
_HER_PHONE = "+33639980012"


def load(city: DemoCity) -> None:
    """Open the accounts of the cast."""
    open_cast(now=city.now - _KNOWN_FOR)
    known = people.person_by_email(_HAS_A_PHONE)
    if known:
        phones.note_shown(person_id=known.id, number=_HER_PHONE, now=city.now - _KNOWN_FOR)


demo_steps.declare(
    DemoStep(
        key="account", label=_("Accounts of the residents and of the City"), order=20, load=load
    )
)
