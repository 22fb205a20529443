"""Reads a Pabulib file into an election, and refuses what breaks the format by its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parvis.budget.rules.counting.election import Ballot, Election, Kind, Number, Project, flaw
from parvis.budget.rules.pabulib.errors import MalformedError
from parvis.budget.rules.pabulib.limits import LIMIT_KEYS, Limits
from parvis.budget.rules.pabulib.naming import NamedRule, settings_of
from parvis.budget.rules.pabulib.rows import Section, amount, fields, sections

REQUIRED = (
    "description",
    "country",
    "unit",
    "instance",
    "num_projects",
    "num_votes",
    "budget",
    "vote_type",
    "rule",
    "date_begin",
    "date_end",
)
_FUNDED = "1"
_MOST_POINTS = 10**9


@dataclass(frozen=True)
class PabulibFile:
    """A file as it stands: META, the columns of each project, and the election to be counted.

    `remarks` are the faults of ballots that were counted all the same: line and reason.
    `rule_line` is where META says the rule.
    """

    meta: Mapping[str, str]
    columns: Mapping[str, Mapping[str, str]]
    election: Election
    remarks: tuple[tuple[int, str], ...] = ()
    rule_line: int = 1

    @property
    def rule(self) -> NamedRule:
        """Return how the file says it was counted."""
        return settings_of(self.meta["rule"], self.meta.get("comment", ""))

    @property
    def selected(self) -> tuple[str, ...]:
        """Return the projects that the file says were funded."""
        return tuple(
            name for name, row in self.columns.items() if row.get("selected", "") == _FUNDED
        )


@dataclass(frozen=True)
class _Meta:
    """META with the line of each key."""

    values: Mapping[str, str]
    lines: Mapping[str, int]

    def number(self, key: str) -> Number:
        return amount(self.values[key], key, self.lines[key])

    def optional(self, key: str) -> Number | None:
        return self.number(key) if self.values.get(key) else None


def read_bytes(raw: bytes, *, as_cast: bool = False) -> PabulibFile:
    """Read a file's bytes, UTF-8; see `read`."""
    try:
        return read(raw.decode("utf-8"), as_cast=as_cast)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise MalformedError(line, "the file is not UTF-8") from error


def read(text: str, *, as_cast: bool = False) -> PabulibFile:
    """Read a file's text. Voters' attributes (age, sex, district…) are not kept.

    `as_cast` counts, with a remark, two faults that cities have let pass: a ballot over a limit, as
    it was cast; a project named twice by one ballot, once.

    Raises MalformedError with line and reason for: a missing section, column or key; a number that
    is none; counts in META that are not those of the file; a project or voter there twice; a ballot
    that is not of the file's type, names unknown projects or is over a limit that META sets.
    """
    parts = sections(text)
    meta = _meta(parts["META"])
    projects, columns = _projects(parts["PROJECTS"])
    _same(meta, "num_projects", len(projects))
    kind = _kind(meta)
    most = {key: limit for key in LIMIT_KEYS if (limit := meta.optional(key)) is not None}
    limits = Limits(most, {project.id: project.cost for project in projects})
    ballots, remarks = _ballots(parts["VOTES"], kind, limits, as_cast=as_cast)
    _same(meta, "num_votes", sum(ballots.values()))
    budget = meta.number("budget")
    if budget <= 0:
        raise MalformedError(meta.lines["budget"], "the budget must be above zero")
    ranks = meta.optional("max_length") if kind is Kind.ORDINAL else None
    return PabulibFile(
        meta=meta.values,
        columns=columns,
        election=Election(
            projects=projects,
            ballots=ballots,
            budget=budget,
            kind=kind,
            threshold=meta.optional("min_project_score_threshold") or 0,
            ranks=None if ranks is None else int(ranks),
        ),
        remarks=remarks,
        rule_line=meta.lines["rule"],
    )


def _meta(section: Section) -> _Meta:
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(section.lines, section.start):
        if not line.strip():
            continue
        key, *value = fields(line, number)
        if key in values:
            message = f"META says « {key} » twice"
            raise MalformedError(number, message)
        values[key], lines[key] = ";".join(value).strip(), number
    for key in REQUIRED:
        if not values.get(key):
            message = f"META does not say « {key} »"
            raise MalformedError(section.start - 1, message)
    return _Meta(values, lines)


def _kind(meta: _Meta) -> Kind:
    if meta.values["vote_type"] not in set(Kind):
        message = f"unknown vote_type « {meta.values['vote_type']} »"
        raise MalformedError(meta.lines["vote_type"], message)
    return Kind(meta.values["vote_type"])


def _projects(section: Section) -> tuple[tuple[Project, ...], dict[str, dict[str, str]]]:
    ids, costs = section.required("project_id"), section.required("cost")
    projects: list[Project] = []
    columns: dict[str, dict[str, str]] = {}
    for number, line in enumerate(section.lines, section.start):
        if not line.strip():
            continue
        row = _row(section, line, number)
        name, cost = row[ids].strip(), amount(row[costs], "cost", number)
        if not name or "," in name or name in columns:
            message = f"« {name} » cannot be a project's id: empty, with a comma, or there twice"
            raise MalformedError(number, message)
        if cost <= 0:
            raise MalformedError(number, "the cost must be above zero")
        columns[name] = dict(zip(section.header, row, strict=True))
        projects.append(Project(name, cost, columns[name].get("name", "")))
    return tuple(projects), columns


def _row(section: Section, line: str, number: int) -> list[str]:
    row = fields(line, number)
    if len(row) != len(section.header):
        message = f"the row has {len(row)} fields, the header {len(section.header)}"
        raise MalformedError(number, message)
    return row


_Remarks = tuple[tuple[int, str], ...]


def _ballots(
    section: Section, kind: Kind, limits: Limits, *, as_cast: bool
) -> tuple[dict[Ballot, int], _Remarks]:
    """Return the distinct ballots and the remarks; each wording is read at its first line."""
    times, first = _wordings(section, kind)
    known = set(limits.costs)
    ballots: dict[Ballot, int] = {}
    remarks: list[tuple[int, str]] = []
    for wording, number in first.items():
        ballot = _ballot(wording, number)
        reason = flaw(ballot, known, kind)
        if reason and as_cast and not ballot.points:
            remarks.append((number, reason))
            ballot = Ballot(tuple(dict.fromkeys(ballot.choices)))
            reason = flaw(ballot, known, kind)
        if not reason and (reason := limits.excess(ballot)) and as_cast:
            remarks.append((number, reason))
            reason = ""
        if reason:
            raise MalformedError(number, reason)
        ballots[ballot] = ballots.get(ballot, 0) + times[wording]
    return ballots, tuple(remarks)


_Wording = tuple[str, str]


def _wordings(section: Section, kind: Kind) -> tuple[dict[_Wording, int], dict[_Wording, int]]:
    """Return how often each wording of a ballot was cast, and the line of the first."""
    voter, vote = section.required("voter_id"), section.required("vote")
    points = section.required("points") if kind.has_points else None
    seen: set[str] = set()
    times: dict[_Wording, int] = {}
    first: dict[_Wording, int] = {}
    for number, line in enumerate(section.lines, section.start):
        if not line or line.isspace():
            continue
        row = _row(section, line, number)
        if row[voter] in seen:
            message = f"the voter « {row[voter]} » is there twice"
            raise MalformedError(number, message)
        seen.add(row[voter])
        wording = (row[vote], "" if points is None else row[points])
        if wording in times:
            times[wording] += 1
        else:
            times[wording], first[wording] = 1, number
    return times, first


def _ballot(wording: _Wording, number: int) -> Ballot:
    vote, points = wording
    choices = tuple(map(str.strip, vote.split(","))) if vote.strip() else ()
    if not points.strip():
        return Ballot(choices)
    return Ballot(choices, tuple(_points(one, number) for one in points.split(",")))


def _points(text: str, number: int) -> Number:
    """Return how many points a choice got. All points of a file become whole numbers together, and
    those have to fit 64 bits."""
    points = amount(text, "points", number)
    if points >= _MOST_POINTS or _MOST_POINTS % points.denominator:
        message = f"points have 9 digits and 9 decimals at most: « {text.strip()} »"
        raise MalformedError(number, message)
    return points


def _same(meta: _Meta, key: str, found: int) -> None:
    if meta.number(key) != found:
        message = f"{key} is {meta.values[key]}, the file has {found}"
        raise MalformedError(meta.lines[key], message)
