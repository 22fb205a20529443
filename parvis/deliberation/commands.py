"""Consultations on the command line: list, load, export, and count again."""

from __future__ import annotations

from pathlib import Path

import click

from parvis.deliberation.actions import loading
from parvis.deliberation.queries import columns, consultations, exporting, recounting
from parvis.kernel import clock
from parvis.kernel.errors import Refused


@click.group("consultation")
def commands() -> None:
    """List, load and export consultations; count them again."""


@commands.command("list")
def list_all() -> None:
    """List the consultations, with what each holds."""
    now = clock.now()
    for each in consultations.consultations():
        dates = f"{clock.in_city(each.opens_at):%Y-%m-%d %H:%M:%S} to " + (
            f"{clock.in_city(each.closes_at):%Y-%m-%d %H:%M:%S}"
        )
        held = each.totals
        click.echo(
            f"{each.slug}: {each.moment(now)}, {dates}; {held.contributions} contributions,"
            f" {held.remarks} remarks, {held.votes} votes, {held.answered} answered"
        )


@commands.command("import-archive")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_archive(file: Path) -> None:
    """Load FILE: the République numérique dump (.jsonl.gz), or an export of ours (.json)."""
    load = loading.import_archive if file.suffix == ".gz" else loading.import_export
    try:
        loaded = load(file, now=clock.now())
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    held = loaded.totals
    click.echo(
        f"{loaded.slug}: {held.contributions} contributions, {held.remarks} remarks,"
        f" {held.sources} sources, {held.votes} votes"
    )


@commands.command()
@click.argument("slug")
@click.option("--table", type=click.Choice(list(columns.COLUMNS)), help="One table as CSV.")
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export(slug: str, table: str | None, target: Path) -> None:
    """Write everything public of SLUG to a file, as JSON unless a table is named."""
    try:
        pieces = exporting.export_csv(slug, table) if table else exporting.export_json(slug)
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    with target.open("w", encoding="utf-8", newline="") as file:
        file.writelines(pieces)
    click.echo(f"{target}: {target.stat().st_size} bytes")


@commands.command()
@click.argument("slug")
def recount(slug: str) -> None:
    """Count SLUG again from its rows and compare; exit with 1 if a counter is wrong."""
    try:
        consultations.row(slug)
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    wrong = recounting.differences(slug)
    for each in wrong:
        click.echo(f"{each.ref}: {each.name} counted {each.counted}, found {each.found}")
    click.echo(f"{slug}: {len(wrong)} differences")
    if wrong:
        raise SystemExit(1)
