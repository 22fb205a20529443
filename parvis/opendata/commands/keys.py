"""Commands that give out keys to the API, take them back, and keep datasets for those who have
one."""

from __future__ import annotations

import uuid

import click

from parvis.kernel import clock
from parvis.opendata.actions import keys as actions
from parvis.opendata.commands.group import commands, refusals
from parvis.opendata.queries import keys as queries


@commands.group("key")
def key() -> None:
    """Give out keys to the API, list them, take them back."""


@key.command()
@click.option("--label", required=True, help="Whose key it is, or what it is for.")
@click.option("--dataset", "datasets", multiple=True, help="A restricted dataset it opens.")
@click.option("--daily-limit", type=int, help="Calls a day; without it, as many as everybody.")
def create(label: str, *, datasets: tuple[str, ...], daily_limit: int | None) -> None:
    """Give out a key and print it: it is told this once."""
    with refusals():
        secret = actions.create_key(
            label=label, datasets=datasets, daily_limit=daily_limit, now=clock.now()
        )
    click.echo(secret)


@key.command()
@click.argument("number", type=click.UUID)
def revoke(number: uuid.UUID) -> None:
    """Take a key back, by its number in the list."""
    with refusals():
        actions.revoke_key(public_id=number, now=clock.now())
    click.echo("The key is revoked.")


@key.command("list")
def list_keys() -> None:
    """List the keys: number, state, calls a day, datasets it opens, label."""
    for one in queries.known():
        state = f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else "valid"
        limit = str(one.daily_limit or "-")
        opened = ",".join(one.datasets) or "-"
        click.echo(f"{one.public_id}\t{state}\t{limit}\t{opened}\t{one.label}")


@commands.command()
@click.argument("dataset")
@click.option("--open", "is_open", is_flag=True, help="Open its rows to everybody again.")
def restrict(dataset: str, *, is_open: bool) -> None:
    """Keep the rows of a dataset for the keys that open it; its description stays open."""
    with refusals():
        changed = actions.restrict(dataset_id=dataset, restricted=not is_open, now=clock.now())
    state = "open to everybody" if is_open else "kept for keys that open it"
    click.echo(f"{dataset} is {'now' if changed else 'already'} {state}.")
