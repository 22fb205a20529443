"""What a fact is: a frozen dataclass in the past tense, with a stable name and an aggregate."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import Any, ClassVar, Self

_known: dict[str, type[Fact]] = {}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Base of every fact. A subclass names itself and may declare which fields are personal.

    Fields are str, int, bool, UUID, aware datetime, None, or tuples of str; `aggregate` says which
    object the fact is about: reactions to facts of one aggregate run in the order announced.
    """

    NAME: ClassVar[str] = ""
    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        """Register the fact under its name.

        :raises ValueError: if the name is already taken by another fact
        """
        if not cls.NAME:
            return
        known = _known.get(cls.NAME)
        # `slots=True` builds the class twice: the second replaces the first.
        if known is not None and known.__qualname__ != cls.__qualname__:
            message = f"two facts are called {cls.NAME}"
            raise ValueError(message)
        _known[cls.NAME] = cls

    @property
    def aggregate(self) -> str:
        """Return what the fact is about, such as `deliberation.contribution:0198…`."""
        message = f"{type(self).__name__} does not say which aggregate it is about"
        raise ValueError(message)

    def to_payload(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them."""
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """Return the fact that `to_payload` described; unknown fields of older versions are
        dropped."""
        values = {}
        for field in dataclasses.fields(cls):
            if field.name in payload:
                values[field.name] = _rich(payload[field.name], str(field.type))
        return cls(**values)


def known_facts() -> dict[str, type[Fact]]:
    """Return every declared fact by name."""
    return dict(_known)


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value


def _rich(value: Any, annotation: str) -> Any:
    if isinstance(value, str) and "UUID" in annotation:
        return uuid.UUID(value)
    if isinstance(value, str) and "datetime" in annotation:
        return dt.datetime.fromisoformat(value)
    if isinstance(value, list):
        return tuple(value)
    return value
