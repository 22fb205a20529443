"""account: what goes along when two accounts of one person become one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What of a module's rows goes along, and what stays, when an account is merged into another.

    Both name columns that hold a person, as ("deliberation.Support", "person"). A row that goes
    along keeps its key. Where the other account has a row of its own and the database lets it have
    only one (a vote for one text), the account that stays wins, and the row is set aside until the
    merge is undone. What stays tells who did something at the time: it keeps the old account.
    Every column of a module that holds a person is named here, once.
    """

    key: str
    columns: tuple[tuple[str, str], ...] = ()
    stays: tuple[tuple[str, str], ...] = ()
