"""What we remember of the catalogue: datasets, their immutable versions, calls and keys."""

from __future__ import annotations

from parvis.opendata.models.calls import ApiKey, DayCalls
from parvis.opendata.models.dataset import Dataset
from parvis.opendata.models.runs import Approval, IngestRun
from parvis.opendata.models.version import DatasetVersion

__all__ = ["ApiKey", "Approval", "Dataset", "DatasetVersion", "DayCalls", "IngestRun"]
