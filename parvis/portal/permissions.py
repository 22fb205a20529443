"""Who may come to the desk."""

from __future__ import annotations

from parvis.account.public import Role

STAFF = (Role.AGENT, Role.MODERATOR, Role.OFFICIAL, Role.ADMINISTRATOR)
"""Any role the city gives opens the desk; each queue then asks for its own."""
