"""What people are told of projects, and what the register calls what is done."""

from __future__ import annotations

from parvis.budget.notices import (
    ballots as ballots,
    deeds as deeds,
    projects as projects,
    works as works,
)

__all__ = ["ballots", "deeds", "projects", "works"]
