"""What a demonstration city holds: its real catalogue, and the rows its folder ships."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps
from parvis.opendata.actions.cities import load_city


def load(demo: DemoCity) -> None:
    """Describe the catalogue of the city's folder and publish its rows, unless they are there."""
    folder = demo.city / "opendata"
    if not folder.is_dir():
        return
    loaded = load_city(folder=folder, now=demo.now)
    if loaded.changed:
        demo.say(
            f"open data: {loaded.described} datasets described,"
            f" {loaded.held} held with {loaded.rows:,} rows"
        )


demo_steps.declare(DemoStep(key="opendata", label=_("Open data"), order=15, load=load))
