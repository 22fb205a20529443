"""What this module promises its neighbours: the catalogue, and the fact that a version is out."""

from __future__ import annotations

from parvis.opendata.events import DatasetPublished
from parvis.opendata.queries import catalogue
from parvis.opendata.queries.catalogue import Entry, Held

__all__ = ["DatasetPublished", "Entry", "Held", "dataset", "datasets"]


def dataset(dataset_id: str) -> Entry:
    """Return one dataset of the catalogue; `held` tells whether its rows are here.

    :raises NotFound: `no_dataset`
    """
    return catalogue.entry(dataset_id)


def datasets() -> list[Entry]:
    """Return every dataset of the catalogue, in its order."""
    return catalogue.entries()
