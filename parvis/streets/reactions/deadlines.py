"""Our own fact: after hours or closed days have changed, deadlines are reckoned anew."""

from __future__ import annotations

from parvis.kernel import clock
from parvis.kernel.facts import Delivered, reacts_to
from parvis.streets.actions import clocks
from parvis.streets.events import HoursChanged


@reacts_to(HoursChanged, name="streets.reckon_deadlines")
def reckon_deadlines(delivered: Delivered) -> None:
    """Reckon the deadlines of the open cases that this concerns."""
    clocks.reckon_deadlines(handler=delivered.fact.handler, now=clock.now())
