"""What can be done to reports and cases."""

from __future__ import annotations

from parvis.streets.actions.loading import load_streets

__all__ = ["load_streets"]
