"""Keys to the API: what is kept of one, and whose rows it opens."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from parvis.opendata.models import ApiKey
from parvis.opendata.queries.catalogue import Entry, Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key without its secret, which nobody keeps; `daily_limit` is None where it is everybody's,
    `datasets` are the restricted ones it opens."""

    public_id: uuid.UUID
    label: str
    daily_limit: int | None
    datasets: tuple[str, ...]
    created_at: dt.datetime
    revoked_at: dt.datetime | None


def key_digest(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def valid(key: str) -> QuerySet[ApiKey]:
    """Return the key of this secret, if it was given out and not revoked."""
    return ApiKey.objects.filter(digest=key_digest(key), revoked_at=None)


def may_read_rows(entry: Entry | Gate, *, key: str) -> bool:
    """Tell whether who calls with this key, empty for none, may read the rows of a dataset."""
    if not entry.restricted:
        return True
    return bool(key) and valid(key).filter(datasets__dataset_id=entry.dataset_id).exists()


def known() -> list[KnownKey]:
    """Return every key that was given out, the newest first."""
    return [
        KnownKey(
            public_id=one.public_id,
            label=one.label,
            daily_limit=one.daily_limit,
            datasets=tuple(sorted(named.dataset_id for named in one.datasets.all())),
            created_at=one.created_at,
            revoked_at=one.revoked_at,
        )
        for one in ApiKey.objects.order_by("-pk").prefetch_related("datasets")
    ]
