"""What one can do to the territory: load an edition of it."""

from __future__ import annotations

from parvis.territory.actions.loading import Loaded, load_territory

__all__ = ["Loaded", "load_territory"]
