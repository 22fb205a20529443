"""The group that every command of the street belongs to, and how a refusal reads there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from parvis.kernel.errors import Refused


@click.group("streets")
def commands() -> None:
    """Load what may be reported, replay the City's export, count again."""


@contextmanager
def refusals() -> Iterator[None]:
    """Print a refusal as its sentence, and exit with 1."""
    try:
        yield
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
