"""Which role the city must have given a person for what."""

from __future__ import annotations

# The service of the city in which these roles may be given.
SERVICE = "consultations"

MODERATES = "moderator"
ANSWERS = "official"
ADMINISTERS = "administrator"
