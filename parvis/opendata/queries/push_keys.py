"""Which programs may push rows, and when each last did."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from parvis.opendata.models.feeds import PushKey


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key as it is listed: never the key itself, which is not kept."""

    public_id: uuid.UUID
    dataset_id: str
    label: str
    created_at: dt.datetime
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None


def keys(dataset_id: str = "") -> list[KnownKey]:
    """Return the keys of one dataset, or of all, by dataset and then the oldest first."""
    known = PushKey.objects.select_related("dataset").order_by("dataset__dataset_id", "pk")
    if dataset_id:
        known = known.filter(dataset__dataset_id=dataset_id)
    return [
        KnownKey(
            public_id=one.public_id,
            dataset_id=one.dataset.dataset_id,
            label=one.label,
            created_at=one.created_at,
            used_at=one.used_at,
            revoked_at=one.revoked_at,
        )
        for one in known
    ]
