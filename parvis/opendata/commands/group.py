"""The group that every command of the open data belongs to, and how a refusal reads there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from parvis.kernel.errors import Refused

DONE, REFUSED, UNREADABLE = 0, 1, 2
"""What a command exits with."""


@click.group("opendata")
def commands() -> None:
    """Publish files, look at versions, check that nobody changed them."""


@contextmanager
def refusals() -> Iterator[None]:
    """Print a refusal as its sentence, and exit with 1."""
    try:
        yield
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
