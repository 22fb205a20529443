"""What we remember of the catalogue: datasets, their immutable versions, calls and keys."""

from __future__ import annotations

from parvis.opendata.models.calls import ApiKey, DayCalls
from parvis.opendata.models.dataset import Dataset
from parvis.opendata.models.feeds import PushKey, SourceDocument
from parvis.opendata.models.following import Following, Watch, Webhook, WebhookMessage
from parvis.opendata.models.harvests import HarvestedDataset, HarvestSource
from parvis.opendata.models.live import LiveRow, LiveSeries
from parvis.opendata.models.reuses import Question, Report, Reuse
from parvis.opendata.models.runs import Approval, IngestRun
from parvis.opendata.models.version import DatasetVersion

__all__ = [
    "ApiKey",
    "Approval",
    "Dataset",
    "DatasetVersion",
    "DayCalls",
    "Following",
    "HarvestSource",
    "HarvestedDataset",
    "IngestRun",
    "LiveRow",
    "LiveSeries",
    "PushKey",
    "Question",
    "Report",
    "Reuse",
    "SourceDocument",
    "Watch",
    "Webhook",
    "WebhookMessage",
]
