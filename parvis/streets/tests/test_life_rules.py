"""The life cycle as a table: who may go where, what a closing carries, what a table must have."""

from __future__ import annotations

import datetime as dt

import pytest

from parvis.streets.rules import life
from parvis.streets.rules.life import Closing, Cycle, Passage, Standing

NOON = dt.datetime(2026, 6, 3, 10, tzinfo=dt.UTC)


def a_state(code, *, is_open=True, is_initial=False):
    clock = life.RUNS if is_open else life.STOPPED
    return Standing(code=code, is_initial=is_initial, is_open=is_open, clock=clock)


def a_step(before, after, *who, deed="taken"):
    return Passage(before=before, after=after, deed=deed, who=frozenset(who))


SMALL = Cycle(
    states={
        one.code: one
        for one in (
            a_state("new", is_initial=True),
            a_state("contradicted"),
            a_state("done", is_open=False),
        )
    },
    passages=(
        a_step("new", "done", life.AGENT, life.PARTNER, deed="done"),
        a_step("done", "contradicted", life.REPORTER, deed="contradicted"),
        a_step("contradicted", "done", life.AGENT, deed="done"),
    ),
)
DONE = Closing(code="work_done", state="done", wants_proof=True)


def test_a_step_is_taken_by_who_may():
    assert life.why_not(SMALL, "new", "done", who=life.AGENT) == ""
    assert life.why_not(SMALL, "new", "done", who=life.REPORTER) == "not_yours_to_take"
    assert life.why_not(SMALL, "new", "contradicted", who=life.AGENT) == "no_such_step"
    assert life.why_not(SMALL, "new", "new", who=life.AGENT) == "already_there"
    assert [one.after for one in life.passages(SMALL, "new", who=life.PARTNER)] == ["done"]
    assert life.passages(SMALL, "done", who=life.AGENT) == []


@pytest.mark.parametrize(
    ("after", "reason", "proofs", "message", "code"),
    [
        ("contradicted", None, 0, "", ""),
        ("done", None, 1, "C'est fait", "reason_missing"),
        (
            "done",
            Closing(code="x", state="no_action", wants_proof=False),
            1,
            "C'est fait",
            "reason_of_another_state",
        ),
        ("done", DONE, 0, "C'est fait", "proof_missing"),
        ("done", DONE, 1, "  ", "message_missing"),
        ("done", DONE, 1, "C'est fait", ""),
    ],
)
def test_a_closing_carries_a_reason_a_proof_and_words(after, reason, proofs, message, code):
    found = life.why_not_closed(SMALL, after, reason=reason, proofs=proofs, message=message)
    assert found == code


def test_a_closing_is_contradicted_once_within_thirty_days():
    last = NOON + dt.timedelta(days=30)
    asked = {"already": ["alice"], "by": "bob"}
    assert life.why_not_contradicted(closed_at=NOON, now=last, **asked) == ""
    late = last + dt.timedelta(seconds=1)
    assert life.why_not_contradicted(closed_at=NOON, now=late, **asked) == "too_late"
    assert life.why_not_contradicted(closed_at=None, now=last, **asked) == "not_closed"
    again = {"already": ["alice"], "by": "alice"}
    assert life.why_not_contradicted(closed_at=NOON, now=NOON, **again) == "already_said"


def test_the_faults_of_a_table_are_told():
    assert life.faults(SMALL) == []
    lost = Cycle(
        states={
            one.code: one
            for one in (a_state("new"), a_state("stuck"), a_state("done", is_open=False))
        },
        passages=(a_step("new", "stuck", life.AGENT, deed="painted"),),
    )
    assert life.faults(lost) == [
        "no_initial_state",
        "nothing_leads_to:new",
        "cannot_be_left:stuck",
        "nothing_leads_to:done",
        "cannot_be_contradicted:done",
        "unknown_deed:painted",
    ]
