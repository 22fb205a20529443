"""Who votes, and what they are given in exchange for a ballot."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Elector:
    """Somebody who may vote in these contests: whoever asks for them has checked that.

    `identity` is what `identity_of` made of their civil status; `person_id` is their account, None
    without one.
    """

    identity: str
    contests: tuple[str, ...]
    person_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The hash of a ballot, 64 hexadecimal figures, and what lets its voter replace it. Together
    they prove a vote: only the voter may hold them, in no table and in no mail."""

    contest: str
    receipt: str
    change_code: str
