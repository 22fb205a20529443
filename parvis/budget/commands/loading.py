"""Loads what a city's folder holds of its budget, and gives the file of winners back."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click
from django.conf import settings

from parvis.budget.actions import loading
from parvis.budget.queries import history
from parvis.kernel import clock
from parvis.kernel.errors import Refused


@click.group("budget")
def commands() -> None:
    """Load an edition of the participatory budget, or the winners of before."""


@commands.command("load-winners")
@click.option(
    "--folder",
    type=click.Path(exists=True, path_type=Path),
    help="Files of the winners; the city's own as usual.",
)
def load_winners(folder: Path | None) -> None:
    """Load the winners of the editions of before; the territory comes first."""
    try:
        count = loading.load_winners(folder or _folder(), now=clock.now())
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} winners of before")


@commands.command("load-edition")
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
def load_edition(file: Path | None) -> None:
    """Make the edition that FILE plans; that of the city's folder as usual."""
    try:
        edition = loading.load_edition(file or _folder() / "edition.toml", now=clock.now())
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    except (ValueError, TypeError, KeyError) as error:
        message = f"this file makes no sense: {error}"
        raise click.ClickException(message) from error
    click.echo(f"edition {edition.slug}")


@commands.command("winners")
@click.option("--out", type=click.File("wb"), default="-", help="Where the file is written.")
def winners(out: BinaryIO) -> None:
    """Write the winners of before as the City's own file has them."""
    out.write(history.as_file())


def _folder() -> Path:
    return Path(settings.PARVIS_CITY_DIR) / "budget"
