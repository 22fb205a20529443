"""Which role the city must have given a person for what."""

from __future__ import annotations

MODERATES = "moderator"
ANSWERS = "official"
ADMINISTERS = "administrator"
