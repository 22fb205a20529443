"""What the provider adds to a demonstration city: three services to sign in to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps
from parvis.openid.actions.showing import register_cast


def load(city: DemoCity) -> None:
    """Register the services that are not there yet, and bring their addresses up to date."""
    register_cast(now=city.now)


demo_steps.declare(
    DemoStep(
        key="openid",
        label=_("Services that sign people in"),
        order=25,
        load=load,
        each_start=True,
    )
)
