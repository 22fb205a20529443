"""Counts the cases of the map and of the statistics again."""

from __future__ import annotations

import click

from parvis.kernel import clock
from parvis.streets.actions import counting
from parvis.streets.commands.group import commands


@commands.group()
def counts() -> None:
    """The counts that the map and the statistics are read from."""


@counts.command()
def rebuild() -> None:
    """Count every case anew, and say how many counts were wrong."""
    done = counting.recount()
    months = counting.tally(now=clock.now(), whole=True)
    click.echo(f"{done.cells} cells, {done.wrong} of them were wrong; {months} months counted")
