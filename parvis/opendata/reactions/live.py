"""Others' facts: rows of declared datasets follow what happened to what they tell of."""

from __future__ import annotations

from django.utils.module_loading import autodiscover_modules

from parvis.kernel import clock
from parvis.kernel.declarations import PublishedDataset
from parvis.kernel.fact_types import Fact
from parvis.kernel.facts import Delivered, reacts_to
from parvis.opendata.actions import declared


def _subscribe(dataset: PublishedDataset, fact_type: type[Fact]) -> None:
    @reacts_to(fact_type, name=f"opendata.live.{dataset.key}")
    def follow(delivered: Delivered) -> None:
        declared.follow(dataset, delivered.fact, now=clock.now())


# Modules may be discovered in any order: have all datasets declared before we subscribe for them.
autodiscover_modules("datasets")
for one, watched_fact in declared.watched():
    _subscribe(one, watched_fact)
