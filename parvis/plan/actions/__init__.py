"""What one can do with a plan: publish a version, amend a section, print it."""

from __future__ import annotations

from parvis.plan.actions.papers import paper
from parvis.plan.actions.versions import amend_section, load_plan, publish_version

__all__ = ["amend_section", "load_plan", "paper", "publish_version"]
