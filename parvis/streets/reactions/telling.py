"""Our own fact: what the City says reaches who has no account by a letter."""

from __future__ import annotations

from parvis.kernel import clock
from parvis.kernel.facts import Delivered, reacts_to
from parvis.streets.actions import telling
from parvis.streets.events import ReportersTold


@reacts_to(ReportersTold, name="streets.write_to_addresses")
def write_to_addresses(delivered: Delivered) -> None:
    """Write to each address once."""
    telling.write_to_addresses(delivered.fact.message_id, now=clock.now())
