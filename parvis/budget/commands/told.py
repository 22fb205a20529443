"""How a result reads: as JSON with exact numbers in words, and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from parvis.budget.rules.counting import Comparison, Result, Round, Stage
from parvis.budget.rules.pabulib import PabulibFile


def as_json(file: str, read: PabulibFile, result: Result, usual: Comparison) -> dict[str, Any]:
    """Return everything a count says. Numbers are texts: `7200`, `5/3`: nothing is rounded."""
    settings = result.settings
    return {
        "file": file,
        "rule": settings.rule,
        "completion": settings.completion,
        "utility": settings.utility,
        "comparison_step": settings.comparison,
        "tie_rule": settings.ties,
        "currency": read.meta.get("currency", ""),
        "voters": result.voters,
        "budget": str(result.budget),
        "cost": str(result.cost),
        "winners": list(result.winners),
        "exhaustive": result.exhaustive,
        "endowment": _text(result.endowment),
        "raised": _text(result.raised),
        "partial": [result.partial[0], str(result.partial[1])] if result.partial else None,
        "rounds": [_round(one, _names(read)) for one in result.rounds],
        "ties": [
            {"round": one.round, "among": list(one.among), "first": one.first, "rule": one.rule}
            for one in result.ties
        ],
        "left_out": [
            {
                "project": one.project,
                "reason": one.reason,
                "support": str(one.support),
                "missing": _text(one.missing),
            }
            for one in result.left_out
        ],
        "grades": {project: list(counts) for project, counts in result.grades},
        "compared_with_greedy": _comparison(usual),
        "remarks": [{"line": line, "reason": reason} for line, reason in read.remarks],
    }


def as_text(told: dict[str, Any]) -> str:
    """Return the same as lines; fractions are shown with two decimals."""
    return "\n".join(_lines(told))


def _lines(told: dict[str, Any]) -> Iterator[str]:
    money = told["currency"]
    yield f"{told['file']}: {told['rule']}, {_counted(told['voters'], 'voter')}"
    for note in told["notes"]:
        yield f"note: {note}"
    for remark in told["remarks"]:
        yield f"line {remark['line']}: {remark['reason']}; counted as cast"
    for one in told["rounds"]:
        yield _round_line(one, money)
    spent = f"{_shown(told['cost'])} of {_shown(told['budget'])} {money}".rstrip()
    yield f"{_counted(len(told['winners']), 'project')} for {spent}"
    if told["partial"]:
        project, part = told["partial"]
        yield f"in part: {project}, {_shown(part)} {money}".rstrip()
    if told["endowment"]:
        raised = f", raised by {_shown(told['raised'])}" if told["raised"] != "0" else ""
        yield f"each voter's share: {_shown(told['endowment'])}{raised}"
    yield from _ties(told)
    yield from _beside_greedy(told["compared_with_greedy"])


def _round_line(one: dict[str, Any], money: str) -> str:
    worth = f", worth {_shown(one['effective'])}" if one["effective"] else ""
    filled = ", with what was left" if one["stage"] == Stage.COMPLETION else ""
    name = f" {one['name']}" if one["name"] else ""
    return (
        f"{one['round']:>3}. {one['project']}{name}: {_shown(one['cost'])} {money}".rstrip()
        + f", support {_shown(one['support'])}{worth}{filled}"
    )


def _ties(told: dict[str, Any]) -> Iterator[str]:
    if not told["ties"]:
        yield "no ties"
    for tie in told["ties"]:
        yield f"tie before round {tie['round']}: {', '.join(tie['among'])} (rule: {tie['rule']})"


def _beside_greedy(usual: dict[str, Any]) -> Iterator[str]:
    if not usual["only_here"] and not usual["only_greedy"]:
        yield "greedy would fund the same projects"
        return
    yield f"funded here, not by greedy: {', '.join(usual['only_here']) or 'none'}"
    yield f"funded by greedy, not here: {', '.join(usual['only_greedy']) or 'none'}"
    here, there = usual["prefer_here"], usual["prefer_greedy"]
    yield f"voters who prefer this: {here}; who prefer the greedy outcome: {there}"


def _comparison(usual: Comparison) -> dict[str, Any]:
    return {
        "only_here": list(usual.only_here),
        "only_greedy": list(usual.only_there),
        "prefer_here": usual.prefer_here,
        "prefer_greedy": usual.prefer_there,
        "indifferent": usual.indifferent,
        "with_something_here": usual.with_something_here,
        "with_something_greedy": usual.with_something_there,
    }


def _round(one: Round, names: dict[str, str]) -> dict[str, Any]:
    return {
        "round": one.number,
        "project": one.project,
        "name": names[one.project],
        "cost": str(one.cost),
        "support": str(one.support),
        "effective": _text(one.effective),
        "payment": _text(one.payment),
        "left": str(one.left),
        "stage": one.stage,
    }


def _names(read: PabulibFile) -> dict[str, str]:
    return {project.id: project.name for project in read.election.projects}


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _shown(exact: str) -> str:
    """Return an exact number as people read it: `1,234`, or two decimals."""
    value = Fraction(exact)
    if value.denominator == 1:
        return f"{value.numerator:,}"
    cents = round(value * 100)
    return f"{cents // 100:,}.{cents % 100:02}"


def _counted(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
