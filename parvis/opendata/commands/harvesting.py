"""Commands that harvest the catalogues of others: which there are, and what a run found."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from parvis.kernel import clock
from parvis.opendata.actions import harvest_sources, harvesting
from parvis.opendata.commands.group import DONE, REFUSED, UNREADABLE, commands, refusals
from parvis.opendata.models.harvests import HarvestKind
from parvis.opendata.queries import harvests
from parvis.opendata.queries.saying import here

_OURS = {"half_vanished", "harvest_running"}
"""Failures that are our refusal: the source did answer."""


@commands.group("harvest")
def group() -> None:
    """Harvest other catalogues: add a source, list them, run one or all."""


@group.command()
@click.argument("address")
@click.option("--name", required=True, help="What people call this catalogue.")
@click.option("--kind", required=True, type=click.Choice(HarvestKind.values))
@click.option("--prefix", default="", help="What stands before the ids of its datasets.")
@click.option("--every", "every_hours", default=24, show_default=True, help="Hours between runs.")
@click.option("--records", "takes_records", is_flag=True, help="Publish the rows here too.")
def add(address: str, **said: Any) -> None:
    """Note the catalogue at ADDRESS as a source; the schedule harvests it from now on."""
    with refusals():
        new = harvest_sources.NewSource(address=address, **said)
        harvest_sources.add(new=new, now=clock.now())
    click.echo(f"{new.name}: added. Look before the first run: harvest run NAME --check-only")


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the sources with their last reports.")
def list_sources(*, as_json: bool) -> None:
    """List the sources: name, kind, datasets, when and how the last run ended, address."""
    found = harvests.sources()
    if as_json:
        click.echo(json.dumps([_shown(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        when = one.last_run_at.isoformat(timespec="minutes") if one.last_run_at else "never run"
        ended = one.report.get("code") or one.report.get("state") or "-"
        state = ended if one.is_enabled else "off"
        click.echo(f"{one.name}\t{one.kind}\t{one.datasets}\t{when}\t{state}\t{one.address}")


def _shown(one: harvests.Source) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "address": one.address,
        "prefix": one.prefix,
        "every_hours": one.every_hours,
        "records": one.takes_records,
        "enabled": one.is_enabled,
        "datasets": one.datasets,
        "last_run_at": one.last_run_at.isoformat() if one.last_run_at else None,
        "report": one.report,
    }


@group.command()
@click.argument("name")
@click.argument("state", type=click.Choice(["on", "off"]))
def switch(name: str, state: str) -> None:
    """Switch the schedule of the source NAME on or off; what came from it stays."""
    with refusals():
        harvest_sources.switch(name=name, is_enabled=state == "on", now=clock.now())
    click.echo(f"{name}: {state}.")


@group.command()
@click.argument("name", required=False)
@click.option("--check-only", is_flag=True, help="Tell what would change; change nothing.")
@click.option("--force", is_flag=True, help="Archive what is gone, even if it is more than half.")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON.")
def run(name: str | None, *, check_only: bool, force: bool, as_json: bool) -> None:
    """Harvest the source NAME, or every one that is switched on.

    Exits with 0 if all went well, 1 if something was refused, 2 if a source did not answer.
    """
    with refusals():
        chosen = [harvests.named(name)] if name else [o for o in harvests.sources() if o.is_enabled]
    manner = harvesting.Manner(check_only=check_only, force=force)
    reports = {one.name: _harvested(one, manner) for one in chosen}
    if as_json:
        click.echo(json.dumps(reports, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(line for one in reports.items() for line in _lines(*one)))
    sys.exit(max((_exit(report) for report in reports.values()), default=DONE))


def _harvested(source: harvests.Source, manner: harvesting.Manner) -> harvesting.Report:
    with refusals():
        return harvesting.harvest(source_id=source.public_id, manner=manner, now=clock.now())


def _exit(report: harvesting.Report) -> int:
    if report["state"] == harvesting.FAILED:
        return REFUSED if report["code"] in _OURS else UNREADABLE
    return REFUSED if report["counts"].get(harvesting.REFUSED) else DONE


def _lines(name: str, report: harvesting.Report) -> Iterator[str]:
    """Tell a report as one reads it."""
    if report["state"] == harvesting.FAILED:
        yield f"{name}: {here(report['sentence'])}"
        return
    counts = ", ".join(f"{number} {what}" for what, number in report["counts"].items())
    yield f"{name}: {counts or 'nothing listed'}"
    for one in report["lines"]:
        why = f"  {one['code']}: {here(one['sentence'])}" if "code" in one else ""
        yield f"  {one['what']}  {one['dataset_id'] or one['remote_id']}{why}"
