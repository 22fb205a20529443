"""Our own facts: an address that nobody has confirmed is written to, with its report's link."""

from __future__ import annotations

from parvis.kernel import clock
from parvis.kernel.facts import Delivered, reacts_to
from parvis.streets.actions import confirming
from parvis.streets.events import ContradictionUnconfirmed, ReportUnconfirmed


@reacts_to(ReportUnconfirmed, name="streets.confirm_address")
def confirm_address(delivered: Delivered) -> None:
    """Write to the address once."""
    confirming.write_for_confirmation(delivered.fact.report_id, now=clock.now())


@reacts_to(ContradictionUnconfirmed, name="streets.confirm_contradiction")
def confirm_contradiction(delivered: Delivered) -> None:
    """Write to the address of who says that it is not settled, once."""
    confirming.write_for_contradiction(delivered.fact.contradiction_id, now=clock.now())
