"""What this module does when something happened, here or elsewhere."""

from __future__ import annotations

from parvis.streets.reactions import bulk, confirming, deadlines, photos, telling

__all__ = ["bulk", "confirming", "deadlines", "photos", "telling"]
