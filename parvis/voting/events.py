"""The facts a vote announces. That somebody casts a ballot is none of them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import ClassVar

from parvis.kernel.fact_types import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPoll(Fact):
    """A fact about one vote."""

    poll: str

    @property
    def aggregate(self) -> str:
        """Return the vote as facts and the register call it."""
        return f"voting.poll:{self.poll}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollFrozen(AboutPoll):
    """What is asked, and how it will be counted, is fixed and published."""

    NAME: ClassVar[str] = "voting.poll_frozen"
    configuration_hash: str
    opens_at: dt.datetime
    closes_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxOpened(AboutPoll):
    """The ballots are opened and published."""

    NAME: ClassVar[str] = "voting.box_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPublished(AboutPoll):
    """What came of a vote is published."""

    NAME: ClassVar[str] = "voting.results_published"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRegistered(AboutPoll):
    """Somebody stands in the register of a vote; announced on a later day, in no order."""

    NAME: ClassVar[str] = "voting.vote_registered"
    person_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteNotConfirmed(AboutPoll):
    """Somebody opened the ballot page, does not stand in the register, and the vote ends soon."""

    NAME: ClassVar[str] = "voting.vote_not_confirmed"
    person_id: uuid.UUID
