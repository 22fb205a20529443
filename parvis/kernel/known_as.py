"""Under which names the books know somebody: the register, facts and the reading log are never
rewritten, so that who brought two accounts together is found in them under both."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Former = Callable[[str], Iterable[str]]
_former: list[Former] = []


def tells_former_refs(asked: Former) -> Former:
    """Register who knows which accounts were brought into one: `asked(ref)` returns their refs,
    at any remove, as they are at this moment."""
    _former.append(asked)
    return asked


def refs_of(ref: str) -> list[str]:
    """Return every ref the books know somebody by, the one given first.

    Only people have more than one; for them it is one question.
    """
    if not ref.startswith("person:"):
        return [ref]
    return [ref, *(one for asked in _former for one in asked(ref))]
