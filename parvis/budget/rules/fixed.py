"""All that is fixed of an edition before its vote, as bytes of which everybody computes the same
hash."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parvis.budget.rules.plans import AreaPlan, EditionPlan
from parvis.kernel.canonical import canonical

_VERSION = 1
_TIES = ("proposers", "voters")
_MOMENTS = ("opens_at", "closes_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBallot:
    """A project as it stands on the ballot of an area; `cents` is what it costs."""

    area: str
    number: int
    title: str
    title_en: str
    text: str
    text_en: str
    place: str
    cents: int


def written(plan: EditionPlan, *, cents: Mapping[str, int], ballot: Sequence[OnBallot]) -> bytes:
    """Return the calendar, the areas with who may propose and vote, their envelopes in `cents`, the
    ballots, the rules of the count and the projects, as canonical JSON (RFC 8785). It is the same
    in whatever order the parts are given."""
    plain = ("slug", "year", "title_fr", "title_en", "lead_fr", "lead_en")
    money = ("local_cents", "bonus_percent")
    told: dict[str, Any] = {name: getattr(plan, name) for name in (*plain, *money)}
    told["v"] = _VERSION
    told["phases"] = [
        {"kind": one.kind.value} | {name: _moment(getattr(one, name)) for name in _MOMENTS}
        for one in sorted(plan.phases, key=lambda phase: phase.opens_at)
    ]
    told["areas"] = [
        _area(one) | {"envelope_cents": cents[one.key]}
        for one in sorted(plan.areas, key=lambda area: area.key)
    ]
    told["ballot"] = [
        dataclasses.asdict(one) for one in sorted(ballot, key=lambda one: (one.area, one.number))
    ]
    return canonical(told)


def _area(one: AreaPlan) -> dict[str, Any]:
    told = dataclasses.asdict(one)
    return told | {name: sorted(tie.value for tie in told[name]) for name in _TIES}


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat()
