"""Counts a Pabulib file: who wins in which order, what it costs, which ties a rule broke."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from parvis.budget.commands.told import as_json, as_text
from parvis.budget.rules import pabulib
from parvis.budget.rules.counting import (
    Completion,
    ElectionError,
    Rule,
    Settings,
    Utility,
    compared_with_greedy,
    count as counted,
)
from parvis.budget.rules.counting.settings import SEED, TIE_RULES, is_tie_rule

_MALFORMED = 2
# No election that was held needs a tenth of it; it takes a minute at most.
_STEPS = 100_000


def _tie_rule(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_tie_rule(value):
        message = f"one of {', '.join(TIE_RULES)}, or {SEED}WORDS"
        raise click.BadParameter(message)
    return value


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--rule", type=click.Choice([one.value for one in Rule]), help="Default: the file's own rule."
)
@click.option(
    "--completion", type=click.Choice([one.value for one in Completion]), help="Of equal shares."
)
@click.option(
    "--utility", type=click.Choice([one.value for one in Utility]), help="Of equal shares."
)
@click.option("--ties", callback=_tie_rule, help="Default: as the file says, else its order.")
@click.option(
    "--most-steps",
    type=click.IntRange(min=0),
    default=_STEPS,
    show_default=True,
    help="After how many single steps to give up raising the shares; 0 never does.",
)
@click.option("--as-cast", is_flag=True, help="Count, with a remark, ballots over a limit.")
@click.option("--json", "wants_json", is_flag=True, help="Print everything as JSON.")
def count(file: Path, **asked: Any) -> None:
    """Count FILE, an election in the Pabulib format, exactly; no city needs to run.

    Prints winners in order of purchase, cost, ties and rounds. Exits with 2, line and reason if
    the file is malformed.
    """
    try:
        read = pabulib.read_bytes(file.read_bytes(), as_cast=asked["as_cast"])
    except pabulib.MalformedError as error:
        _refuse(file, error.line, error.reason)
    settings, note = _settings(read, asked)
    try:
        result = counted(read.election, settings)
    except ElectionError as error:
        if not (asked["rule"] or asked["utility"] or asked["completion"]):
            _refuse(file, read.rule_line, str(error))
        raise click.ClickException(str(error)) from error
    told = as_json(file.name, read, result, compared_with_greedy(read.election, result))
    told["notes"] = [note] if note else []
    if asked["wants_json"]:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(told))


def _refuse(file: Path, line: int, reason: str) -> NoReturn:
    click.echo(f"{file.name}, line {line}: {reason}", err=True)
    sys.exit(_MALFORMED)


def _settings(read: pabulib.PabulibFile, asked: dict[str, Any]) -> tuple[Settings, str]:
    """Return how to count: as the file says, unless the command line says otherwise."""
    settings, note = read.rule.settings, read.rule.note
    if asked["rule"]:
        settings, note = Settings(rule=Rule(asked["rule"]), ties=settings.ties), ""
    if asked["completion"]:
        settings = replace(settings, completion=Completion(asked["completion"]))
    if asked["utility"]:
        settings = replace(settings, utility=Utility(asked["utility"]))
    if asked["ties"]:
        settings = replace(settings, ties=asked["ties"])
    return replace(settings, most_steps=asked["most_steps"] or None), note
