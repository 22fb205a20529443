"""The participatory budget on the command line: `parvis count FILE.pb`."""

from __future__ import annotations

from parvis.budget.commands.counting import count

__all__ = ["count"]
