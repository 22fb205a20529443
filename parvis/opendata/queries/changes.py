"""What changed last in the catalogue, for those who follow it: readers of feeds, search engines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Greatest

from parvis.opendata.models import Dataset
from parvis.opendata.queries import catalogue
from parvis.opendata.queries.catalogue import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A dataset, and when its description or its rows changed last."""

    dataset_id: str
    at: dt.datetime


def changed_at(entry: Entry) -> dt.datetime:
    """Return when the description or the rows of a dataset changed last."""
    return max(entry.modified_at, entry.held.published_at) if entry.held else entry.modified_at


def changes() -> list[Change]:
    """Return every dataset of the catalogue with its last change, by its id."""
    # Of two moments the later, and the one there is where there is one.
    last = Greatest(F("modified_at"), F("current__published_at"))
    rows = Dataset.objects.filter(archived_at=None).order_by("dataset_id")
    return [
        Change(dataset_id=dataset_id, at=at)
        for dataset_id, at in rows.annotate(last=last).values_list("dataset_id", "last")
    ]


def newest(limit: int) -> list[Entry]:
    """Return the datasets that changed last, the newest first."""
    last = sorted(changes(), key=lambda one: (one.at, one.dataset_id), reverse=True)[:limit]
    return catalogue.entries([one.dataset_id for one in last])
