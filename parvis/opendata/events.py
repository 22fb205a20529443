"""Facts this module announces."""

from __future__ import annotations

import uuid
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetNews(Fact):
    """The followers of a watch are told what changed from one version to another.

    `since` is 0 where they knew none; the counts are None where both were too large to compare.
    """

    NAME: ClassVar[str] = "opendata.dataset_news"

    dataset_id: str
    watch_id: uuid.UUID
    since: int
    version: int
    added: int | None
    removed: int | None
    changed: int | None
    fields_added: tuple[str, ...] = ()
    fields_removed: tuple[str, ...] = ()

    @property
    def aggregate(self) -> str:
        """Return the watch."""
        return f"opendata.watch:{self.watch_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfWebhook(Fact):
    webhook_id: uuid.UUID
    dataset_id: str

    @property
    def aggregate(self) -> str:
        """Return the webhook."""
        return f"opendata.webhook:{self.webhook_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookOffered(_OfWebhook):
    """A person wants a webhook, or one that was stopped, to be checked."""

    NAME: ClassVar[str] = "opendata.webhook_offered"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookStopped(_OfWebhook):
    """A webhook failed too often, or its receiver is gone: it is told nothing any more."""

    NAME: ClassVar[str] = "opendata.webhook_stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfReuse(Fact):
    reuse_id: uuid.UUID
    dataset_id: str

    @property
    def aggregate(self) -> str:
        """Return the reuse."""
        return f"opendata.reuse:{self.reuse_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReusePublished(_OfReuse):
    """A moderator made a reuse public."""

    NAME: ClassVar[str] = "opendata.reuse_published"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseRefused(_OfReuse):
    """A moderator did not take a reuse, or took it off the page, and said why."""

    NAME: ClassVar[str] = "opendata.reuse_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfQuestion(Fact):
    question_id: uuid.UUID
    dataset_id: str

    @property
    def aggregate(self) -> str:
        """Return the question."""
        return f"opendata.question:{self.question_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(_OfQuestion):
    """The City answered a question about a dataset, or revised its answer."""

    NAME: ClassVar[str] = "opendata.question_answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionHidden(_OfQuestion):
    """A moderator hid a question, and said why."""

    NAME: ClassVar[str] = "opendata.question_hidden"
