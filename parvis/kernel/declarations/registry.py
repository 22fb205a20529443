"""Declarations of one kind, each under its own key."""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


D = TypeVar("D", bound=_Keyed)


class Registry(Generic[D]):
    """Declarations of one kind, each under its own key."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._declared: dict[str, D] = {}

    def declare(self, *declarations: D) -> None:
        """Add declarations.

        :raises ValueError: if a key is already declared
        """
        for declaration in declarations:
            if declaration.key in self._declared:
                message = f"{self._kind} {declaration.key} is declared twice"
                raise ValueError(message)
            self._declared[declaration.key] = declaration

    def __iter__(self) -> Any:
        """Walk the declarations in the order of their `order`, where they have one, then of their
        key."""
        return iter(sorted(self._declared.values(), key=lambda d: (getattr(d, "order", 0), d.key)))

    def get(self, key: str) -> D | None:
        """Return one declaration, or None if nothing is declared under this key."""
        return self._declared.get(key)

    def __getitem__(self, key: str) -> D:
        """Return one declaration.

        :raises KeyError: if nothing is declared under this key
        """
        return self._declared[key]
