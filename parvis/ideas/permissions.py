"""Who may open which page of the agents' desk; what may be done there is deliberation's to say."""

from __future__ import annotations

from parvis.account.public import Role, needs_role
from parvis.deliberation.public import SERVICE

moderators_only = needs_role(Role.MODERATOR, service=SERVICE)
officials_only = needs_role(Role.OFFICIAL, service=SERVICE)
