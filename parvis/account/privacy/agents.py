"""What the account keeps about agents who acted for a person."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.account.actions.assisting import forget_assistances_of, forget_old_assistances
from parvis.account.rules.roles import ASSISTANCE_KEPT
from parvis.kernel.declarations import Held, Keeps, Reads, Rule, Stays, keeps, reads

reads.declare(
    Reads(
        key="account.roles",
        what=_("read your name, your address and your roles"),
        why=_("to give a role or take one back"),
    )
)
keeps.declare(
    Keeps(
        key="account.assistances",
        label=_("Agents who acted for you"),
        personal=_("Which agent acted for you, when, how you had asked, and why."),
        retention=_("Twelve months; erased with your account."),
        held=(
            Held(
                model="residents.Assistance",
                label=_("Agents who acted for you"),
                by=("person",),
                agents=("agent",),
                stays=Stays(
                    what=_("For whom you acted as an agent: it stands in their file."),
                    law=_("Whoever is acted for may know by whom (GDPR, article 15)."),
                    days=ASSISTANCE_KEPT.days,
                ),
            ),
        ),
        rules=(
            Rule(
                key="account.assistances",
                what=_("Which agent acted for whom"),
                days=ASSISTANCE_KEPT.days,
                forget=forget_old_assistances,
            ),
        ),
        erase=forget_assistances_of,
        order=15,
    )
)
