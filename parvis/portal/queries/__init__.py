"""What the portal asks of the house: who does what, what is open, what is found, who is well."""

from __future__ import annotations
