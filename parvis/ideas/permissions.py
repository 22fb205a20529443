"""Who may open which page of the agents' desk; what may be done there is deliberation's to say."""

from __future__ import annotations

from parvis.account.public import Role, needs_role

moderators_only = needs_role(Role.MODERATOR)
officials_only = needs_role(Role.OFFICIAL)
