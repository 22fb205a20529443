"""The life cycle as the rules know it, and where a case stands in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from parvis.streets.models import Case, ClosingReason, State, Step, Transition
from parvis.streets.rules import life


def cycle() -> life.Cycle:
    """Return the whole life cycle of the city."""
    return cycle_of(
        State.objects.order_by("order"),
        Transition.objects.order_by("before__order", "after__order", "id"),
    )


def cycle_of(states: Iterable[State], steps: Iterable[Transition]) -> life.Cycle:
    """Return these states and steps as the rules know them."""
    return life.Cycle(
        states={
            one.code: life.Standing(
                code=one.code, is_initial=one.is_initial, is_open=one.is_open, clock=one.clock
            )
            for one in states
        },
        passages=tuple(
            life.Passage(
                before=one.before_id, after=one.after_id, deed=one.deed, who=frozenset(one.who)
            )
            for one in steps
        ),
    )


def closing_of(reason: ClosingReason) -> life.Closing:
    """Return a reason as the rules know it."""
    return life.Closing(code=reason.pk, state=reason.state_id, wants_proof=reason.wants_proof)


def last_closing(case: Case) -> Step | None:
    """Return the step by which a case was closed last, whether it is open again or not."""
    return case.steps.filter(after__is_open=False).order_by("-id").first()


def last_opening(case: Case) -> dt.datetime:
    """Return when a case was opened, or opened again after its last closing."""
    again = case.steps.filter(before__is_open=False, after__is_open=True).order_by("-id").first()
    return again.taken_at if again else case.opened_at


def contradicted_by(closing: Step | None) -> set[str]:
    """Return the reports whose authors contradicted a closing."""
    if closing is None:
        return set()
    return {str(one) for one in closing.contradictions.values_list("report", flat=True)}
