"""Our own fact: what an agent wants done to many cases is done, or undone, one after another."""

from __future__ import annotations

from parvis.kernel import clock
from parvis.kernel.facts import Delivered, reacts_to
from parvis.streets.actions import bulk, bulk_undo
from parvis.streets.events import BulkAsked


@reacts_to(BulkAsked, name="streets.run_bulk")
def run_bulk(delivered: Delivered) -> None:
    """Do what is left of the job, or undo it."""
    run = bulk_undo.run_undo if delivered.fact.undo else bulk.run
    run(job_id=delivered.fact.job_id, now=clock.now())
