"""Facts this module announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetPublished(Fact):
    """A version of a dataset became the one that is served."""

    NAME: ClassVar[str] = "opendata.dataset_published"

    dataset_id: str
    version: int
    rows: int

    @property
    def aggregate(self) -> str:
        """Return the dataset."""
        return f"opendata.dataset:{self.dataset_id}"
