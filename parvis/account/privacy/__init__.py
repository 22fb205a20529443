"""What the account keeps about a person, for how long, and how it forgets."""

from __future__ import annotations

from parvis.account.privacy import agents, identities, libraries, logs, own, recovery, signing_in

__all__ = ["agents", "identities", "libraries", "logs", "own", "recovery", "signing_in"]
