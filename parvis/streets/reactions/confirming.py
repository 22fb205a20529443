"""Our own fact: an address that nobody has confirmed is written to, with the link of its report."""

from __future__ import annotations

from parvis.kernel import clock
from parvis.kernel.facts import Delivered, reacts_to
from parvis.streets.actions import confirming
from parvis.streets.events import ReportUnconfirmed


@reacts_to(ReportUnconfirmed, name="streets.confirm_address")
def confirm_address(delivered: Delivered) -> None:
    """Write to the address once."""
    confirming.write_for_confirmation(delivered.fact.report_id, now=clock.now())
