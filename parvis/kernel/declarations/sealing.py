"""operator: what hangs on the secret of the city."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from parvis.kernel.sealing import Renewed


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRows:
    """Rows that only the secret of the city opens or makes: `renew` writes them again with the
    present one, so that an older one can be taken out. `label` is what an operator reads."""

    key: str
    label: str
    renew: Callable[[], Renewed]
