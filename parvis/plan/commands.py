"""The plan on the command line: `parvis plan load FILE`, `parvis plan verify FILE`, `show`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.plan import actions, queries, rules
from parvis.plan.rules import BadPlan, PlanDraft


@click.group("plan")
def commands() -> None:
    """Load the city's plan, show what is in force, verify what is published."""


def _read(file: Path) -> PlanDraft:
    """Return the plan of a file, every quotation found in its source.

    :raises ClickException: if the file cannot be read or is not a plan
    """
    try:
        content = file.read_text("utf-8")
        source = rules.source_name(content)
        quoted = (file.parent / Path(source).name).read_text("utf-8") if source else ""
        return rules.read_plan(content, source=quoted)
    except (BadPlan, OSError, UnicodeDecodeError) as error:
        message = f"{file}: {error}"
        raise click.ClickException(message) from error


@commands.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--over-amendments", is_flag=True, help="Publish even if officials amended the plan.")
def load(file: Path, *, over_amendments: bool) -> None:
    """Publish the plan of FILE as a new version, unless nothing changed."""
    draft = _read(file)
    try:
        version = actions.load_plan(draft=draft, now=clock.now(), over_amendments=over_amendments)
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    said = f"version {version} published" if version else "nothing changed, nothing published"
    click.echo(f"{draft.slug}: {said}")


@commands.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--published",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A plan.json that a city published, to be compared with FILE word for word.",
)
def verify(file: Path, published: Path | None) -> None:
    """Check every quotation of FILE in the source beside it; needs no city and no database.

    Exits with 1 if a word is not the source's, or not what the city published.
    """
    draft = _read(file)
    quoted = sum(section.quoted for section in draft.sections)
    click.echo(f"{draft.slug}: {quoted} of {len(draft.sections)} sections quote the source exactly")
    if published is None:
        return
    try:
        other = rules.departures(draft, json.loads(published.read_text("utf-8")))
    except (ValueError, OSError, KeyError, TypeError, AttributeError) as error:
        message = f"{published}: not the document of a plan"
        raise click.ClickException(message) from error
    for ref in other:
        click.echo(f"{ref}: published otherwise")
    click.echo(f"{published}: {len(other)} differences")
    if other:
        raise SystemExit(1)


@commands.command()
def show() -> None:
    """Print the plan in force, section by section."""
    try:
        current = queries.current_plan()
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"{current.title} ({current.slug}), version {current.version}")
    for section in current.sections:
        indent = {"pillar": "", "axis": "  ", "action": "    "}[section.kind]
        click.echo(f"{indent}{section.number}  {section.title}")
