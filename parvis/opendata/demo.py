"""What a demonstration city holds: its real catalogue, the rows its folder ships, and those
that arrive live."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from parvis.kernel.declarations import DemoCity, DemoStep, demo_steps
from parvis.opendata.actions.cities import load_city
from parvis.opendata.actions.declared import refresh_all
from parvis.opendata.actions.opening import open_city


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
    for name in open_city(folder=folder, now=demo.now):
        demo.say(f"open data: {name} is live")


def publish_live(demo: DemoCity) -> None:
    """Read the rows that modules publish live: what was loaded without a fact is then there too."""
    for key, done in refresh_all(now=demo.now).items():
        if done.changed:
            demo.say(f"open data: {done.changed} live rows of {key}")


demo_steps.declare(
    DemoStep(key="opendata", label=_("Open data"), order=15, load=load),
    DemoStep(
        key="opendata.live", label=_("Live open data"), order=90, load=publish_live, each_start=True
    ),
)
