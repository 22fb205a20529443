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
from parvis.budget.rules import exporting
from parvis.budget.rules.ballots import EURO, POINT, Question
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
    "knapsack": gettext_noop(
        "Everyone filled the envelope: most votes first, until one does not fit the money left,"
        " which goes to it in part."
    ),
}
_OF_POINTS = {
    "greedy": gettext_noop("Most points first; what does not fit the money left is skipped."),
    "greedy-no-skip": gettext_noop("Most points first, until one does not fit the money left."),
    "greedy-threshold": gettext_noop("Most points first, for those that reach the threshold."),
    "votes-per-cost": gettext_noop("Most points for each euro first."),
    "below_threshold": gettext_noop("It has too few points: the rule asks for more."),
}
_OF_POINTS["points"] = _OF_POINTS["greedy"]
_OTHER = "other days"
_PLURAL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One purchase. `effective` is the votes, or points, that the project was worth, "" where the
    rule knows none, and `effective_count` a whole number that takes the same words; `grade` what
    the grade in the middle is called, `grades` from the best down; empty where there are none."""

    rank: int
    line: Line
    support: str
    effective: str
    effective_count: int
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
class Partial:
    """The project that what is left, in cents, goes to in part."""

    line: Line
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The result beside the greedy one: what only one of them funds, and who prefers which."""

    only_here: tuple[Line, ...]
    only_there: tuple[Line, ...]
    prefer_here: int
    prefer_there: int
    indifferent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaResult:
    """What came of the vote in one area; money in cents. `details` say what else the rule heeds."""

    question: Question
    name: str
    rule: str
    details: tuple[str, ...]
    voters: int
    blank: int
    cost: int
    budget: int
    share: int | None
    raised: int | None
    rounds: tuple[Round, ...]
    left_out: tuple[LeftOut, ...]
    ties: tuple[tuple[Line, ...], ...]
    partial: Partial | None
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
        """Tell whether everyone had a share, so that purchases have an effective worth."""
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
    contest = poll.contest(key)
    question, told = question_of(contest), voting.results(ref=poll.ref)[key]
    lines = {one.item.id: one for one in ballots.asked(edition, poll, key).lines}
    grades = {project: tuple(reversed(counts)) for project, counts in told["grades"]}
    return AreaResult(
        question=question,
        name=ballots.area_name(edition, key),
        rule=_said(_RULES, question.method.name, question.unit),
        details=voting.rule_details(contest.rule, contest.kind),
        voters=told["voters"],
        blank=told["blank"],
        cost=told["cost"],
        budget=told["budget"],
        share=_cents(told["endowment"]),
        raised=_cents(told["raised"]),
        rounds=tuple(_round(n, row, lines, grades) for n, row in enumerate(told["rounds"], 1)),
        left_out=tuple(_left_out(row, question, lines, grades) for row in told["left_out"]),
        partial=_partial(told.get("partial", []), lines),
        ties=tuple(tuple(lines[one] for one in among) for _n, among in told["ties"]),
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
    question = question_of(poll.contest(key))
    lines = voting.ballots(ref=poll.ref, contest=key)
    told = voting.results(ref=poll.ref)[key]
    return exporting.as_pabulib(
        question,
        [json.loads(line)["choice"] for line in lines],
        exporting.Outcome(
            winners=told["winners"],
            ties=told["ties"],
            partial=told.get("partial", []),
            seed=poll.seed,
        ),
        {
            "description": f"{poll.title}: {question.title}",
            "country": "France",
            "unit": settings.PARVIS_CITY_NAME,
            "subunit": question.title,
            "instance": str(edition.year),
            "date_begin": f"{poll.opens_at:%d.%m.%Y}",
            "date_end": f"{poll.closes_at:%d.%m.%Y}",
            "currency": "EUR",
            "language": "fr",
        },
    )


def rows_of(result: AreaResult) -> list[list[str]]:
    """Return the result of an area as a table: a header, then each project."""
    counted = ["support", "unit", "effective"]
    found = [["number", "title", "cost_euros", "funded", "rank", *counted, "why"]]
    unit = result.question.unit
    for one in result.rounds:
        line = [one.line.item.id, one.line.title, _euros(one.line.item.cost), "1", str(one.rank)]
        found.append([*line, one.support, unit, one.effective, ""])
    for other in result.left_out:
        line = [other.line.item.id, other.line.title, _euros(other.line.item.cost), "0", ""]
        found.append([*line, other.support, unit, "", other.reason])
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
        effective_count=count_for_words(effective),
        grade=str(voting.GRADES[int(support)]) if project in grades else "",
        left=left,
        is_completion=stage == "completion",
        degrees=degrees(line.project) if line.project else None,
        grades=grades.get(project, ()),
    )


def _left_out(
    row: list[Any],
    question: Question,
    lines: dict[str, Line],
    grades: dict[str, tuple[int, ...]],
) -> LeftOut:
    project, reason, support, missing = row
    is_judged = project in grades and missing == ""
    return LeftOut(
        line=lines[project],
        support=_shown(support),
        reason=_(_NOT_CONVINCED) if is_judged else _said(_REASONS, reason, question.unit),
        missing=_cents(missing),
        grades=grades.get(project, ()),
    )


def _partial(told: Sequence[Any], lines: dict[str, Line]) -> Partial | None:
    return Partial(line=lines[told[0]], cents=told[1]) if told else None


def _said(words: dict[str, str], name: str, unit: str) -> str:
    """Return what is said of a rule or a reason where support is counted in this unit."""
    of_points = _OF_POINTS if unit == POINT else {}
    return _(of_points.get(name) or words[name])


def _comparison(told: dict[str, Any], lines: dict[str, Line]) -> Comparison:
    return Comparison(
        only_here=tuple(lines[one] for one in told["only_here"]),
        only_there=tuple(lines[one] for one in told["only_there"]),
        prefer_here=told["prefer_here"],
        prefer_there=told["prefer_there"],
        indifferent=told["indifferent"],
    )


def _cents(exact: str) -> int | None:
    """Return an exact amount in whole cents, rounded for reading."""
    return round(Fraction(exact)) if exact else None


def count_for_words(exact: str) -> int:
    """Return a whole number that takes the same words as an exact one: « 1 vote » but « 1.5 votes »
    in English, where French has the singular up to 2."""
    value = round(Fraction(exact or 0), 1)
    return int(value) if value.denominator == 1 or value >= _PLURAL else 0


def _shown(exact: str) -> str:
    """Return an exact number as people read it: whole, or with one decimal."""
    if not exact:
        return ""
    value = Fraction(exact)
    return number(int(value)) if value.denominator == 1 else number(round(float(value), 1))


def _euros(cents: int) -> str:
    return f"{cents // EURO}.{cents % EURO:02}"
