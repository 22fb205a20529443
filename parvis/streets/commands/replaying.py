"""Replays the City's export: how often we find its arrondissement, its handler, its duplicates."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import click

from parvis.streets.actions.replaying import DAYS, RADIUS_M, Reach, replay as replay_text
from parvis.streets.commands.group import commands, refusals
from parvis.streets.queries.replaying import CURRENT, LEARNED
from parvis.streets.rules.exports import UnreadableError


@commands.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option(
    "--rules",
    type=click.Choice([LEARNED, CURRENT]),
    default=LEARNED,
    show_default=True,
    help="The table the city ships, or the rules as they stand.",
)
@click.option("--radius", default=RADIUS_M, show_default=True, type=click.IntRange(1, 250))
@click.option("--days", default=DAYS, show_default=True, type=click.IntRange(1, 400))
def replay(file: Path, *, as_json: bool, rules: str, radius: int, days: int) -> None:
    """Send every report of FILE, an export of the City (CSV), through the territory, the routing
    and the proposal of near reports, and say what agrees. Nothing is kept."""
    begun = time.monotonic()
    try:
        with refusals():
            told = replay_text(
                text=file.read_text(encoding="utf-8-sig"),
                rules=rules,
                reach=Reach(radius_m=radius, days=days),
            )
    except (UnicodeDecodeError, UnreadableError) as unreadable:
        message = f"{file.name} is not in the format of the City's export: {unreadable}"
        raise click.ClickException(message) from unreadable
    told = {"file": file.name, "radius_m": radius, "days": days, **told}
    told["seconds"] = round(time.monotonic() - begun, 1)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _say(told)


def _say(told: dict[str, Any]) -> None:
    click.echo(f"{told['rows']} rows, {told['read']} read, in {told['seconds']} s")
    _share("arrondissement", told["territory_agree"])
    _share("handler", told["handler_agree"]["all"])
    _share("handler, rows held out", told["handler_agree"]["held_out"])
    near = {"of": told["near_pairs"], "agree": told["near_proposed"], "share": told["near_share"]}
    _share("earlier reports proposed", near)


def _share(name: str, told: dict[str, Any]) -> None:
    if told["share"] is None:
        click.echo(f"{name}: nothing to compare")
    else:
        click.echo(f"{name}: {told['agree']} of {told['of']} ({told['share']:.2%})")
