"""Commands for what arrives live: which series there are, opening, asking and sealing them, and the
keys that programs push with."""

from __future__ import annotations

import sys
import tomllib
import uuid
from pathlib import Path

import click

from parvis.kernel import clock
from parvis.opendata.actions import opening, pulling, push_keys, sealing
from parvis.opendata.commands.group import REFUSED, UNREADABLE, commands, refusals
from parvis.opendata.queries import live as asking, push_keys as known_keys
from parvis.opendata.rules.feeds import declaring
from parvis.opendata.rules.feeds.declaring import Declared, Misdeclared


@commands.group("live")
def live() -> None:
    """Datasets whose rows arrive one by one."""


@live.command("list")
def list_series() -> None:
    """List the live datasets: id, state, when last heard, where asked, what went wrong."""
    for one in asking.statuses(now=clock.now()):
        state = "stale" if one.is_stale else "live"
        heard = one.heard_at.isoformat(timespec="seconds") if one.heard_at else "never"
        where = str(one.pull["url"]) if one.pull else "-"
        click.echo(f"{one.dataset_id}\t{state}\t{heard}\t{where}\t{one.error}")


@live.command("open")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def open_series(file: Path) -> None:
    """Open the live dataset that a TOML FILE declares, or bring it up to date."""
    declared = _declared(file)
    with refusals():
        opening.open_declared(declared=declared, now=clock.now())
    click.echo(f"{declared.description.dataset_id} is open")


def _declared(file: Path) -> Declared:
    """Return what a file declares; exit with 2 if it cannot be read, 1 if it is not fit."""
    try:
        return declaring.declared(tomllib.loads(file.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        click.echo(f"{file} is no TOML: {error}", err=True)
        sys.exit(UNREADABLE)
    except Misdeclared as fault:
        click.echo(str(fault), err=True)
        sys.exit(REFUSED)


@live.command()
@click.argument("dataset")
def pull(dataset: str) -> None:
    """Ask the source of DATASET now; exits with 1 if it does not answer well."""
    with refusals():
        pulled = pulling.pull(dataset_id=dataset, now=clock.now())
    if pulled.error:
        raise click.ClickException(pulled.error)
    done = pulled.recorded
    if done is None:
        click.echo("nothing new")
    else:
        click.echo(
            f"{done.changed} changed, {done.unchanged} unchanged, {done.late} late,"
            f" {done.gone} gone"
        )


@live.command()
@click.argument("dataset")
def seal(dataset: str) -> None:
    """Make a version of what arrived in DATASET."""
    with refusals():
        number = sealing.seal(dataset_id=dataset, now=clock.now())
    click.echo(f"version {number}")


@commands.group("push-key")
def push_key() -> None:
    """Keys with which programs push rows into one dataset."""


@push_key.command()
@click.argument("dataset")
@click.option("--label", required=True, help="The program that will push.")
def create(dataset: str, label: str) -> None:
    """Make a key for DATASET and print it: it is not kept, and cannot be shown again."""
    with refusals():
        key = push_keys.create(dataset_id=dataset, label=label, now=clock.now())
    click.echo(f"{key.secret}\t{key.public_id}")


@push_key.command()
@click.argument("key", type=click.UUID)
def revoke(key: uuid.UUID) -> None:
    """End a KEY, by the id that `push-key list` shows."""
    with refusals():
        push_keys.revoke(public_id=key, now=clock.now())
    click.echo(f"{key} opens nothing any more")


@push_key.command("list")
@click.argument("dataset", default="")
def list_keys(dataset: str) -> None:
    """List the keys of DATASET, or of all: id, dataset, program, state, when last used."""
    for one in known_keys.keys(dataset):
        state = "revoked" if one.revoked_at else "valid"
        used = one.used_at.isoformat(timespec="minutes") if one.used_at else "never"
        click.echo(f"{one.public_id}\t{one.dataset_id}\t{one.label}\t{state}\t{used}")
