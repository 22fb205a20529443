"""What this module does when something happened, here or elsewhere."""

from __future__ import annotations

from parvis.opendata.reactions import following, live

__all__ = ["following", "live"]
