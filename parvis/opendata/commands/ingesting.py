"""Commands that publish a file, and that sign for what the disclosure gate stopped."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from parvis.kernel import clock
from parvis.opendata.actions import approving, ingesting
from parvis.opendata.commands.group import DONE, REFUSED, UNREADABLE, commands, refusals
from parvis.opendata.models.runs import RunState
from parvis.opendata.queries.saying import here
from parvis.opendata.queries.schemas import shipped
from parvis.opendata.rules import schemas

_EXITS = {
    RunState.PUBLISHED: DONE,
    RunState.ACCEPTED: DONE,
    ingesting.UNREADABLE: UNREADABLE,
}


@commands.command()
@click.argument("file")
@click.option("--dataset", required=True, help="Id of the dataset the file is a version of.")
@click.option("--title", default="", help="Describes the dataset, if the catalogue has it not.")
@click.option("--schema", default="", help="A schema's file, or the name of one we bring along.")
@click.option("--list-at", default="", help="Which list of a JSON document is the table.")
@click.option("--suppress", is_flag=True, help="Leave out small counts and what gives them away.")
@click.option("--note", default="", help="What changed, for readers of the history.")
@click.option("--check-only", is_flag=True, help="Read and report; publish and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def ingest(file: str, *, dataset: str, schema: str, as_json: bool, **manner: Any) -> None:
    """Publish FILE (a path or an https address) as the next version of a dataset.

    Exits with 0 if it was published (or could be), 1 if it was refused or waits for a signature,
    2 if it cannot be read.
    """
    place = {"url": file} if file.startswith(("http://", "https://")) else {"path": _found(file)}
    order = ingesting.Order(
        dataset_id=dataset,
        schema=_schema(schema),
        progress=_silent if as_json or not sys.stderr.isatty() else _progress,
        **place,
        **manner,
    )
    with refusals():
        outcome = ingesting.ingest(order=order, now=clock.now())
    click.echo(_as_json(outcome) if as_json else "\n".join(_lines(outcome)))
    sys.exit(_EXITS.get(outcome.state, REFUSED))


def _found(file: str) -> Path:
    path = Path(file)
    if not path.is_file():
        message = f"{file}: no such file"
        raise _Unreadable(message)
    return path


class _Unreadable(click.ClickException):
    """Something that cannot be read at all."""

    exit_code = UNREADABLE


def _schema(named: str) -> schemas.FileSchema | None:
    if not named:
        return None
    try:
        brought = shipped().get(named)
        return schemas.parse(brought.descriptor) if brought else schemas.load(Path(named))
    except schemas.BadSchema as error:
        message = f"{named}: {error}"
        if not Path(named).is_file():
            message += f"; we bring along {', '.join(shipped())}"
        raise _Unreadable(message) from error


def _silent(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""


def _progress(stage: str, done: int, total: int | None) -> None:
    of = f" / {total:,}" if total else ""
    click.echo(f"\r{stage} {done:,}{of}\033[K", err=True, nl=False)


def _as_json(outcome: ingesting.Outcome) -> str:
    said = {
        "state": outcome.state,
        "version": outcome.version,
        "run": str(outcome.run_id) if outcome.run_id else None,
        **outcome.report,
    }
    return json.dumps(said, ensure_ascii=False, indent=2)


def _lines(outcome: ingesting.Outcome) -> Iterator[str]:
    """Tell a report as one reads it."""
    report = outcome.report
    if "unreadable" in report:
        yield here(report["unreadable"]["sentence"])
        return
    about = report["file"]
    read = " ".join(
        str(about[key]) for key in ("format", "encoding", "delimiter") if about.get(key)
    )
    yield f"{read}: {report['rows']} rows, {len(report['fields'])} fields"
    for one in report["fields"]:
        yield f"  {one['name']}  {one['type']}  {one['label']}"
    for one in report["notes"]:
        yield f"note   {_place(one)}{here(one['sentence'])}"
    for one in report["errors"]["cells"]:
        yield f"ERROR  {_place(one)}{here(one['sentence'])}"
    yield from _ending(outcome)


def _place(one: dict[str, Any]) -> str:
    row = f"row {one['row']}" if one["row"] else ""
    return ", ".join(part for part in (row, one["column"]) if part) + ": "


def _ending(outcome: ingesting.Outcome) -> Iterator[str]:
    report = outcome.report
    for one in report["findings"]:
        if not one["approved"]:
            yield f"STOPPED {one['key']}: {here(one['sentence'])}"
            run = outcome.run_id or "RUN"
            yield f'        parvis opendata approve "{run}/{one["key"]}" --reason "…"'
    more = report["errors"]["count"] - len(report["errors"]["cells"])
    if more:
        yield f"… and {more} more errors like these"
    if report["errors"]["count"]:
        yield f"Refused: {report['errors']['count']} errors. Nothing was published."
    elif outcome.state == RunState.BLOCKED:
        yield "Stopped until somebody signs for each finding. Nothing was published."
    elif outcome.version:
        yield f"Version {outcome.version} is published."
    else:
        yield "Nothing speaks against publishing this file."


@commands.command()
@click.argument("run_and_finding")
@click.option("--reason", required=True, help="Why this may be published; it is kept.")
def approve(run_and_finding: str, reason: str) -> None:
    """Sign for RUN/FINDING, as `ingest` printed it; then ingest the file again."""
    run, _, finding = run_and_finding.partition("/")
    try:
        run_id = uuid.UUID(run)
    except ValueError as error:
        message = f"{run_and_finding}: not RUN/FINDING"
        raise click.ClickException(message) from error
    with refusals():
        approving.approve(run_id=run_id, finding=finding, reason=reason, by=None, now=clock.now())
    click.echo(f"{finding}: signed.")
