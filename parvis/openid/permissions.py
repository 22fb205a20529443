"""Who may: administrators register the services of the city."""

from __future__ import annotations

from parvis.account.public import Role, needs_role

administrators_only = needs_role(Role.ADMINISTRATOR)
