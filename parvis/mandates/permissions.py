"""Who may: looking at papers and deciding is agents' work."""

from __future__ import annotations

from parvis.account.public import Role, needs_role

agents_only = needs_role(Role.AGENT)
