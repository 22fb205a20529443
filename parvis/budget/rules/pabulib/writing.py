"""Writes an election as a Pabulib file: no voter's attribute, no order in which votes were cast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from parvis.budget.rules.counting.election import Ballot, Election, Kind, Number
from parvis.budget.rules.counting.electorate import read
from parvis.budget.rules.pabulib.limits import plain
from parvis.budget.rules.pabulib.reading import REQUIRED

_COUNTED = ("votes", "score")
# A grade is no vote, and the format does not say how many points a rank is worth.
_COLUMNS = {Kind.SCORING: ("score",), Kind.CUMULATIVE: _COUNTED}
# The order of the format's own fields, as its checker asks for it; others follow.
_META_ORDER = (
    *("description", "country", "unit", "district", "subunit", "instance", "num_projects"),
    *("num_votes", "budget", "vote_type", "rule", "date_begin", "date_end", "min_length"),
    *("max_length", "min_sum_cost", "max_sum_cost", "min_points", "max_points"),
    *("min_sum_points", "max_sum_points", "default_score", "min_project_cost"),
    *("max_project_cost", "min_project_score_threshold", "neighborhoods", "subdistricts"),
    *("categories", "edition", "language", "currency", "fully_funded"),
)
_PROJECT_ORDER = (
    *("project_id", "cost", "votes", "score", "name", "category", "beneficiaries", "selected"),
    *("neighborhood", "subunit", "district", "description", "proposer", "public_id"),
    *("latitude", "longitude"),
)
_TOLD = ("num_projects", "num_votes", "budget", "vote_type", "min_project_score_threshold")


@dataclass(frozen=True)
class About:
    """What a file says beside the election: META's other keys, further columns of the projects, and
    who was funded, if that is known.

    The format's own checker knows no ballot without a choice: `keeps_blank` False leaves them out,
    and `num_votes` says how many are left.
    """

    meta: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    funded: tuple[str, ...] | None = None
    keeps_blank: bool = True


def write(election: Election, about: About) -> str:
    """Return the file's text; `read` gives the same election back.

    Ballots stand in the order of their words and are numbered from 1. Raises ValueError if `about`
    does not say a key that the format requires.
    """
    if not about.keeps_blank:
        given = {ballot: times for ballot, times in election.ballots.items() if ballot.choices}
        election = replace(election, ballots=given)
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
    if election.budget >= sum(project.cost for project in election.projects):
        told["fully_funded"] = "1"
    if election.ranks is not None:
        told["max_length"] = str(election.ranks)
    found = {**about.meta, **told}
    return {key: found[key] for key in _in_order(found, _META_ORDER) if found[key]}


def _in_order(names: Iterable[str], order: Sequence[str]) -> list[str]:
    """Return the names, those of the order first."""
    known = dict.fromkeys(names)
    return [*(name for name in order if name in known), *(n for n in known if n not in order)]


def _projects(election: Election, about: About) -> Iterator[list[str]]:
    """Yield header and rows: what is counted, then what is told."""
    electorate = read(election)
    told = ["project_id", "cost", *_COLUMNS.get(election.kind, ("votes",)), "name"]
    funded = None if about.funded is None else set(about.funded)
    if funded is not None:
        told.append("selected")
    others = dict.fromkeys(name for row in about.columns.values() for name in row)
    header = _in_order(
        [*told, *(name for name in others if name not in {*told, *_COUNTED})], _PROJECT_ORDER
    )
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
            # Where it is told who won, the format's checker wants a name of each.
            row["name"] = project.name or project.id
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
    if any(points):
        # No point is no vote: whoever counts the choices of a file finds those of its projects.
        pairs = [pair for pair in pairs if pair[1]]
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
