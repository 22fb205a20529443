"""What an operator asks the territory from a terminal."""

from __future__ import annotations

from pathlib import Path

import click
from django.conf import settings

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.territory.actions import load_territory
from parvis.territory.queries import ground, suggestions


@click.group(name="territory")
def commands() -> None:
    """Districts, streets and addresses."""


@commands.command(context_settings={"ignore_unknown_options": True})
@click.argument("lon", type=float)
@click.argument("lat", type=float)
def locate(lon: float, lat: float) -> None:
    """Say in which quartier a point is (WGS 84, degrees)."""
    try:
        place = ground.locate(lon, lat)
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    if place is None:
        raise click.ClickException("outside the city")
    click.echo(
        f"{place.arrondissement} {place.arrondissement_name}, "
        f"quartier {place.quartier} {place.quartier_name} ({place.insee_code})"
    )


@commands.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", default=8, show_default=True, help="How many at most.")
def suggest(words: tuple[str, ...], limit: int) -> None:
    """List the addresses that WORDS may mean, the likeliest first."""
    for one in suggestions.suggest(" ".join(words), limit=limit):
        where = "" if one.lon is None else f"{one.lon:.6f} {one.lat:.6f}"
        click.echo(f"{one.score:.2f}  {one.kind:8}  {one.label}  {where}".rstrip())


@commands.command()
@click.option("--folder", type=click.Path(exists=True, path_type=Path), help="The city's own.")
def load(folder: Path | None) -> None:
    """Load districts, streets and addresses; the same files change nothing."""
    source = folder or settings.PARVIS_CITY_DIR / "territory"
    loaded = load_territory(folder=source, now=clock.now())
    state = "loaded" if loaded.changed else "already there"
    click.echo(
        f"{loaded.districts} districts, {loaded.streets} streets, "
        f"{loaded.addresses} addresses: {state}"
    )
