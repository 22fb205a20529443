"""What mandates remember."""

from __future__ import annotations

from parvis.mandates.models.mandate import Ending, Kind, Mandate, Proof, State
from parvis.mandates.models.represented import Association, CodeUse, Ward

__all__ = ["Association", "CodeUse", "Ending", "Kind", "Mandate", "Proof", "State", "Ward"]
