"""What mandates remember."""

from __future__ import annotations

from parvis.mandates.models.mandate import Ending, Kind, Mandate, Proof, State
from parvis.mandates.models.represented import Association, Ward

__all__ = ["Association", "Ending", "Kind", "Mandate", "Proof", "State", "Ward"]
