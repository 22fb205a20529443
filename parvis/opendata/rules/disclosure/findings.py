"""A finding of the gate: what stands where, without repeating it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that blocks until a reason is signed. `key` is what the signature names: a column,
    or, where the cells themselves matter, a column of this very file."""

    key: str
    code: str
    field: str
    label: str
    count: int
    rows: tuple[int, ...] = ()
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)
