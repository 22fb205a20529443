"""Writes an election as a Pabulib file: no voter's attribute, no order in which votes were cast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from parvis.budget.rules.counting.election import Ballot, Election, Kind, Number
from parvis.budget.rules.counting.electorate import read
from parvis.budget.rules.pabulib.limits import plain
from parvis.budget.rules.pabulib.reading import REQUIRED

_COUNTED = ("votes", "score")
_TOLD = ("num_projects", "num_votes", "budget", "vote_type", "min_project_score_threshold")


@dataclass(frozen=True)
class About:
    """What a file says beside the election: META's other keys, further columns of the projects, and
    who was funded, if that is known."""

    meta: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    funded: tuple[str, ...] | None = None


def write(election: Election, about: About) -> str:
    """Return the file's text; `read` gives the same election back.

    Ballots stand in the order of their words and are numbered from 1. Raises ValueError if `about`
    does not say a key that the format requires.
    """
    missing = [key for key in REQUIRED if key not in _TOLD and not about.meta.get(key)]
    if missing:
        message = f"META must say {', '.join(missing)}"
        raise ValueError(message)
    lines = ["META", "key;value"]
    lines += [_row([key, value]) for key, value in _meta(election, about).items()]
    lines += ["PROJECTS", *map(_row, _projects(election, about))]
    lines += ["VOTES", *map(_row, _votes(election))]
    return "\n".join(lines) + "\n"


def _meta(election: Election, about: About) -> dict[str, str]:
    told = {
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.voters),
        "budget": plain(election.budget),
        "vote_type": str(election.kind),
    }
    if election.threshold:
        told["min_project_score_threshold"] = plain(election.threshold)
    if election.ranks is not None:
        told["max_length"] = str(election.ranks)
    first = {key: told.get(key, about.meta.get(key, "")) for key in REQUIRED}
    return {**first, **about.meta, **told}


def _projects(election: Election, about: About) -> Iterator[list[str]]:
    """Yield header and rows: what is counted, then what is told."""
    electorate = read(election)
    scored = election.kind.has_points or election.kind is Kind.ORDINAL
    told = ["project_id", "cost", *(_COUNTED if scored else _COUNTED[:1]), "name"]
    funded = None if about.funded is None else set(about.funded)
    if funded is not None:
        told.append("selected")
    others = dict.fromkeys(name for row in about.columns.values() for name in row)
    header = [*told, *(name for name in others if name not in {*told, *_COUNTED})]
    yield header
    for rank, project in enumerate(election.projects):
        row = {
            **about.columns.get(project.id, {}),
            "project_id": project.id,
            "cost": plain(project.cost),
            "votes": str(electorate.votes[rank]),
            "score": plain(electorate.support(rank)),
            "name": project.name,
        }
        if funded is not None:
            row["selected"] = str(int(project.id in funded))
        yield [row.get(name, "") for name in header]


def _votes(election: Election) -> Iterator[list[str]]:
    points = ["points"] if election.kind.has_points else []
    yield ["voter_id", "vote", *points]
    number = 0
    worded = [(_worded(election, ballot), times) for ballot, times in election.ballots.items()]
    for words, times in sorted(worded):
        for _time in range(times):
            number += 1
            yield [str(number), *words]


def _worded(election: Election, ballot: Ballot) -> list[str]:
    """Return a ballot as its fields: the order of choices is kept only where it says something."""
    points: tuple[Number, ...] = ballot.points
    pairs = list(zip(ballot.choices, points or [0] * len(ballot.choices), strict=True))
    if election.kind is not Kind.ORDINAL:
        pairs.sort(key=lambda pair: (-pair[1], pair[0]))
    vote = ",".join(choice for choice, _points in pairs)
    if not election.kind.has_points:
        return [vote]
    return [vote, ",".join(plain(points) for _choice, points in pairs)]


def _row(values: list[str]) -> str:
    return ";".join(_quoted(" ".join(value.split())) for value in values)


def _quoted(value: str) -> str:
    if ";" not in value and '"' not in value:
        return value
    doubled = value.replace('"', '""')
    return f'"{doubled}"'
