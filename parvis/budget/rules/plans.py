"""An edition as it is planned: its calendar, its areas, and why a plan is not taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from parvis.budget.rules import calendar
from parvis.budget.rules.calendar import Kind, Phase
from parvis.budget.rules.entitlement import Tie
from parvis.budget.rules.envelopes import Populace, shares

CITY = "75056"
"""The Insee code of the whole city."""
BALLOTS = ("approval", "choose_one", "knapsack", "points", "ranking", "grades")
RULES = (
    "greedy",
    "greedy-no-skip",
    "greedy-threshold",
    "votes-per-cost",
    "equal-shares",
    "phragmen",
    "majority-judgment",
    "knapsack",
    "points",
)
COMPLETIONS = ("none", "add1", "add1-exhaustive", "utilitarian", "add1-utilitarian")
UTILITIES = ("cost", "cardinality", "points", "borda")
_COUNTED_BY = {
    "majority-judgment": {"grades"},
    "knapsack": {"knapsack"},
    "points": {"points"},
}
"""The ballots that alone say what a rule counts."""
_SAID_ON = {"points": {"points", "grades"}, "borda": {"ranking"}}
"""The ballots that say what a utility counts."""
_ANYWHERE = tuple(Tie)
_OLDEST, _MOST_BONUS = 120, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPlan:
    """An area as it is planned. The envelope of an arrondissement is 0 until it is shared."""

    key: str
    arrondissement: int | None = None
    population: int = 0
    popular_population: int = 0
    envelope_cents: int = 0
    proposers: tuple[Tie, ...] = _ANYWHERE
    propose_age: int = 0
    voters: tuple[Tie, ...] = _ANYWHERE
    vote_age: int = 0
    ballot: str = "approval"
    most_options: int | None = None
    points: int | None = None
    count_rule: str = "greedy"
    utility: str = "cost"
    completion: str = "none"
    threshold: int | None = None
    is_compared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPlan:
    """An edition as it is planned; `local_cents` is what the arrondissements share."""

    slug: str
    year: int
    title_fr: str
    title_en: str
    lead_fr: str = ""
    lead_en: str = ""
    local_cents: int = 0
    bonus_percent: int = 0
    phases: tuple[Phase, ...] = ()
    areas: tuple[AreaPlan, ...] = field(default=())


def area_key(arrondissement: int | None) -> str:
    """Return the Insee code of an arrondissement of Paris, of the city for None."""
    return CITY if arrondissement is None else f"751{arrondissement:02d}"


LOCAL = frozenset(area_key(number) for number in range(1, 21))
"""The Insee codes of the arrondissements."""


def envelopes(plan: EditionPlan) -> dict[str, int]:
    """Return the cents of each area: the city's own, and what the arrondissements share."""
    local = [one for one in plan.areas if one.arrondissement is not None]
    people = [
        Populace(key=one.key, population=one.population, popular=one.popular_population)
        for one in local
    ]
    own = {one.key: one.envelope_cents for one in plan.areas if one.arrondissement is None}
    if not people:
        return own
    return own | shares(plan.local_cents, people, bonus_percent=plan.bonus_percent)


def why_not(plan: EditionPlan) -> str:
    """Return "" for a plan that can be taken, else the code of what is wrong with it."""
    if not plan.title_fr.strip() or not plan.title_en.strip():
        return "title_missing"
    wrong = calendar.why_not_a_calendar(plan.phases)
    if wrong:
        return wrong
    if len({one.key for one in plan.areas}) != len(plan.areas) or not plan.areas:
        return "areas_wrong"
    if plan.local_cents < 0 or not 0 <= plan.bonus_percent <= _MOST_BONUS:
        return "envelope_wrong"
    return next((code for code in map(why_not_an_area, plan.areas) if code), "")


def why_not_an_area(one: AreaPlan) -> str:
    """Return "" for an area that can be taken, else `people_wrong`, `age_wrong`, `ties_missing`,
    `ballot_wrong` or `rule_wrong`."""
    checks = (
        ("people_wrong", 0 <= one.popular_population <= one.population),
        ("people_wrong", one.arrondissement is None or one.population > 0),
        ("envelope_wrong", one.envelope_cents >= 0),
        ("age_wrong", 0 <= one.propose_age <= _OLDEST and 0 <= one.vote_age <= _OLDEST),
        ("ties_missing", bool(one.proposers) and bool(one.voters)),
        (
            "ballot_wrong",
            one.ballot in BALLOTS and one.most_options != 0,
        ),
        ("ballot_wrong", one.ballot != "points" or (one.points or 0) >= 1),
        ("rule_wrong", one.count_rule in RULES),
        ("rule_wrong", one.utility in UTILITIES and one.completion in COMPLETIONS),
        ("rule_wrong", one.ballot in _COUNTED_BY.get(one.count_rule, {one.ballot})),
        (
            "rule_wrong",
            one.count_rule != "equal-shares"
            or one.ballot in _SAID_ON.get(one.utility, {one.ballot}),
        ),
        ("rule_wrong", one.count_rule != "greedy-threshold" or (one.threshold or 0) >= 1),
    )
    return next((code for code, holds in checks if not holds), "")


def read(told: Mapping[str, Any], *, zone: ZoneInfo, today: dt.date) -> EditionPlan:
    """Return the plan that a file of an edition tells. A phase opens and closes on a local moment,
    or a number of days after today at noon.

    :raises ValueError, TypeError, KeyError: for what makes no sense
    """
    kept = told["edition"]
    common = told.get("area", {})
    listed = [_area(common, one) for one in told["areas"]]
    plain = ("slug", "year", "title_fr", "title_en", "lead_fr", "lead_en", "bonus_percent")
    return EditionPlan(
        **{name: kept[name] for name in plain if name in kept},
        local_cents=round(kept.get("local_euros", 0) * 100),
        phases=tuple(_phases(told["phases"], zone, today)),
        areas=tuple(listed),
    )


def _phases(told: Sequence[Mapping[str, Any]], zone: ZoneInfo, today: dt.date) -> Sequence[Phase]:
    return [
        Phase(
            kind=Kind(one["kind"]),
            opens_at=_moment(one["opens"], zone, today),
            closes_at=_moment(one["closes"], zone, today),
        )
        for one in told
    ]


def _moment(told: Any, zone: ZoneInfo, today: dt.date) -> dt.datetime:
    if isinstance(told, int):
        day = today + dt.timedelta(days=told)
        return dt.datetime.combine(day, dt.time(12), tzinfo=zone)
    if not isinstance(told, dt.datetime):
        message = f"{told} is no moment"
        raise TypeError(message)
    return told.replace(tzinfo=told.tzinfo or zone)


def _area(common: Mapping[str, Any], one: Mapping[str, Any]) -> AreaPlan:
    known = dict(common) | dict(one)
    arrondissement = known.pop("arrondissement", None)
    euros = known.pop("envelope_euros", 0)
    for name in ("proposers", "voters"):
        if name in known:
            known[name] = tuple(Tie(tie) for tie in known[name])
    return AreaPlan(
        key=area_key(arrondissement),
        arrondissement=arrondissement,
        envelope_cents=round(euros * 100),
        **known,
    )
