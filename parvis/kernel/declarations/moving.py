"""account: what goes along when two accounts of one person become one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Q

Behind = Callable[[uuid.UUID], Mapping[str, Q]]


def _nothing(_source: uuid.UUID) -> Mapping[str, Q]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What of a module's rows goes along, and what stays, when an account is merged into another.

    Both name columns that hold a person, as ("deliberation.Support", "person"). A row that goes
    along keeps its key. Where the other account has a row of its own and the database lets it have
    only one (a vote for one text), the account that stays wins, and the row is set aside until the
    merge is undone. What stays tells who did something at the time: it keeps the old account.
    Every column of a module that holds a person is named here, once.

    `refs` name columns that hold a person as the register writes them (`person:<id>`); they move
    first. Where the other account has a row of its own, the old one keeps its ref. `behind` is then
    asked which rows, by model, stay with the old account although their column moves.
    """

    key: str
    columns: tuple[tuple[str, str], ...] = ()
    stays: tuple[tuple[str, str], ...] = ()
    refs: tuple[tuple[str, str], ...] = ()
    behind: Behind = _nothing
