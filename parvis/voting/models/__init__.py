"""What a vote remembers: what is asked, who voted, sealed ballots, the log, the paper."""

from __future__ import annotations

from parvis.voting.models.box import Envelope, Seal, SealedBallot, Spent
from parvis.voting.models.log import LogEntry, OpenedBallot, Root, Tile
from parvis.voting.models.paper import DeskDay, Minutes, PaperBox, Sheet
from parvis.voting.models.poll import Contest, Option, Poll
from parvis.voting.models.roll import Started, Tick

__all__ = [
    "Contest",
    "DeskDay",
    "Envelope",
    "LogEntry",
    "Minutes",
    "OpenedBallot",
    "Option",
    "PaperBox",
    "Poll",
    "Root",
    "Seal",
    "SealedBallot",
    "Sheet",
    "Spent",
    "Started",
    "Tick",
    "Tile",
]
