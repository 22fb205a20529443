"""What a list can be asked for: criteria, order, and which page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from parvis.deliberation.models.choices import Kind, Stance

Sort = Literal["recent", "supported", "discussed", "relevant"]
RemarkSort = Literal["recent", "oldest", "supported"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which contributions of a consultation are asked for; every given criterion must hold.

    `words` as a person types them (quotes and minus work; accents and endings do not matter).
    `mine` and `followed` need a viewer. `sort="relevant"` needs words, else it is "recent".
    A `cursor` belongs to one sort.
    """

    words: str = ""
    kinds: frozenset[Kind] = field(default_factory=frozenset)
    section_ref: str = ""
    branch_ref: str = ""
    answered: bool | None = None
    district: int | None = None
    mine: bool = False
    followed: bool = False
    sort: Sort = "recent"
    cursor: str = ""
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRemarks:
    """Which top-level remarks are asked for: one stance, or all with None. A `cursor` belongs to
    one sort.
    """

    stance: Stance | None = None
    sort: RemarkSort = "supported"
    cursor: str = ""
    limit: int = 50
