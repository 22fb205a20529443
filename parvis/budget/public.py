"""What this module promises its neighbours: to count an election, and to read and write it as a
file."""

from __future__ import annotations

from parvis.budget.rules.counting import Ballot, Election, Project, Result, Settings, count
from parvis.budget.rules.pabulib import MalformedError, PabulibFile, read, write

__all__ = [
    "Ballot",
    "Election",
    "MalformedError",
    "PabulibFile",
    "Project",
    "Result",
    "Settings",
    "count",
    "read",
    "write",
]
