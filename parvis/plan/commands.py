"""The plan on the command line: `parvis plan load FILE`, `parvis plan show`."""

from __future__ import annotations

from pathlib import Path

import click

from parvis.kernel import clock
from parvis.kernel.errors import Refused
from parvis.plan import actions, queries, rules
from parvis.plan.rules import BadPlan, PlanDraft


@click.group("plan")
def commands() -> None:
    """Load the city's plan, show what is in force."""


def _read(file: Path) -> PlanDraft:
    content = file.read_text("utf-8")
    source = rules.source_name(content)
    quoted = (file.parent / Path(source).name).read_text("utf-8") if source else ""
    return rules.read_plan(content, source=quoted)


@commands.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--over-amendments", is_flag=True, help="Publish even if officials amended the plan.")
def load(file: Path, *, over_amendments: bool) -> None:
    """Publish the plan of FILE as a new version, unless nothing changed."""
    try:
        draft = _read(file)
        version = actions.load_plan(draft=draft, now=clock.now(), over_amendments=over_amendments)
    except (BadPlan, OSError, UnicodeDecodeError) as error:
        message = f"{file}: {error}"
        raise click.ClickException(message) from error
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    said = f"version {version} published" if version else "nothing changed, nothing published"
    click.echo(f"{draft.slug}: {said}")


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
