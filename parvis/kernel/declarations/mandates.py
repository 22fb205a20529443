"""What may be done for another: the domains of a mandate, and where one finds whom to act for."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain in which one may act for another; a mandate lists the keys of those it covers.

    `label` and `examples` are lazily translated. A view joins a domain by
    `kernel.acting.done_for_others(key)`.
    """

    key: str
    label: Any
    examples: Any
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """A way to act for another, offered from the roof of a person's own pages.

    `offers(person_id, now)` tells with one cheap query whether there is anybody to act for;
    `url_name` takes no argument and is where one chooses.
    """

    key: str
    url_name: str
    order: int
    offers: Callable[[uuid.UUID, dt.datetime], bool]
