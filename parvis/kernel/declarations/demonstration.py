"""What a module adds to a demonstration city."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCity:
    """What a demonstration step is given: the city's folder, the outside data if any, the day it
    is."""

    city: Path
    outside_data: Path | None
    now: dt.datetime
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStep:
    """A step of the demonstration's loading; run in `order`, each in one transaction, idempotent.

    A step with `each_start` also runs whenever the city starts again, and must then be quick. One
    that `commits` by itself is given no transaction, and goes on where it was stopped.
    """

    key: str
    label: Any
    order: int
    load: Callable[[DemoCity], None]
    each_start: bool = False
    commits: bool = False
