"""What other modules offer to do about a row, such as to have it checked on the spot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from parvis.kernel.declarations import Companion, companions_of
from parvis.opendata.models import Dataset

ROW = "opendata.row"


def names(dataset_id: str, rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return what each row is called: its key, where that is one field; "" otherwise."""
    found = Dataset.objects.filter(dataset_id=dataset_id).values_list("key_fields", flat=True)
    keys = next(iter(found), [])
    if len(keys) != 1:
        return ("",) * len(rows)
    return tuple(str(row.get(keys[0]) or "") for row in rows)


def beside(
    dataset_id: str, called: Sequence[str], *, now: dt.datetime
) -> tuple[tuple[Companion, ...], ...]:
    """Return what is offered beside each row of these names."""
    refs = [f"{ROW}:{dataset_id}/{name}" for name in called]
    offered = companions_of([ref for ref, name in zip(refs, called, strict=True) if name], now=now)
    return tuple(tuple(offered.get(ref, ())) for ref in refs)
