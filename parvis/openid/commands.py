"""What an operator does with the provider at the console: `parvis openid …`."""

from __future__ import annotations

import click

from parvis.kernel import clock
from parvis.openid.actions import keys


@click.group("openid")
def commands() -> None:
    """Renew the keys that sign."""


@commands.command("rotate-keys")
@click.option("--at-once", is_flag=True, help="The new key signs now: the present one is lost.")
def rotate_keys(*, at_once: bool) -> None:
    """Publish a new key; it signs from tomorrow on, and the present one may be checked after."""
    kid = keys.rotate_keys(now=clock.now(), at_once=at_once)
    click.echo(f"Key {kid} is published{' and signs' if at_once else '; it signs in a day'}.")
