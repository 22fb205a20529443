"""The territory of a demonstration city."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps
from parvis.territory.actions import load_territory


def load(demo: DemoCity) -> None:
    """Load districts, streets and addresses from the city's folder."""
    load_territory(folder=demo.city / "territory", now=demo.now)


demo_steps.declare(
    DemoStep(key="territory", label=_("Districts, streets and addresses"), order=10, load=load)
)
