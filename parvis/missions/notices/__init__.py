"""What people are told of missions, and what the register calls what is done in them."""

from __future__ import annotations

from parvis.missions.notices import agents, deeds, doubts, missions

__all__ = ["agents", "deeds", "doubts", "missions"]
