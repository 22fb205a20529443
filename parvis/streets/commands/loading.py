"""Loads what may be reported, who treats it and how a case lives."""

from __future__ import annotations

from pathlib import Path

import click
from django.conf import settings

from parvis.kernel import clock
from parvis.streets.actions import load_streets
from parvis.streets.actions.routing_rules import check_rules
from parvis.streets.commands.group import commands, refusals


@commands.command()
@click.option(
    "--folder",
    type=click.Path(exists=True, path_type=Path),
    help="Files of the catalogue; the city's own as usual.",
)
def load(folder: Path | None) -> None:
    """Load the catalogue, the handlers, the routing and the life cycle; the territory comes
    first."""
    now = clock.now()
    with refusals():
        count = load_streets(folder=folder or settings.PARVIS_CITY_DIR / "streets", now=now)
        broken = check_rules(now=now)
    click.echo(f"{count} kinds of reports; {broken} broken rules")
