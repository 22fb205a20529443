"""Commands that look: what the catalogue holds, what versions changed, whether files are whole."""

from __future__ import annotations

import dataclasses
import json
import sys

import click

from parvis.opendata.commands.group import DONE, REFUSED, commands, refusals
from parvis.opendata.queries import auditing, catalogue, diffs, versions


@commands.command("list")
def list_datasets() -> None:
    """List the datasets of the catalogue: id, rows held, title."""
    for one in catalogue.entries():
        rows = str(one.held.rows) if one.held else "-"
        click.echo(f"{one.dataset_id}\t{rows}\t{one.title}")


@commands.command()
@click.argument("dataset")
def show(dataset: str) -> None:
    """Print what the catalogue says of a dataset, and its fields."""
    with refusals():
        one = catalogue.entry(dataset)
    click.echo(f"{one.title} ({one.dataset_id})")
    if one.held:
        click.echo(f"version {one.held.number}, {one.held.rows} rows, sha256 {one.held.sha256}")
    else:
        click.echo(f"not held here; its source: {one.source_url or 'unknown'}")
    for known in one.fields:
        click.echo(f"  {known['name']}  {known['type']}  {known.get('label') or ''}")


@commands.command("versions")
@click.argument("dataset")
def list_versions(dataset: str) -> None:
    """List the versions of a dataset, newest first."""
    with refusals():
        catalogue.entry(dataset)
    for one in versions.editions(dataset):
        moment = one.published_at.isoformat(timespec="seconds")
        click.echo(f"{one.number}\t{moment}\t{one.rows}\t{one.sha256}\t{one.origin}")


@commands.command()
@click.argument("dataset")
@click.argument("old", type=int)
@click.argument("new", type=int)
@click.option("--limit", default=20, show_default=True, help="How many rows of each kind.")
def diff(dataset: str, old: int, new: int, *, limit: int) -> None:
    """Print what changed from version OLD to version NEW, as JSON."""
    with refusals():
        before, after = versions.numbered(dataset, old), versions.numbered(dataset, new)
        found = diffs.diff(before, after, limit=limit)
    click.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=2, default=str))


@commands.command()
@click.argument("dataset")
def verify(dataset: str) -> None:
    """Recompute the SHA-256 of every version's file; exits with 1 if one is not what was noted."""
    with refusals():
        checked = list(auditing.verify(dataset))
    for one in checked:
        state = "ok" if one.holds else "CHANGED" if one.found else "GONE"
        click.echo(f"version {one.number}\t{state}\t{one.noted}\t{one.file}")
    sys.exit(DONE if all(one.holds for one in checked) else REFUSED)
