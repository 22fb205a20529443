"""The steps that somebody may take from a state, with the reasons they may give: for forms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from parvis.streets.models import ClosingReason, Transition
from parvis.streets.queries.life_words import reason_label, reason_text, state_label, step_label
from parvis.streets.rules import life

SCHEDULED = "scheduled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonOn:
    """A reason that may be given for a step, and what people read then."""

    code: str
    label: str
    text: str
    wants_proof: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOn:
    """A step that may be taken: the state it leads `to`, the words of its button, what it needs."""

    to: str
    label: str
    leads_to: str
    closes: bool
    asks: bool
    plans: bool
    reasons: tuple[ReasonOn, ...]


def ways_on(state: str, *, who: str, without: Collection[str] = ()) -> tuple[WayOn, ...]:
    """Return the steps that somebody may take from a state by themselves, in the order of the
    table; joining to another has a page of its own."""
    rows = Transition.objects.filter(before=state, who__contains=[who]).select_related("after")
    left_out = {life.MERGED, *without}
    steps = [one for one in rows.order_by("after__order", "id") if one.after_id not in left_out]
    reasons = reasons_of([one.after_id for one in steps])
    return tuple(
        WayOn(
            to=one.after_id,
            label=step_label(one),
            leads_to=state_label(one.after),
            closes=not one.after.is_open,
            asks=one.after_id == life.WAITING,
            plans=one.after_id == SCHEDULED,
            reasons=reasons.get(one.after_id, ()),
        )
        for one in steps
    )


def reasons_of(states: Collection[str]) -> dict[str, tuple[ReasonOn, ...]]:
    """Return the reasons that people may give for each of these states; those that the program
    gives by itself are not among them."""
    rows = ClosingReason.objects.filter(state__in=states, retired_at=None)
    rows = rows.exclude(pk__in=(life.SAME_CASE, life.WITHDRAWN, life.NO_ANSWER))
    found: dict[str, tuple[ReasonOn, ...]] = {}
    for one in rows.order_by("order", "pk"):
        line = ReasonOn(
            code=one.pk,
            label=reason_label(one),
            text=reason_text(one),
            wants_proof=one.wants_proof,
        )
        found[one.state_id] = (*found.get(one.state_id, ()), line)
    return found
