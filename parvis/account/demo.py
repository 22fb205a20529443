"""What the account adds to a demonstration city."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.account.actions.cast import open_cast
from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps


def load(city: DemoCity) -> None:
    """Open the accounts of the cast."""
    open_cast(now=city.now)


demo_steps.declare(
    DemoStep(
        key="account", label=_("Accounts of the residents and of the City"), order=20, load=load
    )
)
