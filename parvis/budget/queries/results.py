"""What came of a vote: who is funded and why, round by round, and how many voted."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _, gettext_noop

from parvis.budget.models import Edition
from parvis.budget.queries import ballots
from parvis.budget.queries.ballots import Line, question_of
from parvis.budget.queries.sheets import degrees
from parvis.budget.rules import ballots as rules, pabulib
from parvis.budget.rules.ballots import EURO, Question
from parvis.ui.wording import number
from parvis.voting import public as voting
from parvis.voting.public import PollView

_REASONS = {
    "too_dear": gettext_noop("It costs more than was left."),
    "stopped": gettext_noop("The count had ended before it."),
    "below_threshold": gettext_noop("Too few people want it: the rule asks for more."),
    "no_support": gettext_noop("Nobody chose it."),
    "supporters_short": gettext_noop("Its supporters had too little of their shares left."),
    "outvoted": gettext_noop("More voters prefer the outcome in which it is not funded."),
}
_NOT_CONVINCED = gettext_noop("Its middle grade is « not convinced ».")
_RULES = {
    "greedy": gettext_noop("Most votes first; what does not fit the money left is skipped."),
    "greedy-no-skip": gettext_noop("Most votes first, until one does not fit the money left."),
    "greedy-threshold": gettext_noop("Most votes first, for those that reach the threshold."),
    "votes-per-cost": gettext_noop("Most votes for each euro first."),
    "equal-shares": gettext_noop(
        "Equal shares: everyone has the same part of the budget and pays, with others, for what"
        " they voted for."
    ),
    "phragmen": gettext_noop(
        "Phragmén: everyone earns at the same pace, and supporters buy a project as soon as they"
        " can pay for it together."
    ),
    "majority-judgment": gettext_noop(
        "Majority judgment: the grade in the middle ranks the projects, best first."
    ),
}
_OTHER = "other days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One purchase. `effective` is the votes the project was worth, "" where the rule knows none;
    `grade` what the grade in the middle is called, `grades` from the best down; empty where there
    are none."""

    rank: int
    line: Line
    support: str
    effective: str
    grade: str
    left: int
    is_completion: bool
    degrees: tuple[float, float] | None
    grades: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A project that is not funded, and why; `missing` in cents, None where it is not money."""

    line: Line
    support: str
    reason: str
    missing: int | None
    grades: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The result beside the greedy one: what only one of them funds, and who prefers which."""

    only_here: tuple[str, ...]
    only_there: tuple[str, ...]
    prefer_here: int
    prefer_there: int
    indifferent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaResult:
    """What came of the vote in one area; money in cents."""

    question: Question
    name: str
    rule: str
    voters: int
    blank: int
    cost: int
    budget: int
    share: int | None
    raised: int | None
    rounds: tuple[Round, ...]
    left_out: tuple[LeftOut, ...]
    ties: tuple[str, ...]
    comparison: Comparison

    @property
    def is_on_map(self) -> bool:
        """Tell whether any funded project has a point."""
        return any(one.degrees for one in self.rounds)

    @property
    def left(self) -> int:
        """Return what is not spent."""
        return self.budget - self.cost

    @property
    def is_shared(self) -> bool:
        """Tell whether everyone had a share, so that purchases are worth effective votes."""
        return any(one.effective for one in self.rounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many voted in an area, by channel; by day where enough did (None: told with others),
    `rest` on other days."""

    online: int
    paper: int
    days: tuple[str, ...]
    series: tuple[tuple[str, tuple[int | None, ...]], ...]
    rest: int

    @property
    def total(self) -> int:
        """Return how many voted in all."""
        return self.online + self.paper


def area_result(edition: Edition, poll: PollView, key: str) -> AreaResult:
    """Return what came of the vote in one area, from what was published.

    :raises NotFound: `no_contest`
    :raises Refused: `not_published`
    """
    question = question_of(poll.contest(key))
    told = voting.results(ref=poll.ref)[key]
    lines = {one.item.id: one for one in ballots.asked(edition, poll, key).lines}
    grades = {project: tuple(reversed(counts)) for project, counts in told["grades"]}
    return AreaResult(
        question=question,
        name=ballots.area_name(edition, key),
        rule=_(_RULES[question.method.name]),
        voters=told["voters"],
        blank=told["blank"],
        cost=told["cost"],
        budget=told["budget"],
        share=_cents(told["endowment"]),
        raised=_cents(told["raised"]),
        rounds=tuple(_round(n, row, lines, grades) for n, row in enumerate(told["rounds"], 1)),
        left_out=tuple(_left_out(row, lines, grades) for row in told["left_out"]),
        ties=tuple(", ".join(lines[one].title for one in among) for _n, among in told["ties"]),
        comparison=_comparison(told["greedy"], lines),
    )


def summaries(edition: Edition, poll: PollView) -> list[AreaResult]:
    """Return what came of the vote in every area, the whole city first.

    :raises Refused: `not_published`
    """
    return [area_result(edition, poll, one.key) for one in poll.contests]


def turnout(poll: PollView, key: str) -> Turnout:
    """Return how many voted in an area; a day of few is not told by itself."""
    counted = voting.turnout(ref=poll.ref)
    rows = [(day, by, n) for contest, day, by, n in counted.days if contest == key]
    days = sorted({day for day, _by, _n in rows if day != _OTHER})
    online, paper = (
        {day: n for day, by, n in rows if by == channel} for channel in ("online", "paper")
    )
    # A channel of which no day is told would be drawn as nobody.
    by_channel = ((_("Online"), online), (_("On paper"), paper))
    series = [(name, by) for name, by in by_channel if by.keys() & set(days)]
    return Turnout(
        online=sum(online.values()),
        paper=sum(paper.values()),
        days=tuple(date_format(dt.date.fromisoformat(day), "j F") for day in days),
        series=tuple((name, tuple(_on(day, by) for day in days)) for name, by in series),
        rest=online.get(_OTHER, 0) + paper.get(_OTHER, 0),
    )


def _on(day: str, by: dict[str, int]) -> int | None:
    """Return how many voted on a day by a channel, None if it may be one of its days of few."""
    return by.get(day, None if _OTHER in by else 0)


def as_pabulib(edition: Edition, poll: PollView, key: str) -> str:
    """Return the ballots of an area in the Pabulib format, in euros, without any attribute of a
    voter.

    :raises NotFound: `no_contest`
    :raises Refused: `box_closed`
    """
    contest = question_of(poll.contest(key))
    lines = voting.ballots(ref=poll.ref, contest=key)
    choices = [json.loads(line)["choice"] for line in lines]
    told = voting.results(ref=poll.ref)[key]
    rule, remarks = pabulib.told_of(_pabulib_rule(contest))
    remarks += _by_lot(told["ties"], poll)
    about = pabulib.About(
        meta={
            "description": f"{poll.title}: {contest.title}",
            "country": "France",
            "unit": settings.PARVIS_CITY_NAME,
            "subunit": contest.title,
            "instance": str(edition.year),
            "rule": rule,
            "date_begin": f"{poll.opens_at:%d.%m.%Y}",
            "date_end": f"{poll.closes_at:%d.%m.%Y}",
            "currency": "EUR",
            "language": "fr",
            "comment": " ".join(f"#{n}: {one}." for n, one in enumerate(remarks, start=1)),
        },
        funded=tuple(told["winners"]),
    )
    return pabulib.write(rules.election_of(contest, choices, unit=EURO), about)


def _by_lot(ties: Sequence[tuple[int, Sequence[str]]], poll: PollView) -> tuple[str, ...]:
    """Return what a file says of projects that stood equal: another may decide otherwise."""
    if not ties:
        return ()
    equal = ", then ".join(" and ".join(among) for _round, among in ties)
    return (f"Equal, decided by lot from the published seed {poll.seed}: {equal}",)


def rows_of(result: AreaResult) -> list[list[str]]:
    """Return the result of an area as a table: a header, then each project."""
    found = [["number", "title", "cost_euros", "funded", "rank", "support", "effective", "why"]]
    for one in result.rounds:
        line = [one.line.item.id, one.line.title, _euros(one.line.item.cost), "1", str(one.rank)]
        found.append([*line, one.support, one.effective, ""])
    for other in result.left_out:
        line = [other.line.item.id, other.line.title, _euros(other.line.item.cost), "0", ""]
        found.append([*line, other.support, "", other.reason])
    return found


def _round(
    rank: int, row: list[Any], lines: dict[str, Line], grades: dict[str, tuple[int, ...]]
) -> Round:
    project, _cost, support, effective, left, stage = row
    line = lines[project]
    return Round(
        rank=rank,
        line=line,
        support=_shown(support),
        effective=_shown(effective),
        grade=str(voting.GRADES[int(support)]) if project in grades else "",
        left=left,
        is_completion=stage == "completion",
        degrees=degrees(line.project) if line.project else None,
        grades=grades.get(project, ()),
    )


def _left_out(
    row: list[Any], lines: dict[str, Line], grades: dict[str, tuple[int, ...]]
) -> LeftOut:
    project, reason, support, missing = row
    why = _NOT_CONVINCED if project in grades and missing == "" else _REASONS[reason]
    return LeftOut(
        line=lines[project],
        support=_shown(support),
        reason=_(why),
        missing=_cents(missing),
        grades=grades.get(project, ()),
    )


def _comparison(told: dict[str, Any], lines: dict[str, Line]) -> Comparison:
    return Comparison(
        only_here=tuple(lines[one].title for one in told["only_here"]),
        only_there=tuple(lines[one].title for one in told["only_there"]),
        prefer_here=told["prefer_here"],
        prefer_there=told["prefer_there"],
        indifferent=told["indifferent"],
    )


def _pabulib_rule(question: Question) -> str:
    method = question.method
    if method.name != "equal-shares":
        return method.name
    compared = "-comparison" if method.comparison else ""
    return f"equalshares{compared}{'/add1' if method.completion.startswith('add1') else ''}"


def _cents(exact: str) -> int | None:
    """Return an exact amount in whole cents, rounded for reading."""
    return round(Fraction(exact)) if exact else None


def _shown(exact: str) -> str:
    """Return an exact number as people read it: whole, or with one decimal."""
    if not exact:
        return ""
    value = Fraction(exact)
    return number(int(value)) if value.denominator == 1 else number(round(float(value), 1))


def _euros(cents: int) -> str:
    return f"{cents // EURO}.{cents % EURO:02}"
