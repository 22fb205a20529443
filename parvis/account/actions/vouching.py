"""What others vouch for about a person: the civil status, the phone that was shown to be theirs."""

from __future__ import annotations

import uuid

from parvis.account.models import Identity, Phone, Vouching
from parvis.account.rules.identities import Pivot


def civil_identity(person_id: uuid.UUID) -> Pivot | None:
    """Return the civil status that FranceConnect vouches for, as it said last; None without it.
    One query."""
    rows = Identity.objects.filter(person_id=person_id, vouched_by=Vouching.FRANCECONNECT)
    row = rows.exclude(pivot="").order_by("-last_seen_at").first()
    return Pivot.of(row.told) if row else None


def verified_phone(person_id: uuid.UUID) -> str:
    """Return the number (E.164) a person showed to be theirs last, or "". One query."""
    rows = Phone.objects.filter(person_id=person_id).order_by("-verified_at", "-pk")
    return rows.values_list("number", flat=True).first() or ""
