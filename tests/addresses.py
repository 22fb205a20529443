"""Every address of the city by name, and one to try each by."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

View = Callable[..., Any]


def addresses() -> Iterator[tuple[str, View]]:
    """Yield the name and the view of every address."""
    for name, view, _converters in _patterns(get_resolver(), "", {}):
        yield name, view


def address_of(name: str) -> str:
    """Return an address of this name, with ids that belong to nothing."""
    every = _patterns(get_resolver(), "", {})
    converters = next((asked for found, _view, asked in every if found == name), {})
    return reverse(name, kwargs={key: _value(kind) for key, kind in converters.items()})


def needs_sign_in(view: View) -> bool:
    """Tell whether a view is for who is signed in."""
    return bool(getattr(view, "login_required", True))


def _patterns(
    resolver: URLResolver, namespace: str, before: dict[str, Any]
) -> Iterator[tuple[str, View, dict[str, Any]]]:
    for entry in resolver.url_patterns:
        converters = {**before, **getattr(entry.pattern, "converters", {})}
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _patterns(entry, inner, converters)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry.callback, converters


def _value(converter: object) -> object:
    named = type(converter).__name__
    return {"UUIDConverter": uuid.uuid4(), "IntConverter": 1}.get(named, "rien")
